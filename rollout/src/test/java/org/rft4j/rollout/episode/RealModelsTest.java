package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.RewardSamples;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.Critic;
import org.rft4j.rollout.environment.CritiqueThenRefine;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.environment.ToolUse;
import org.rft4j.rollout.environment.UnaryFeedback;
import org.rft4j.rollout.environment.UnaryFeedbackOptions;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.testing.TestModels;
import org.rft4j.rollout.tools.Calculator;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolOptions;

/** Episodes that real models write. */
@Timeout(300)
class RealModelsTest {
    private static final float TOLERANCE_OF_LOG_PROBS = 1e-4f;
    private static final SamplerOptions STRICT =
            SamplerOptions.DEFAULT.withMaxRows(8).strictly();

    private static List<RolloutRequest> stories(int samples) {
        List<RolloutRequest> requests = new ArrayList<>();
        for (String begin : List.of("Once upon a time", "The dog saw a cat and")) {
            for (int sample = 0; sample < samples; sample++) {
                requests.add(new RolloutRequest(SampleKey.of(begin, sample), TaskRecord.of(begin, begin)));
            }
        }
        return requests;
    }

    /** The environment throws in a word between turns, for a number of turns that differs between samples. */
    private static final EnvironmentFactory TWISTS = start -> {
        int turns = 1 + start.key().sample() % 3;
        return action -> {
            Thread.sleep(start.key().sample() * 3L);
            return action.turn() + 1 < turns
                    ? StepResult.observe(" But then a big bear came. ").withReward(0.5)
                    : StepResult.done(1);
        };
    };

    private static List<Trajectory> play(LanguageModel model, int concurrent) {
        EpisodeOptions options = EpisodeOptions.of(SamplingOptions.of(12, 3).withStopStrings("."), 4, 200)
                .continuingCutOffTurns()
                .withConcurrentEpisodes(concurrent);
        try (PolicySampler sampler = PolicySampler.of(model, STRICT);
                EpisodeRollout rollout =
                        EpisodeRollout.of(sampler, EpisodeFormat.text(model.tokenizer()), TWISTS, options)) {
            return rollout.collect(stories(6));
        }
    }

    @Test
    void aStoryOfSeveralTurnsIsTheSameInWhateverCompany() {
        try (LanguageModel model = TestModels.stories()) {
            List<Trajectory> one = play(model, 1);
            List<Trajectory> all = play(model, 12);
            for (int i = 0; i < one.size(); i++) {
                Trajectory alone = one.get(i);
                assertThat(alone.endReason()).isEqualTo(EndReason.DONE);
                assertThat(alone.turns()).hasSize(1 + i % 3);
                assertThat(all.get(i).trace().ids()).isEqualTo(alone.trace().ids());
                for (int t = 0; t < alone.trace().length(); t++) {
                    assertThat(all.get(i).trace().logProbs()[t])
                            .isCloseTo(alone.trace().logProbs()[t], within(TOLERANCE_OF_LOG_PROBS));
                }
                assertThat(all.get(i).messages()).isEqualTo(alone.messages());
            }
            assertThat(one.stream().map(t -> model.tokenizer().decode(t.trace().ids(), true)))
                    .doesNotHaveDuplicates();
        }
    }

    /** The log-probs of all turns are those of one pass over the whole trace: the model saw what the trace says. */
    @Test
    void logProbsAreThoseOfTheTrace() {
        try (LanguageModel model = TestModels.stories()) {
            for (Trajectory played : play(model, 12)) {
                assertScored(model, played);
            }
        }
    }

    private static void assertScored(LanguageModel model, Trajectory played) {
        double[] scores = model.score(played.trace().ids());
        int behind = played.trace().length() - scores.length;
        for (int t = played.trace().promptLength(); t < played.trace().length(); t++) {
            if (played.trace().trained()[t]) {
                assertThat(played.trace().logProbs()[t])
                        .isCloseTo((float) scores[t - behind], within(TOLERANCE_OF_LOG_PROBS));
            }
        }
    }

    @Test
    void rewardsSeeTheTokensOfTheLastTurn() {
        try (LanguageModel model = TestModels.stories()) {
            for (Trajectory played : play(model, 12)) {
                RewardSample sample = RewardSamples.of(played, model.tokenizer());
                int last = played.turns().size() - 1;
                assertThat(sample.tokenCount())
                        .isEqualTo(played.turns().get(last).tokens());
                assertThat(sample.completion()).isEqualTo(played.completion()).isNotEmpty();
                assertThat(sample.knownSpans().get(0).start()).isZero();
            }
        }
    }

    private static LanguageModel minimind() {
        String shared = System.getProperty("rft4j.shared", "");
        Path folder = Path.of(shared, "models/minimind2-small");
        assumeTrue(!shared.isEmpty() && Files.isDirectory(folder), folder + " does not exist");
        return LanguageModel.load(folder, TestModels.engine());
    }

    private static List<RolloutRequest> question(String text, int samples) {
        TaskRecord task = new TaskRecord("question", Prompt.of(ChatMessage.user(text)), Map.of("answer", "Paris"));
        return Episodes.requests(task, samples);
    }

    private static List<Trajectory> chat(
            LanguageModel model, EnvironmentFactory environments, int maxTurns, List<RolloutRequest> requests) {
        EpisodeOptions options = EpisodeOptions.of(SamplingOptions.of(24, 3), maxTurns, 600);
        try (PolicySampler sampler = PolicySampler.of(model, STRICT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.chat(model.tokenizer(), model.chatTemplate()),
                        environments,
                        options.continuingCutOffTurns())) {
            return rollout.collect(requests);
        }
    }

    @Test
    void aChatModelTriesAgain() {
        try (LanguageModel model = minimind()) {
            EnvironmentFactory never = UnaryFeedback.factory(sample -> Score.of(0), UnaryFeedbackOptions.DEFAULT);
            List<Trajectory> played = chat(model, never, 5, question("What is the capital of France?", 4));
            for (Trajectory one : played) {
                assertThat(one.endReason()).isEqualTo(EndReason.DONE);
                assertThat(one.turns()).hasSize(5);
                assertThat(one.environmentReward()).isNotPositive();
                String text = model.tokenizer().decode(one.trace().ids(), false);
                assertThat(text.split("<\\|im_start\\|>user\nIncorrect. Please think again.<\\|im_end\\|>\n", -1))
                        .hasSize(5);
                assertThat(text).doesNotContain("<|im_end|><|im_end|>");
                assertScored(model, one);
            }
        }
    }

    @Test
    void aChatModelIsCriticised() {
        try (LanguageModel model = minimind()) {
            EnvironmentFactory critique = CritiqueThenRefine.by(
                    Critic.withReference("answer"),
                    sample -> Score.of(sample.completion().contains("Paris")),
                    false);
            for (Trajectory one : chat(model, critique, 2, question("What is the capital of France?", 2))) {
                assertThat(one.turns()).hasSize(2);
                assertThat(one.messages().get(1).content().value().toString()).contains("The correct answer is Paris.");
                assertScored(model, one);
            }
        }
    }

    /** The template's tools are rendered; whether so small a model calls one is its own affair. */
    @Test
    void aChatModelIsOfferedTools() {
        try (LanguageModel model = minimind();
                ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Calculator.tool())) {
            EnvironmentFactory calculator = ToolUse.factory(tools, ToolCallFormat.HERMES);
            for (Trajectory one : chat(model, calculator, 4, question("What is 12 * 12?", 4))) {
                assertThat(one.endReason().failed()).isFalse();
                assertThat(model.tokenizer().decode(one.trace().ids(), false)).contains("\"name\": \"calculator\"");
                assertScored(model, one);
            }
        }
    }
}
