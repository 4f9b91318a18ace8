package org.rft4j.docs;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.critique.CritiqueGrpo;
import org.rft4j.algorithms.critique.CritiqueGrpoOptions;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Critic;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Encoding;
import org.rft4j.core.tokenizer.TokenOffsets;
import org.rft4j.core.tokenizer.TokenSpan;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.CritiqueThenRefine;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** The code of docs/feedback.md. */
class FeedbackPageTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private final TaskRecord task = TaskRecord.of("door", "Ask for the door to be opened.");
    private LanguageModel model;

    @BeforeEach
    void load() throws IOException {
        model = LanguageModel.load(stories.folder(), engine);
    }

    @AfterEach
    void free() {
        model.close();
        stories.close();
        engine.close();
    }

    @Test
    void wordsAndPlaces() throws Exception {
        Reward polite = Reward.named("polite", sample -> {
            int at = sample.completion().indexOf("now");
            return at < 0
                    ? Score.of(1)
                    : Score.of(0)
                            .withFeedback(Feedback.negative("'now' sounds impatient", "polite")
                                    .at(new CharSpan(at, at + 3)));
        });
        Score score = polite.score(RewardSample.of(task, "Open it now, please."));

        Encoding encoding = model.tokenizer().encode("Open it now, please.", false);
        TokenOffsets offsets = model.tokenizer().offsetsOf(encoding.ids(), true);
        CharSpan part = score.feedback().get(0).span().orElseThrow();
        TokenSpan tokens = offsets.tokensOf(part.start(), part.end());
        assertThat(offsets.text()
                        .substring(
                                offsets.charsOf(tokens.start()).start(),
                                offsets.charsOf(tokens.end() - 1).end()))
                .contains("now");

        Critic ofReward = Critic.of(polite);
        List<Feedback> said = ofReward.critique(RewardSample.of(task, "Open it now, please."));
        org.rft4j.rollout.environment.Critic spoken =
                (asked, answer, scored) -> ofReward.critique(RewardSample.of(asked, answer)).stream()
                        .map(Feedback::text)
                        .collect(joining("\n"));
        assertThat(said).extracting(Feedback::text).containsExactly("'now' sounds impatient");
        assertThat(spoken.critique(task, "Open it now, please.", score)).isEqualTo("'now' sounds impatient");
    }

    @Test
    void critiqueGrpo() throws IOException {
        Path folder = stories.fresh("run");
        EpisodeFormat format = EpisodeFormat.text(model.tokenizer());
        Reward polite = Reward.named(
                "lily",
                sample -> sample.completion().contains("Lily")
                        ? Score.of(1)
                        : Score.of(0).withFeedback(Feedback.negative(" Her name was Lily.", "lily")));
        Dataset<TaskRecord> tasks = Datasets.of(IntStream.range(0, 2)
                .mapToObj(i -> TaskRecord.of("story-" + i, "Once upon a time, there was a girl."))
                .toList());
        try (Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            EnvironmentFactory refining =
                    CritiqueThenRefine.by(org.rft4j.rollout.environment.Critic.REWARD_FEEDBACK, polite, false);
            EpisodeOptions options =
                    EpisodeOptions.of(SamplingOptions.of(24, 1), 2, 192).continuingCutOffTurns();
            try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                    EpisodeRollout rollout = EpisodeRollout.of(sampler, format, refining, options);
                    Trainer trainer = Trainer.builder(engine, model, policy)
                            .algorithm(new CritiqueGrpo(CritiqueGrpoOptions.paper(24)))
                            .tasks(tasks)
                            .rollout(rollout)
                            .rewardOfEnvironment()
                            .run(RunOptions.of(2, 2, 4, 1))
                            .rates(Rates.constant(1e-4))
                            .folder(folder)
                            .build()) {
                trainer.run();
            }
        }
        assertThat(Files.readString(folder.resolve("metrics.jsonl"))).contains("critique/answer_reward");
    }
}
