package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.random.KeyedRandom;

/** An optimiser step of a reward model is a function of its pairs, and not of how they lie in memory. */
class RewardModelUpdateTest {
    /** Gradients and metrics of another order of additions in fp32, as a share of the largest. */
    private static final double RTOL = 2e-5;

    /** With so large an epsilon AdamW's first step is the gradient times the learning rate over epsilon. */
    private static final double EPSILON = 1e6;

    private static final double SCALE = 100;
    private static final AdamWOptions LINEAR = new AdamWOptions(0.9, 0.999, EPSILON, 0, 0);
    private static final int[] LENGTHS = {12, 5, 20, 9, 16, 7, 2, 11};
    private static final List<Integer> ROWS = List.of(0, 1, 2, 3, 4, 5, 6, 7);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> plans() {
        List<Arguments> all = new ArrayList<>();
        for (boolean adapter : new boolean[] {false, true}) {
            all.add(Arguments.of(adapter, "a pair at a time", plan(1, BatchLayout.rightPadded())));
            all.add(Arguments.of(adapter, "80 tokens at a time", plan(80, BatchLayout.rightPadded())));
            all.add(Arguments.of(adapter, "left padded", plan(80, BatchLayout.leftPadded())));
            all.add(Arguments.of(adapter, "packed", plan(10_000, BatchLayout.packed(32))));
            all.add(Arguments.of(
                    adapter,
                    "recomputed",
                    plan(80, BatchLayout.packed(24)).withMemory(ActivationMemory.RECOMPUTE_LAYERS)));
        }
        return all.stream();
    }

    private static UpdatePlan plan(int tokens, BatchLayout layout) {
        return UpdatePlan.DEFAULT.withMicroBatches(tokens, 64).withLayout(layout);
    }

    @ParameterizedTest(name = "adapter {0}, {1}")
    @MethodSource("plans")
    void gradientAndMetricsDoNotDependOnHowTextsAreLaidOut(boolean adapter, String name, UpdatePlan plan) {
        Outcome whole = step(adapter, plan(10_000, BatchLayout.rightPadded()), ROWS);
        Outcome laidOut = step(adapter, plan, ROWS);
        assertThat(laidOut.metrics().keySet()).isEqualTo(whole.metrics().keySet());
        whole.metrics()
                .forEach((metric, value) ->
                        assertClose(metric, new double[] {laidOut.metrics().get(metric)}, new double[] {value}, RTOL));
        whole.gradients()
                .forEach((weight, gradient) ->
                        assertClose(weight, laidOut.gradients().get(weight), gradient, RTOL));
    }

    @Test
    void theOrderOfPairsDoesNotMatterAndThatOfSidesDoes() {
        UpdatePlan plan = plan(80, BatchLayout.rightPadded());
        Outcome whole = step(false, plan, ROWS);
        Outcome reordered = step(false, plan, List.of(6, 7, 2, 3, 0, 1, 4, 5));
        whole.gradients()
                .forEach((weight, gradient) ->
                        assertClose(weight, reordered.gradients().get(weight), gradient, RTOL));
        Outcome exchanged = step(false, plan, List.of(1, 0, 3, 2, 5, 4, 7, 6));
        assertClose(
                "margin",
                new double[] {-exchanged.metrics().get("margin")},
                new double[] {whole.metrics().get("margin")},
                RTOL);
    }

    @Test
    void numbersThatARewardModelDoesNotHaveAreNotTold() {
        Outcome outcome = step(false, plan(80, BatchLayout.rightPadded()), ROWS);
        assertThat(outcome.metrics().keySet())
                .containsExactlyInAnyOrder(
                        "loss", "margin", "grad_norm", "learning_rate", "update/rows", "update/probe_norm");
        assertThat(outcome.metrics()).containsEntry("update/rows", 8.0);
    }

    /** What a step told, and by how much it moved each weight: the gradient times {@link #SCALE}. */
    private record Outcome(Map<String, Double> metrics, Map<String, double[]> gradients) {}

    private Outcome step(boolean adapter, UpdatePlan plan, List<Integer> rows) {
        ClassifierWeights classifier = Checkpoints.loadClassifier(
                new TinyCheckpoint("llama_reward", manager).folder(), LoadOptions.DEFAULT, manager);
        Trainable trainable =
                adapter ? Trainable.lora(LoraConfig.of(2, 4, LoraTargets.allLinear())) : Trainable.everything();
        try (RewardModel model = RewardModel.trained(classifier, trainable)) {
            TrainedModels models = new TrainedModels(
                    Trainee.of(model), Optional.empty(), Optional.empty(), PolicyScoreOptions.DEFAULT);
            try (Optimizers optimizers = Optimizers.of(models, LINEAR, LINEAR, manager)) {
                Map<String, double[]> before = weights(model.parameters());
                RowScorer scorer = new RowScorer(models, plan, TestEngine.engine());
                double rate = SCALE * EPSILON;
                StepOutcome outcome = new WindowUpdate(models, optimizers, plan, scorer, TestEngine.engine())
                        .step(
                                pairs(),
                                rows,
                                new Pairwise(),
                                new StepContext(rate, rate, true, true, KeyedRandom.ofSeed(1)));
                assertThat(outcome.applied()).isTrue();
                assertThat(models.trainee().version()).isEqualTo(1);
                Map<String, double[]> after = weights(model.parameters());
                Map<String, double[]> moved = new LinkedHashMap<>();
                before.forEach((name, old) -> {
                    double[] difference = new double[old.length];
                    for (int i = 0; i < old.length; i++) {
                        difference[i] = old[i] - after.get(name)[i];
                    }
                    moved.put(name, difference);
                });
                return new Outcome(outcome.metrics(), moved);
            }
        }
    }

    private static Map<String, double[]> weights(List<Parameter> parameters) {
        Map<String, double[]> weights = new LinkedHashMap<>();
        parameters.forEach(one -> weights.put(one.name(), doubles(one.weight())));
        return weights;
    }

    private static TrainingBatch pairs() {
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> trained = new ArrayList<>();
        int[] units = new int[LENGTHS.length];
        for (int n = 0; n < LENGTHS.length; n++) {
            ids.add(TrainedTexts.ids(KeyedRandom.ofSeed(9).derive(n), LENGTHS[n]));
            boolean[] last = new boolean[LENGTHS[n]];
            last[last.length - 1] = true;
            trained.add(last);
            units[n] = n / 2;
        }
        return new TrainingBatch(
                ids,
                trained,
                trained.stream().map(last -> new int[] {last.length - 1}).toList(),
                ids.stream().map(row -> new int[row.length]).toList(),
                Map.of(),
                units);
    }

    /** The logistic loss of pairs. */
    private static final class Pairwise implements Objective {
        @Override
        public String name() {
            return "pairwise";
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE;
        }

        @Override
        public RowWeights weights() {
            return counts -> new double[counts.length];
        }

        @Override
        public LossResult loss(LossInput input) {
            NDArray pairs = input.sequenceSums(input.requireValues()).reshape(-1, 2);
            NDArray margin = pairs.get(":, 0").sub(pairs.get(":, 1"));
            NDArray share = input.unitMean(margin.neg().exp().add(1).log());
            return new LossResult(share, new LossMetrics().share("margin", input.unitMean(margin.stopGradient())));
        }
    }
}
