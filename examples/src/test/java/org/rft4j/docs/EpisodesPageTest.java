package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.RewardSamples;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.Action;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.environment.ToolUse;
import org.rft4j.rollout.environment.UnaryFeedback;
import org.rft4j.rollout.environment.UnaryFeedbackOptions;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.episode.ForcedPrefix;
import org.rft4j.rollout.episode.HistoryDifference;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;
import org.rft4j.rollout.tools.Calculator;
import org.rft4j.rollout.tools.ToolBox;
import org.rft4j.rollout.tools.ToolCallFormat;
import org.rft4j.rollout.tools.ToolOptions;

/** The code of docs/episodes.md. */
class EpisodesPageTest {
    private static final String TEMPLATE = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>\n{% endfor %}"
            + "{% if add_generation_prompt %}<assistant>{% endif %}";
    private static final TaskRecord TASK = new TaskRecord(
            "sum",
            Prompt.of(ChatMessage.user("What is 2 + 3?")),
            Map.of("answer", "5", "hint", "I count:", "reference", "Two and three make five."));

    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private final Reward exact =
            sample -> Score.of(sample.completion().strip().equals(sample.task().text("answer")));
    private final EpisodeOptions options =
            EpisodeOptions.of(SamplingOptions.of(8, 42), 3, 512).continuingCutOffTurns();
    private final List<RolloutRequest> requests =
            List.of(new RolloutRequest(SampleKey.of("sum", 0), TASK), new RolloutRequest(SampleKey.of("sum", 1), TASK));
    private LanguageModel model;
    private PolicySampler sampler;

    @BeforeEach
    void load() throws IOException {
        Path folder = stories.folder();
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        model = LanguageModel.load(folder, engine);
        sampler = PolicySampler.of(model, SamplerOptions.DEFAULT);
    }

    @AfterEach
    void free() {
        sampler.close();
        model.close();
        stories.close();
        engine.close();
    }

    private List<Trajectory> play(EnvironmentFactory environments, EpisodeOptions how) {
        EpisodeFormat format = EpisodeFormat.chat(model.tokenizer(), model.chatTemplate());
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, format, environments, how)) {
            return rollout.collect(requests);
        }
    }

    @Test
    void rollout() {
        EpisodeFormat format = EpisodeFormat.chat(model.tokenizer(), model.chatTemplate());
        EnvironmentFactory environments = UnaryFeedback.factory(exact, UnaryFeedbackOptions.DEFAULT);
        EpisodeOptions options = EpisodeOptions.of(SamplingOptions.of(16, 42), 5, 512);

        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, format, environments, options)) {
            List<Trajectory> trajectories = rollout.collect(requests);
            assertThat(trajectories).hasSize(2).noneMatch(t -> t.endReason().failed());
        }
    }

    @Test
    void history() throws IOException {
        ChatTemplate qwen3 = ChatTemplate.of(Files.readString(
                SnippetsTest.ROOT.resolve("core/src/test/resources/golden/chat/templates/qwen3.jinja")));

        EpisodeFormat kept = EpisodeFormat.chat(model.tokenizer(), qwen3).keepingTurnsAsWritten();
        List<HistoryDifference> differences = kept.historyDifferences();

        assertThat(differences.get(0).conversation()).isEqualTo("turns with reasoning");
    }

    @Test
    void prefixes() {
        EpisodeOptions hints = options.withForcedPrefix(ForcedPrefix.column("hint"));
        EpisodeOptions resets = options.withForcedPrefix(ForcedPrefix.reset("reference", 0.5, 42));
        EpisodeOptions ids = options.withForcedPrefix(
                (request, tokenizer) -> tokenizer.encode("Let", false).ids());

        for (EpisodeOptions forced : List.of(hints, resets, ids)) {
            assertThat(play(start -> new Countdown(), forced)).allMatch(t -> t.endReason() == EndReason.DONE);
        }
        Trajectory hinted = play(start -> new Countdown(), hints).get(0);
        assertThat(hinted.messages().get(0).content().value().toString()).startsWith("I count:");
    }

    static final class Countdown implements Environment {
        private int left = 3;

        @Override
        public StepResult step(Action action) {
            left--;
            return left == 0
                    ? StepResult.done(action.text().isBlank() ? 0 : 1)
                    : StepResult.observe(left + " more.").withReward(0.1);
        }
    }

    @Test
    void environment() {
        for (Trajectory trajectory : play(start -> new Countdown(), options)) {
            assertThat(trajectory.turns()).hasSize(3);
            assertThat(trajectory.messages().get(1)).isEqualTo(ChatMessage.user("2 more."));
        }
    }

    @Test
    void tools() {
        ToolBox tools = new ToolBox(ToolOptions.DEFAULT, Calculator.tool());
        EnvironmentFactory withTools = ToolUse.scoredBy(tools, ToolCallFormat.HERMES, exact);

        assertThat(play(withTools, options)).allMatch(t -> t.endReason() == EndReason.DONE);
        assertThat(tools.counts().answered()).isZero();
        tools.close();
    }

    @Test
    void rewards() {
        Trajectory trajectory = play(start -> new Countdown(), options).get(0);

        RewardSample sample = RewardSamples.of(trajectory, model.tokenizer());

        assertThat(sample.tokenCount()).isEqualTo(trajectory.turns().get(2).tokens());
        assertThat(sample.completion()).isEqualTo(trajectory.completion());
    }
}
