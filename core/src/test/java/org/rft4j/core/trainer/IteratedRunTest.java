package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Learning from what is chosen among the policy's own writing. */
class IteratedRunTest {
    private static final int ROUNDS = 4;

    /** Rows in other company are rounded otherwise. */
    private static final double ROUNDING = 1e-4;

    @TempDir
    private Path temporary;

    private final LanguageModel model = Script.model();
    private final Policy policy = Policy.of(model.weights(), Trainable.everything());
    private final Script.Drawn rollout = new Script.Drawn(policy::version);

    @AfterEach
    void close() {
        policy.close();
        model.close();
    }

    private TrainerBuilder builder(String folder, Policy of, LanguageModel with, Told told) {
        return Trainer.builder(TestEngine.engine(), with, of)
                .tasks(Script.TASKS)
                .rollout(new Script.Drawn(of::version))
                .rewardOfEnvironment()
                .run(RunOptions.of(ROUNDS, 2, 4, 4))
                .update(UpdatePlan.DEFAULT.withSteps(1, 2))
                .rates(Rates.constant(1e-3))
                .checkpoints(new CheckpointPlan(1, 3, false))
                .folder(temporary.resolve(folder))
                .listeners(told);
    }

    @Test
    void eachRoundSamplesChoosesAndLearns() {
        Told told = new Told();
        Best best = new Best(Needs.OldLogProbs.ROUND_START, 2);
        try (Trainer trainer = builder("run", policy, model, told)
                .rollout(rollout)
                .iterated(best, best)
                .build()) {
            assertThat(trainer.run().reason()).isEqualTo(RunEnd.Reason.FINISHED);
        }
        assertThat(told.steps).extracting(step -> step.round()).containsExactly(0L, 0L, 1L, 1L, 2L, 2L, 3L, 3L);
        assertThat(rollout.versions).as("by the weights of the round's start").containsExactly(0L, 2L, 4L, 6L);
        assertThat(told.metrics().get(0))
                .containsEntry("episodes", 8.0)
                .containsEntry("groups", 2.0)
                .containsEntry("rows", 4.0)
                .containsEntry("chosen", 4.0)
                .containsKey("reward");
        assertThat(Math.abs(told.metrics().get(0).get("ratio") - 1)).isLessThan(ROUNDING);
        assertThat(Math.abs(told.metrics().get(1).get("ratio") - 1))
                .as("against the round's start")
                .isGreaterThan(ROUNDING);
        assertThat(told.metrics().get(1)).doesNotContainKey("reward");
        assertThat(best.arranged).hasSize(ROUNDS);
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(best.units.get(2 * round) + best.units.get(2 * round + 1))
                    .as("pairs are not torn")
                    .isEqualTo(2);
        }
    }

    /** The tokens of a row are those that were sampled. */
    @Test
    void whatIsTrainedIsWhatWasSampled() {
        Best best = new Best(Needs.OldLogProbs.NONE, 1);
        try (Trainer trainer =
                builder("run", policy, model, new Told()).iterated(best, best).build()) {
            trainer.run();
        }
        assertThat(best.scores)
                .hasSize(2 * ROUNDS)
                .allSatisfy(scores -> assertThat(scores.get(0))
                        .isEqualTo(
                                scores.stream().max(Comparator.naturalOrder()).orElseThrow()));
        assertThat(best.numbers)
                .isNotEmpty()
                .allSatisfy(number -> assertThat(number).isBetween(0f, 1f));
    }

    @Test
    void aStoppedRunGoesOnAsIfItHadNotBeenStopped() {
        Told whole = new Told();
        Best plan = new Best(Needs.OldLogProbs.ROUND_START, 2);
        try (Trainer trainer =
                builder("whole", policy, model, whole).iterated(plan, plan).build()) {
            trainer.run();
        }
        List<Map<String, Double>> parts = new ArrayList<>();
        for (int stopAt : new int[] {3, 0}) {
            try (LanguageModel again = Script.model();
                    Policy fresh = Policy.of(again.weights(), Trainable.everything())) {
                AtomicReference<Trainer> running = new AtomicReference<>();
                Told told = new Told(step -> {
                    if (step.step() == stopAt) {
                        running.get().stop();
                    }
                });
                Best same = new Best(Needs.OldLogProbs.ROUND_START, 2);
                try (Trainer trainer = builder("stopped", fresh, again, told)
                        .iterated(same, same)
                        .build()) {
                    running.set(trainer);
                    trainer.runOrResume();
                }
                parts.addAll(told.metrics());
            }
        }
        assertThat(parts).isEqualTo(whole.metrics());
    }

    @Test
    void aRoundOfWhichNothingIsChosenIsPassedOver() {
        Told told = new Told();
        Best none = new Best(Needs.OldLogProbs.NONE, 0);
        try (Trainer trainer =
                builder("run", policy, model, told).iterated(none, none).build()) {
            assertThat(trainer.run().reason()).isEqualTo(RunEnd.Reason.FINISHED);
        }
        assertThat(told.steps).isEmpty();
        assertThat(told.findings)
                .filteredOn(finding -> finding.code().equals("nothing_to_train"))
                .hasSize(ROUNDS);
        assertThat(policy.version()).isZero();
    }

    @Test
    void whatDoesNotFitIsToldTogether() {
        Best sampler = new Best(Needs.OldLogProbs.SAMPLER, 1);
        assertThatThrownBy(() -> builder("run", policy, model, new Told())
                        .iterated(sampler, sampler)
                        .algorithm(Script.Gradient.plain())
                        .build())
                .hasMessage("trainer was 1 problem, must be complete and consistent; there must be one thing that is"
                        + " minimised; add either algorithm(...), iterated(...) or offline(...)");
        assertThatThrownBy(() -> builder("run", policy, model, new Told())
                        .iterated(sampler, sampler)
                        .build())
                .hasMessage(
                        "trainer was 1 problem, must be complete and consistent; best learns from examples, which have"
                                + " neither the sampler's log-probs nor a baseline; leave baseline(...) out, and let needs() ask for"
                                + " another ratio");
    }

    /** The likelihood of the best episodes of each task, which make a unit. */
    private static final class Best implements Objective, ExampleArrangement<TrajectoryGroup> {
        private static final TokenColumn REWARD = new TokenColumn("reward");

        private final Needs.OldLogProbs ratio;
        private final int most;
        private final List<List<TrajectoryGroup>> arranged = new ArrayList<>();
        private final List<List<Double>> scores = new ArrayList<>();
        private final List<Integer> units = new ArrayList<>();
        private final List<Float> numbers = new ArrayList<>();

        Best(Needs.OldLogProbs ratio, int most) {
            this.ratio = ratio;
            this.most = most;
        }

        @Override
        public String name() {
            return "best";
        }

        @Override
        public Needs needs() {
            return Needs.ratio(ratio);
        }

        @Override
        public RowWeights weights() {
            return counts -> {
                double[] weights = new double[counts.length];
                for (int n = 0; n < counts.length; n++) {
                    weights[n] = 1.0 / ((double) counts.length * counts[n]);
                }
                return weights;
            };
        }

        @Override
        public ArrangedRows arrange(List<TrajectoryGroup> groups) {
            arranged.add(groups);
            List<ExampleRow> rows = new ArrayList<>();
            for (int g = 0; g < groups.size(); g++) {
                List<ScoredTrajectory> best = groups.get(g).members().stream()
                        .sorted(Comparator.comparingDouble(
                                        (ScoredTrajectory one) -> one.score().value())
                                .reversed())
                        .toList();
                List<Double> ofGroup = new ArrayList<>();
                for (int n = 0; n < best.size(); n++) {
                    TokenTrace trace = best.get(n).trajectory().trace();
                    long[] written = java.util.Arrays.copyOfRange(trace.ids(), trace.promptLength(), trace.length());
                    ofGroup.add(Script.even(written).value());
                    if (n < most) {
                        rows.add(new ExampleRow(trace.ids(), trace.trained(), g, Map.of())
                                .withNumber(REWARD, best.get(n).score().value()));
                    }
                }
                scores.add(ofGroup);
            }
            return new ArrangedRows(rows, Map.of("chosen", (double) rows.size()));
        }

        @Override
        public LossResult loss(LossInput input) {
            units.add(input.units()[input.units().length - 1] + 1);
            for (float number : input.ofSequence(REWARD).toFloatArray()) {
                numbers.add(number);
            }
            LossMetrics metrics = new LossMetrics();
            if (ratio != Needs.OldLogProbs.NONE) {
                metrics.share(
                        "ratio",
                        input.tokenMean(input.logProbs()
                                .sub(input.column(TokenColumn.OLD_LOG_PROB))
                                .exp()));
            }
            return new LossResult(input.weighted(input.logProbs().neg()), metrics);
        }
    }
}
