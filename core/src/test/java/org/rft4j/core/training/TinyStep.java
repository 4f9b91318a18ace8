package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;

/** One optimiser step of a fresh tiny model, compared with a copy of it from before its weights moved. */
final class TinyStep {
    /** Gradients and metrics of another order of additions in fp32, as a share of the largest. */
    private static final double RTOL = 2e-5;

    /** With so large an epsilon AdamW's first step is the gradient times the learning rate over epsilon. */
    private static final double EPSILON = 1e6;

    private static final double SCALE = 100;
    private static final float MOVED = 0.1f;
    private static final AdamWOptions LINEAR = new AdamWOptions(0.9, 0.999, EPSILON, 0, 0);

    private TinyStep() {}

    /** What a step told, and by how much it moved each weight: in proportion to the gradient. */
    record Outcome(Map<String, Double> metrics, Map<String, double[]> moved) {
        void requireSame(Outcome expected) {
            assertThat(metrics.keySet()).isEqualTo(expected.metrics.keySet());
            expected.metrics.forEach(
                    (name, value) -> assertClose(name, new double[] {metrics.get(name)}, new double[] {value}, RTOL));
            requireSameGradient(expected);
        }

        void requireSameGradient(Outcome expected) {
            expected.moved.forEach((name, gradient) -> assertClose(name, moved.get(name), gradient, RTOL));
        }
    }

    static Outcome of(
            NDManager manager, UpdatePlan plan, Objective objective, TrainingBatch batch, List<Integer> rows) {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        try (Policy policy = Policy.of(model, Trainable.everything());
                FrozenReference reference = Reference.copyOf(policy)) {
            policy.parameters().forEach(parameter -> {
                float[] numbers = parameter.weight().stopGradient().toFloatArray();
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] += MOVED * (float) Math.sin(1.7 * i + 0.3);
                }
                WeightUpdates.copy(
                        List.of(parameter.weight()),
                        List.of(manager.create(numbers, parameter.weight().getShape())));
            });
            TrainedModels models =
                    new TrainedModels(policy, Optional.empty(), Optional.of(reference), PolicyScoreOptions.DEFAULT);
            try (Optimizers optimizers = Optimizers.of(models, LINEAR, LINEAR, manager)) {
                Map<String, double[]> before = weights(policy);
                RowScorer scorer = new RowScorer(models, plan, TestEngine.engine());
                WindowUpdate update = new WindowUpdate(models, optimizers, plan, scorer, TestEngine.engine());
                double rate = SCALE * EPSILON;
                StepContext context = new StepContext(rate, rate, true, true, KeyedRandom.ofSeed(1));
                StepOutcome outcome = update.step(batch, rows, objective, context);
                assertThat(outcome.applied()).isTrue();
                Map<String, double[]> moved = new LinkedHashMap<>();
                weights(policy).forEach((name, now) -> {
                    double[] difference = before.get(name).clone();
                    for (int i = 0; i < difference.length; i++) {
                        difference[i] -= now[i];
                    }
                    moved.put(name, difference);
                });
                return new Outcome(outcome.metrics(), moved);
            }
        }
    }

    private static Map<String, double[]> weights(Policy policy) {
        Map<String, double[]> weights = new LinkedHashMap<>();
        policy.parameters().forEach(one -> weights.put(one.name(), doubles(one.weight())));
        return weights;
    }
}
