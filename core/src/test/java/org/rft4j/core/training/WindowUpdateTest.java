package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.ActorCriticScores;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.random.KeyedRandom;

/** An optimiser step is a function of its rows, and not of how they lie in memory. */
class WindowUpdateTest {
    /** Gradients and metrics of another order of additions in fp32, as a share of the largest. */
    private static final double RTOL = 2e-5;

    /** With so large an epsilon AdamW's first step is the gradient times the learning rate over epsilon. */
    private static final double EPSILON = 1e6;

    private static final double SCALE = 100;
    private static final AdamWOptions LINEAR = new AdamWOptions(0.9, 0.999, EPSILON, 0, 0);
    private static final TrainingBatch BATCH = TrainedTexts.batch(12, 5, 20, 9, 16, 7);
    private static final List<Integer> ROWS = List.of(0, 1, 2, 3, 4, 5);
    private static final UpdatePlan PLAIN = plan(10_000, 64, ActivationMemory.KEEP_ALL, BatchLayout.rightPadded());

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    private static UpdatePlan plan(int tokens, int rows, ActivationMemory memory, BatchLayout layout) {
        return new UpdatePlan(1, 1, tokens, rows, memory, layout, true, false);
    }

    /** What a step told, and by how much it moved each weight: the gradient times {@link #SCALE}. */
    private record Outcome(Map<String, Double> metrics, Map<String, double[]> gradients) {}

    private Outcome step(UpdatePlan plan, Objective objective, TrainingBatch batch, List<Integer> rows) {
        return step(plan, objective, batch, rows, true);
    }

    private Outcome step(
            UpdatePlan plan, Objective objective, TrainingBatch batch, List<Integer> rows, boolean policyLearns) {
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            Optional<ActorCritic> critic = objective.needs().critic()
                    ? Optional.of(ActorCritic.sharing(policy, head(model)))
                    : Optional.empty();
            TrainedModels models = new TrainedModels(policy, critic, Optional.empty(), PolicyScoreOptions.DEFAULT);
            try (Optimizers optimizers = Optimizers.of(models, LINEAR, LINEAR, manager)) {
                List<Parameter> all = new ArrayList<>(policy.parameters());
                critic.ifPresent(both -> all.addAll(both.criticParameters()));
                Map<String, double[]> before = weights(all);
                RowScorer scorer = new RowScorer(models, plan, TestEngine.engine());
                WindowUpdate update = new WindowUpdate(models, optimizers, plan, scorer, TestEngine.engine());
                double rate = SCALE * EPSILON;
                StepContext context = new StepContext(rate, rate, policyLearns, true, KeyedRandom.ofSeed(1));
                StepOutcome outcome = update.step(batch, rows, objective, context);
                assertThat(outcome.applied()).isTrue();
                assertThat(policy.version()).isEqualTo(policyLearns ? 1 : 0);
                return new Outcome(outcome.metrics(), differences(before, weights(all)));
            }
        }
    }

    private ScalarHead head(ModelWeights model) {
        ScalarHead head = ValueModel.zeroHead(model, manager);
        KeyedRandom random = KeyedRandom.ofSeed(3);
        float[] weights = new float[(int) head.weight().size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.uniform(i);
        }
        head.weight().set(java.nio.FloatBuffer.wrap(weights));
        return head;
    }

    private static Map<String, double[]> weights(List<Parameter> parameters) {
        Map<String, double[]> weights = new LinkedHashMap<>();
        parameters.forEach(one -> weights.put(one.name(), doubles(one.weight())));
        return weights;
    }

    private static Map<String, double[]> differences(Map<String, double[]> before, Map<String, double[]> after) {
        Map<String, double[]> moved = new LinkedHashMap<>();
        before.forEach((name, old) -> {
            double[] now = after.get(name);
            double[] difference = new double[old.length];
            for (int i = 0; i < old.length; i++) {
                difference[i] = old[i] - now[i];
            }
            moved.put(name, difference);
        });
        return moved;
    }

    private static void requireSame(Outcome actual, Outcome expected) {
        assertThat(actual.metrics().keySet()).isEqualTo(expected.metrics().keySet());
        assertThat(actual.gradients().keySet()).isEqualTo(expected.gradients().keySet());
        expected.metrics()
                .forEach((name, value) ->
                        assertClose(name, new double[] {actual.metrics().get(name)}, new double[] {value}, RTOL));
        expected.gradients()
                .forEach(
                        (name, gradient) -> assertClose(name, actual.gradients().get(name), gradient, RTOL));
    }

    static Stream<Arguments> plans() {
        BatchLayout right = BatchLayout.rightPadded();
        ActivationMemory products = ActivationMemory.KEEP_PRODUCTS;
        return Stream.of(
                Arguments.of("one row at a time", plan(1, 64, products, right)),
                Arguments.of("two rows at a time", plan(10_000, 2, products, right)),
                Arguments.of("40 tokens at a time", plan(40, 64, products, right)),
                Arguments.of("all at once", plan(10_000, 64, products, right)),
                Arguments.of("left padded", plan(40, 64, products, BatchLayout.leftPadded())),
                Arguments.of("packed", plan(60, 64, products, BatchLayout.packed(32))),
                Arguments.of("recomputed", plan(40, 64, ActivationMemory.RECOMPUTE_LAYERS, right)),
                Arguments.of(
                        "packed and recomputed",
                        plan(10_000, 64, ActivationMemory.RECOMPUTE_LAYERS, BatchLayout.packed(24))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("plans")
    void gradientAndMetricsDoNotDependOnHowRowsAreLaidOut(String name, UpdatePlan plan) {
        for (RowWeights weights : List.of(TrainedTexts.TOKEN_MEAN, TrainedTexts.SEQUENCE_MEAN, TrainedTexts.CONSTANT)) {
            for (boolean more : new boolean[] {false, true}) {
                Objective objective = new TrainedTexts.Everything(weights, more);
                requireSame(step(plan, objective, BATCH, ROWS), step(PLAIN, objective, BATCH, ROWS));
            }
        }
    }

    @Test
    void theOrderOfRowsDoesNotMatter() {
        UpdatePlan plan = plan(40, 64, ActivationMemory.KEEP_PRODUCTS, BatchLayout.rightPadded());
        Objective objective = new TrainedTexts.Everything(TrainedTexts.SEQUENCE_MEAN, true);
        requireSame(step(plan, objective, BATCH, List.of(5, 2, 0, 4, 1, 3)), step(plan, objective, BATCH, ROWS));
    }

    @Test
    void rowsOfOtherStepsDoNotMatter() {
        Objective objective = new TrainedTexts.Everything(TrainedTexts.TOKEN_MEAN, true);
        Outcome some = step(PLAIN, objective, BATCH, List.of(0, 1, 2));
        requireSame(some, step(PLAIN, objective, TrainedTexts.batch(12, 5, 20), List.of(0, 1, 2)));
        Outcome all = step(PLAIN, objective, BATCH, ROWS);
        assertThat(all.metrics().get("loss"))
                .isNotCloseTo(some.metrics().get("loss"), org.assertj.core.data.Offset.offset(1e-3));
    }

    @Test
    void aCriticThatLearnsAloneLeavesThePolicyAsItIs() {
        Outcome alone = step(PLAIN, new TrainedTexts.Everything(TrainedTexts.TOKEN_MEAN, true), BATCH, ROWS, false);
        alone.gradients()
                .forEach((name, moved) -> assertThat(Arrays.stream(moved).allMatch(x -> x == 0))
                        .as(name)
                        .isEqualTo(!name.startsWith("value.")));
        assertThat(alone.metrics()).containsKeys("loss", "critic/grad_norm").doesNotContainKey("grad_norm");
    }

    /** The derivative of each of the three parts, written down once more on the host. */
    @Test
    void gradientsOfRatiosEntropiesAndValuesAreThoseOfTheFormulas() {
        Outcome stepped = step(PLAIN, new TrainedTexts.Everything(TrainedTexts.TOKEN_MEAN, true), BATCH, ROWS);
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            ActorCritic both = ActorCritic.sharing(policy, head(model));
            PolicyScoreOptions options = PolicyScoreOptions.DEFAULT.withEntropy();
            ActorCriticScores scores = both.score(BATCH.tokens(ROWS), options, manager);
            Shape shape = scores.logProbs().getShape();
            float[] mask = BATCH.tokens(ROWS).mask(manager).toFloatArray();
            float[] logProbs = scores.logProbs().toFloatArray();
            float[] values = scores.values().toFloatArray();
            float[] advantages = column(TokenColumn.ADVANTAGE);
            float[] old = column(TokenColumn.OLD_LOG_PROB);
            float[] returns = column(TokenColumn.RETURN);
            double weight = SCALE / Arrays.stream(BATCH.trainedTokens(ROWS)).sum();
            float[] ofLogProbs = new float[mask.length];
            float[] ofEntropies = new float[mask.length];
            float[] ofValues = new float[mask.length];
            int held = 0;
            for (int i = 0; i < mask.length; i++) {
                double ratio = Math.exp(logProbs[i] - old[i]);
                boolean holds = advantages[i] > 0 ? ratio > 1.2 : ratio < 0.8;
                held += mask[i] == 1 && holds ? 1 : 0;
                ofLogProbs[i] = (float) (holds ? 0 : -mask[i] * weight * ratio * advantages[i]);
                ofEntropies[i] = (float) (-0.1 * mask[i] * weight);
                ofValues[i] = (float) (2 * mask[i] * weight * (values[i] - returns[i]));
            }
            assertThat(held).isPositive();
            scores.backward(
                    manager.create(ofLogProbs, shape),
                    manager.create(ofEntropies, shape),
                    manager.create(ofValues, shape));
            both.parameters()
                    .forEach(parameter -> assertClose(
                            parameter.name(),
                            stepped.gradients().get(parameter.name()),
                            doubles(parameter.weight().getGradient()),
                            RTOL));
        }
    }

    private float[] column(TokenColumn column) {
        return BATCH.upload(BATCH.columns().get(column), ROWS, manager).toFloatArray();
    }

    /** Loss -w A log p: what runs back is -w A, which is written down here once more. */
    @Test
    void thePlainGradientIsThatOfTheWeightsTimesAdvantages() {
        Outcome stepped = step(PLAIN, new Plain(), BATCH, ROWS);
        ModelWeights model = new TinyCheckpoint("llama", manager).load();
        try (Policy policy = Policy.of(model, Trainable.everything())) {
            int tokens = Arrays.stream(BATCH.trainedTokens(ROWS)).sum();
            NDArray advantages = BATCH.upload(BATCH.columns().get(TokenColumn.ADVANTAGE), ROWS, manager);
            policy.score(BATCH.tokens(ROWS), PolicyScoreOptions.DEFAULT, manager)
                    .backward(advantages.mul(-SCALE / tokens), null);
            for (Parameter parameter : policy.parameters()) {
                assertClose(
                        parameter.name(),
                        stepped.gradients().get(parameter.name()),
                        doubles(parameter.weight().getGradient()),
                        RTOL);
            }
        }
    }

    @Test
    void rowsThatCannotChangeTheWeightsNeedNotBeRun() {
        float[][] advantages = BATCH.columns().get(TokenColumn.ADVANTAGE).clone();
        advantages[1] = new float[advantages[1].length];
        advantages[4] = new float[advantages[4].length];
        TrainingBatch batch = BATCH.with(TokenColumn.ADVANTAGE, advantages);
        Outcome all = step(PLAIN, new Plain(), batch, ROWS);
        Outcome some = step(PLAIN.skippingSilentRows(), new Plain(), batch, ROWS);

        assertThat(all.metrics().get("update/rows")).isEqualTo(6);
        assertThat(some.metrics().get("update/rows")).isEqualTo(4);
        assertClose(
                "loss",
                new double[] {some.metrics().get("loss")},
                new double[] {all.metrics().get("loss")},
                RTOL);
        all.gradients()
                .forEach((name, gradient) -> assertClose(name, some.gradients().get(name), gradient, RTOL));
    }

    private static final class Plain implements Objective {
        @Override
        public boolean isSilent(Map<TokenColumn, float[]> columns, boolean[] trained) {
            for (float advantage : columns.get(TokenColumn.ADVANTAGE)) {
                if (advantage != 0) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Needs needs() {
            return Needs.ratio(Needs.OldLogProbs.NONE);
        }

        @Override
        public RowWeights weights() {
            return TrainedTexts.TOKEN_MEAN;
        }

        @Override
        public LossResult loss(LossInput input) {
            return LossResult.of(input.weighted(
                    input.logProbs().mul(input.column(TokenColumn.ADVANTAGE)).neg()));
        }
    }
}
