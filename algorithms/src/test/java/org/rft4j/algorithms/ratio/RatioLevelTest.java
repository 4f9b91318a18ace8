package org.rft4j.algorithms.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;

/** Log-ratios and their gradients on numbers that can be followed by hand. Two rows of three tokens; the last of the second is not trained. */
final class RatioLevelTest {
    /** Sums of three float32 numbers. */
    private static final double TOLERANCE_F32 = 1e-6;

    private static final TensorEngine ENGINE = TensorEngine.start(new EngineOptions(
            DeviceChoice.parse(System.getProperty("rft4j.device", "cpu")), Integer.getInteger("rft4j.threads", 2)));

    private static final float[] MASK = {1, 1, 1, 1, 1, 0};
    private static final float[] NEW = {-1, -2, -3, -1.5f, -1, 99};
    private static final float[] OLD = {-1.5f, -2, -2, -1, -2, -77};

    /** The sum of the log-ratios times this is run back, so that each token's gradient can be told from the others'. */
    private static final float[] UPSTREAM = {1, 10, 100, 1000, 10_000, 100_000};

    /**
     * A level on these numbers.
     *
     * @param values log-ratios
     * @param gradient of their sum times UPSTREAM
     */
    private record Result(float[] values, float[] gradient) {}

    @Test
    void tokenTakesEachTokensOwn() {
        check(RatioLevel.TOKEN, new float[] {0.5f, 0, -1, -0.5f, 1, 0}, 1, 10, 100, 1000, 10_000, 0);
    }

    @Test
    void sequenceMeanTakesTheMeanOverTrainedTokensAndSharesItsGradient() {
        float mean = -0.5f / 3;
        check(RatioLevel.SEQUENCE_MEAN, new float[] {mean, mean, mean, 0.25f, 0.25f, 0}, 37, 37, 37, 5500, 5500, 0);
    }

    @Test
    void sequenceTokenTakesTheMeanWithTheTokensOwnGradient() {
        float mean = -0.5f / 3;
        float[] values = {mean, mean, mean, 0.25f, 0.25f, 0};
        check(RatioLevel.SEQUENCE_TOKEN, values, 1, 10, 100, 1000, 10_000, 0);
    }

    @Test
    void sequenceSumTakesTheWholeProbability() {
        float[] values = {-0.5f, -0.5f, -0.5f, 0.5f, 0.5f, 0};
        check(RatioLevel.SEQUENCE_SUM, values, 111, 111, 111, 11_000, 11_000, 0);
    }

    @Test
    void logsAreClampedAndNoGradientComesBackFromBeyond() {
        check(new RatioLevel.Token(0.75), new float[] {0.5f, 0, -0.75f, -0.5f, 0.75f, 0}, 1, 10, 0, 1000, 0, 0);
        float mean = -0.5f / 3;
        float[] clampedMeans = {mean, mean, mean, 0.2f, 0.2f, 0};
        check(new RatioLevel.SequenceMean(0.2), clampedMeans, 37, 37, 37, 0, 0, 0);
        float[] clampedOnBothSides = {-0.1f, -0.1f, -0.1f, 0.1f, 0.1f, 0};
        check(new RatioLevel.SequenceMean(0.1), clampedOnBothSides, 0, 0, 0, 0, 0, 0);
        float[] clampedAbove = {mean, mean, mean, 0.1f, 0.1f, 0};
        check(new RatioLevel.SequenceToken(0.1), clampedAbove, 1, 10, 100, 0, 0, 0);
        float[] clampedSums = {-0.4f, -0.4f, -0.4f, 0.4f, 0.4f, 0};
        check(new RatioLevel.SequenceSum(0.4), clampedSums, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void rowsWithoutTrainedTokensAreZero() {
        for (RatioLevel level : new RatioLevel[] {
            RatioLevel.TOKEN, RatioLevel.SEQUENCE_MEAN, RatioLevel.SEQUENCE_TOKEN, RatioLevel.SEQUENCE_SUM
        }) {
            Result result = run(level, new float[6]);
            assertThat(result.values()).as(level.toString()).containsOnly(0);
            assertThat(result.gradient()).as(level.toString()).containsOnly(0);
        }
    }

    private static void check(RatioLevel level, float[] values, float... gradient) {
        Result result = run(level, MASK);
        for (int i = 0; i < values.length; i++) {
            assertThat((double) result.values()[i])
                    .as(level + " value " + i)
                    .isCloseTo(values[i], within(TOLERANCE_F32));
            assertThat((double) result.gradient()[i])
                    .as(level + " gradient " + i)
                    .isCloseTo(gradient[i], within(TOLERANCE_F32 * Math.max(1, gradient[i])));
        }
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private static Result run(RatioLevel level, float[] mask) {
        try (NativeScope scope = ENGINE.openScope()) {
            Shape shape = new Shape(2, 3);
            NDArray logProbs = scope.manager().create(NEW, shape);
            logProbs.setRequiresGradient(true);
            NDArray values;
            try (Autograd.Recording recording = Autograd.record()) {
                NDArray old = scope.manager().create(OLD, shape);
                values = level.logRatio(logProbs, old, scope.manager().create(mask, shape));
                Autograd.backward(
                        values.mul(scope.manager().create(UPSTREAM, shape)).sum());
            }
            return new Result(values.toFloatArray(), logProbs.getGradient().toFloatArray());
        }
    }
}
