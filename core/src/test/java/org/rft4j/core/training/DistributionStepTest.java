package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.Divergence;

/** Steps of losses that use whole distributions. */
class DistributionStepTest {
    private static final TrainingBatch BATCH = TrainedTexts.batch(12, 5, 20, 9, 16, 7);
    private static final List<Integer> ROWS = List.of(0, 1, 2, 3, 4, 5);
    private static final UpdatePlan PLAIN = plan(10_000, ActivationMemory.KEEP_ALL, BatchLayout.rightPadded());

    private final NativeScope scope = TestEngine.scope();

    @AfterEach
    void free() {
        scope.close();
    }

    private static UpdatePlan plan(int tokens, ActivationMemory memory, BatchLayout layout) {
        return new UpdatePlan(1, 1, tokens, 64, memory, layout, true, false);
    }

    static Stream<UpdatePlan> plans() {
        return Stream.of(
                plan(1, ActivationMemory.KEEP_PRODUCTS, BatchLayout.rightPadded()),
                plan(40, ActivationMemory.KEEP_PRODUCTS, BatchLayout.leftPadded()),
                plan(10_000, ActivationMemory.KEEP_PRODUCTS, BatchLayout.packed(24)),
                plan(40, ActivationMemory.RECOMPUTE_LAYERS, BatchLayout.rightPadded()));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void theStepDoesNotDependOnHowRowsAreLaidOut(UpdatePlan plan) {
        Objective objective = new Distributions(1, 1);
        TinyStep.Outcome expected = TinyStep.of(scope.manager(), PLAIN, objective, BATCH, ROWS);
        TinyStep.of(scope.manager(), plan, objective, BATCH, ROWS).requireSame(expected);
        assertThat(expected.metrics().get("divergence")).isGreaterThan(0.01);
        assertThat(expected.metrics().get("square_sum")).isBetween(-4.0, -0.01);
    }

    /** The gradient of a sum is the sum of gradients: both ways back are gone, and square sums have none. */
    @Test
    void gradientsOfBothPartsAddUp() {
        TinyStep.Outcome both = TinyStep.of(scope.manager(), PLAIN, new Distributions(1, 1), BATCH, ROWS);
        TinyStep.Outcome likelihood = TinyStep.of(scope.manager(), PLAIN, new Distributions(1, 0), BATCH, ROWS);
        TinyStep.Outcome divergence = TinyStep.of(scope.manager(), PLAIN, new Distributions(0, 1), BATCH, ROWS);
        Map<String, double[]> sums = new LinkedHashMap<>();
        likelihood.moved().forEach((name, one) -> {
            double[] sum = one.clone();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += divergence.moved().get(name)[i];
            }
            assertThat(Arrays.stream(divergence.moved().get(name)).anyMatch(x -> x != 0))
                    .as(name)
                    .isTrue();
            sums.put(name, sum);
        });
        both.requireSameGradient(new TinyStep.Outcome(both.metrics(), sums));
    }

    @Test
    void aDivergenceNeedsAModelToCompareWith() {
        try (Policy policy = Policy.of(new TinyCheckpoint("llama", scope.manager()).load(), Trainable.everything())) {
            TrainedModels models =
                    new TrainedModels(policy, Optional.empty(), Optional.empty(), PolicyScoreOptions.DEFAULT);
            assertThatThrownBy(() -> models.comparison(Divergence.forwardKl()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("reference of a divergence over the whole vocabulary was absent, must be a model; add"
                            + " reference(...), such as Reference.withoutAdapter(policy) or Reference.copyOf(policy)");
        }
    }

    @Test
    void needsSayWhetherThereMustBeAReference() {
        assertThat(Needs.NOTHING_MORE.compares()).isFalse();
        assertThat(Needs.NOTHING_MORE.withReference(true).compares()).isTrue();
        Needs divergence = Needs.NOTHING_MORE.withDivergence(Divergence.forwardKl());
        assertThat(divergence.compares()).isTrue();
        assertThat(divergence.reference()).as("its log-probs").isFalse();
    }

    /** Likelihood weighted by the square sums, and a divergence. */
    private record Distributions(double likelihood, double divergence) implements Objective {
        @Override
        public String name() {
            return "distributions";
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE.withSquareSums(true).withDivergence(Divergence.forwardKl());
        }

        @Override
        public RowWeights weights() {
            return TrainedTexts.SEQUENCE_MEAN;
        }

        @Override
        public LossResult loss(LossInput input) {
            NDArray squares = input.column(TokenColumn.LOG_SQUARE_SUM);
            NDArray weighted = input.logProbs().mul(squares.exp()).mul(-likelihood);
            NDArray loss = weighted.add(input.requireDivergences().mul(divergence));
            LossMetrics metrics = new LossMetrics()
                    .share("square_sum", input.tokenMean(squares))
                    .share("divergence", input.tokenMean(input.requireDivergences()));
            return new LossResult(input.weighted(loss), metrics);
        }
    }
}
