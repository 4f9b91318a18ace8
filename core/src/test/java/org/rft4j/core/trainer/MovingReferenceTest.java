package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.ModelReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** References that follow the policy while it is trained. */
class MovingReferenceTest {
    private static final WeightKey NORM = WeightKey.of(WeightRole.FINAL_NORM);

    /** One rounding of fp32 for each of a few moves. */
    private static final double RTOL = 1e-6;

    /** The square of a few roundings of a log-prob. */
    private static final double ROUNDING = 1e-10;

    private static final double DECAY = 0.4;
    private static final int EVERY = 3;

    @TempDir
    private Path temporary;

    /** Weights of policy and reference after each step, and what was told. */
    private record Ran(List<double[]> policy, List<double[]> reference, List<Map<String, Double>> metrics) {}

    private Ran ran(String folder, Function<Policy, ModelReference> made, int stopAt) {
        Ran ran = new Ran(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        AtomicReference<Trainer> running = new AtomicReference<>();
        try (TinyRun run = new TinyRun();
                ModelReference reference = made.apply(run.policy())) {
            Told told = new Told(step -> {
                ran.policy.add(doubles(run.policy().decoder().weights().get(NORM)));
                ran.reference.add(doubles(reference.decoder().weights().get(NORM)));
                ran.metrics.add(new LinkedHashMap<>(step.metrics()));
                if (step.step() == stopAt) {
                    running.get().stop();
                }
            });
            Distance distance = new Distance(new TinyRun.ByHeart("distance", 1));
            try (Trainer trainer = run.builder(temporary.resolve(folder), told)
                    .offline(distance, distance.heart(), TinyRun.examples(5, 3))
                    .reference(reference)
                    .build()) {
                running.set(trainer);
                trainer.runOrResume();
            }
        }
        return ran;
    }

    @Test
    void aCopyBecomesThePolicyEverySoManySteps() {
        Ran ran = ran("copy", policy -> Reference.copyOf(policy, EVERY), 0);
        assertThat(ran.policy).hasSize(TinyRun.STEPS);
        double[] before = before();
        double[] expected = before;
        for (int step = 1; step <= TinyRun.STEPS; step++) {
            expected = step % EVERY == 0 ? ran.policy.get(step - 1) : expected;
            assertThat(ran.reference.get(step - 1)).as("after step %d", step).isEqualTo(expected);
        }
        assertThat(ran.policy.get(0)).isNotEqualTo(before);
        assertThat(ran.metrics.get(0).get("distance")).isBetween(0.0, ROUNDING);
        assertThat(ran.metrics.get(2).get("distance")).isGreaterThan(ROUNDING);
    }

    /** Two steps are a round here: the round's start is the reference, without any moving away before it. */
    @Test
    void asOftenAsARoundItIsThePolicyOfTheRoundsStart() {
        Ran ran = ran("round", policy -> Reference.copyOf(policy, 2), 0);
        for (int round = 0; round < TinyRun.STEPS / 2; round++) {
            assertThat(ran.metrics.get(2 * round).get("distance")).isBetween(0.0, ROUNDING);
            assertThat(ran.metrics.get(2 * round + 1).get("distance")).isGreaterThan(ROUNDING);
        }
    }

    @Test
    void anAverageMovesByItsFormula() {
        Ran ran = ran("average", policy -> Reference.averageOf(policy, EVERY, DECAY), 0);
        double[] expected = before();
        for (int step = 1; step <= TinyRun.STEPS; step++) {
            for (int i = 0; step % EVERY == 0 && i < expected.length; i++) {
                expected[i] = DECAY * expected[i] + (1 - DECAY) * ran.policy.get(step - 1)[i];
            }
            assertClose("average after step " + step, ran.reference.get(step - 1), expected, RTOL);
        }
        assertThat(ran.reference.get(TinyRun.STEPS - 1)).isNotEqualTo(before());
    }

    @Test
    void whatDoesNotFollowStays() {
        double[] before = before();
        Ran ran = ran("still", Reference::copyOf, 0);
        assertThat(ran.reference).allSatisfy(weights -> assertThat(weights).isEqualTo(before));
        Ran average = ran("still-average", Reference::averageOf, 0);
        assertThat(average.reference).allSatisfy(weights -> assertThat(weights).isEqualTo(before));
    }

    @Test
    void aResumedRunGoesOnWithWhatItWasComparedWith() {
        Function<Policy, ModelReference> average = policy -> Reference.averageOf(policy, EVERY, DECAY);
        Ran whole = ran("whole", average, 0);
        for (int stopAt : new int[] {EVERY, EVERY + 1}) {
            Ran first = ran("stopped-" + stopAt, average, stopAt);
            assertThat(first.metrics).hasSize(stopAt);
            Ran rest = ran("stopped-" + stopAt, average, 0);
            List<Map<String, Double>> metrics = new ArrayList<>(first.metrics);
            metrics.addAll(rest.metrics);
            assertThat(metrics).isEqualTo(whole.metrics);
            assertThat(rest.reference.get(rest.reference.size() - 1)).isEqualTo(whole.reference.get(TinyRun.STEPS - 1));
        }
    }

    @Test
    void aRunDoesNotGoOnComparedOtherwise() {
        ran("run", policy -> Reference.copyOf(policy, EVERY), 4);
        assertThatThrownBy(() -> ran("run", policy -> Reference.copyOf(policy, 2), 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith(
                        "reference of the run that goes on was copy every 2 steps, must be what it was when ")
                .hasMessageContaining(" was written, copy every 3 steps; go on with the settings of the checkpoint");
        assertThatThrownBy(() -> ran("run", policy -> Reference.averageOf(policy, EVERY, DECAY), 0))
                .hasMessageStartingWith(
                        "reference of the run that goes on was average, decay 0.4 every 3 steps, must be");
    }

    @Test
    void whatCannotMoveIsRefused() {
        try (TinyRun run = new TinyRun()) {
            assertThatThrownBy(() -> Reference.copyOf(run.policy(), -1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("everySteps was -1, must be at least 0; 0 never follows the policy");
            assertThatThrownBy(() -> Reference.averageOf(run.policy(), 0, DECAY))
                    .hasMessage("everySteps was 0, must be at least 1; 512 is TRL's");
            assertThatThrownBy(() -> Reference.averageOf(run.policy(), 1, 1.5))
                    .hasMessage("decay was 1.5, must be between 0 and 1; 0.99 is usual");
            ModelWeights model = run.model().weights();
            try (FrozenReference other = Reference.of(model)) {
                other.stepped(EVERY); // no policy to follow
                assertThat(other).hasToString("another model");
            }
        }
    }

    private static double[] before() {
        try (TinyRun run = new TinyRun()) {
            return doubles(run.policy().decoder().weights().get(NORM));
        }
    }

    /** Likelihood; tells how far the policy is from the reference. */
    private record Distance(TinyRun.ByHeart heart) implements Objective {
        @Override
        public String name() {
            return heart.name();
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE.withReference(true);
        }

        @Override
        public RowWeights weights() {
            return heart.weights();
        }

        @Override
        public LossResult loss(LossInput input) {
            var distance = input.logProbs()
                    .sub(input.column(TokenColumn.REFERENCE_LOG_PROB))
                    .square();
            return new LossResult(
                    input.weighted(input.logProbs().neg()),
                    new LossMetrics().share("distance", input.tokenMean(distance)));
        }
    }
}
