package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.doubles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Finding;
import org.rft4j.core.selection.StreamSelector;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.engine.NativeMemory;

/** What a trainer says before it trains, and that it leaves no trace. */
class PreflightTest {
    @TempDir
    private Path folder;

    private final LanguageModel model = Script.model();
    private final Policy policy = Policy.of(model.weights(), Trainable.matching("model.layers.*.self_attn.*"));
    private final Script.Drawn rollout = new Script.Drawn(policy::version);

    @AfterEach
    void free() {
        policy.close();
        model.close();
    }

    private TrainerBuilder builder() {
        return unasked().tasks(Script.TASKS);
    }

    private TrainerBuilder unasked() {
        return Trainer.builder(TestEngine.engine(), model, policy)
                .algorithm(Script.Gradient.plain())
                .rollout(rollout)
                .run(RunOptions.of(2, 2, 3, 4))
                .folder(folder);
    }

    private static List<String> codes(PreflightReport report) {
        return report.findings().stream().map(Finding::code).toList();
    }

    @Test
    void aSoundTrainerPassesAndEachCheckSaysWhatItSaw() {
        try (Trainer trainer = builder().rewardOfEnvironment().build()) {
            PreflightReport report = trainer.preflight();
            assertThat(report.passed()).isTrue();
            assertThat(codes(report)).isEmpty();
            assertThat(report.checks())
                    .extracting(Checked::check)
                    .containsExactly(
                            "chat template",
                            "end tokens",
                            "prompt lengths",
                            "rollout",
                            "group size",
                            "reward, policy's answers",
                            "memory");
            assertThat(report.checks().get(2).saw()).isEqualTo("5 of 5 prompts: longest 5 tokens, room for 496");
            assertThat(report.checks().get(3).saw()).startsWith("6 episodes, 0 cut off, longest ");
        }
    }

    @Test
    void nothingIsChanged() {
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        StreamSelector selector = new StreamSelector(Epochs.shuffled(Script.TASKS, 4, Epochs.FOREVER));
        Counting reward = new Counting();
        JsonNode selected = selector.state();
        List<double[]> weights =
                policy.parameters().stream().map(one -> doubles(one.weight())).toList();
        Told told = new Told();
        try (Trainer trainer = unasked()
                .tasks(selector)
                .reward(reward)
                .sampleAnswers(task -> List.of("yes"))
                .listeners(told)
                .build()) {
            long built = NativeMemory.liveArrays(TestEngine.engine().manager());
            trainer.preflight();
            policy.releaseSpareMemory();
            assertThat(reward.asked).isPositive();
            assertThat(reward.state().asLong()).isZero();
            assertThat(selector.state()).isEqualTo(selected);
            assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(built);
            assertThat(folder).isEmptyDirectory();
            assertThat(policy.version()).isZero();
            for (int i = 0; i < weights.size(); i++) {
                assertThat(doubles(policy.parameters().get(i).weight())).isEqualTo(weights.get(i));
            }
            assertThat(trainer.run().steps()).isEqualTo(2);
            assertThatThrownBy(trainer::preflight)
                    .hasMessage("trainer was used, must be new where it is checked; call preflight() before run()");
        }
        policy.releaseSpareMemory();
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    @Test
    void aRunAfterAPreflightIsTheRunWithoutOne() {
        List<Told> told = new ArrayList<>();
        for (boolean checked : new boolean[] {false, true}) {
            told.add(new Told());
            try (LanguageModel fresh = Script.model();
                    Policy trained = Policy.of(fresh.weights(), Trainable.matching("model.layers.*.self_attn.*"));
                    Trainer trainer = Trainer.builder(TestEngine.engine(), fresh, trained)
                            .algorithm(Script.Gradient.plain())
                            .tasks(Script.TASKS)
                            .rollout(new Script.Drawn(trained::version))
                            .rewardOfEnvironment()
                            .run(RunOptions.of(3, 2, 3, 4))
                            .rates(Rates.constant(1e-3))
                            .folder(folder.resolve("checked-" + checked))
                            .listeners(told.get(told.size() - 1))
                            .build()) {
                if (checked) {
                    trainer.preflight();
                }
                trainer.run();
            }
        }
        assertThat(told.get(1).metrics()).hasSize(3).isEqualTo(told.get(0).metrics());
    }

    @Test
    void promptsWithoutRoomEndTheChecks() {
        String longText = "one two three ".repeat(400);
        try (Trainer trainer = builder()
                .tasks(Datasets.of(List.of(TaskRecord.of("long", longText))))
                .rewardOfEnvironment()
                .build()) {
            PreflightReport report = trainer.preflight();
            assertThat(report.passed()).isFalse();
            assertThat(codes(report)).containsExactly("prompts_too_long");
            assertThat(rollout.versions).isEmpty();
        }
    }

    @Test
    void aGroupOfOneIsAnErrorOnlyWhereSamplesAreCompared() {
        RunOptions alone = RunOptions.of(2, 2, 1, 4);
        try (Trainer trainer = builder().run(alone).rewardOfEnvironment().build()) {
            assertThat(codes(trainer.preflight())).contains("group_of_one");
        }
        try (Trainer trainer = builder()
                .algorithm(Script.Gradient.plain().withoutBaseline())
                .run(alone)
                .rewardOfEnvironment()
                .build()) {
            PreflightReport report = trainer.preflight();
            assertThat(codes(report)).doesNotContain("group_of_one");
            assertThat(report.passed()).isTrue();
        }
    }

    @Test
    void failingEpisodesAndRolloutsAreNamed() {
        rollout.ending(EndReason.SAMPLER_FAILED);
        try (Trainer trainer = builder().rewardOfEnvironment().build()) {
            PreflightReport report = trainer.preflight();
            assertThat(report.passed()).isFalse();
            assertThat(report.findings().get(0).text())
                    .isEqualTo("6 of 6 episodes failed, such as one of task task-0: SAMPLER_FAILED, no connection; such"
                            + " episodes are not trained");
        }
        rollout.after(() -> {
            throw new IllegalStateException("the server is gone");
        });
        try (Trainer trainer = builder().rewardOfEnvironment().build()) {
            assertThat(trainer.preflight().findings().get(0).text())
                    .isEqualTo(
                            "sampling ended with java.lang.IllegalStateException: the server is gone; the run would end"
                                    + " so too");
        }
    }

    @Test
    void rewardsThatSayNothingAreNamed() {
        Reward blind = Reward.named("blind", sample -> Score.of(0.5));
        try (Trainer trainer = builder()
                .reward(RewardScorer.of(blind))
                .sampleAnswers(task ->
                        IntStream.range(0, 2).mapToObj(i -> "answer " + i).toList())
                .build()) {
            PreflightReport report = trainer.preflight();
            assertThat(codes(report)).containsExactly("reward_blind", "rewards_all_equal");
            assertThat(report.passed()).isFalse();
            assertThat(report.findings().get(0).text())
                    .startsWith(
                            "10 of 10 sample answers earn no more than the empty answer, such as that of task task-0;");
        }
    }

    /** A scorer whose state counts what it was asked. */
    private static final class Counting implements RewardScorer {
        private long count;
        private long asked;

        @Override
        public Scored score(List<List<RewardSample>> groups, long round) {
            List<List<Score>> scores = new ArrayList<>();
            for (List<RewardSample> group : groups) {
                scores.add(group.stream()
                        .map(one -> Score.of((double) (++count % 3)))
                        .toList());
            }
            asked += count;
            return new Scored(scores, java.util.Map.of());
        }

        @Override
        public JsonNode state() {
            return JsonNodeFactory.instance.numberNode(count);
        }

        @Override
        public void restore(JsonNode state) {
            count = state.asLong();
        }
    }
}
