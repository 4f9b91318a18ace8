package org.rft4j.algorithms.advantage;

import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The loops against nd4j's float64 reductions, on sizes of a real batch. nd4j is not used in production here because it is
 * slower at every size we measured, see {@code docs/benchmarks-advantages.md}.
 */
final class Nd4jCrossCheckTest {
    private static final int GROUPS = 256;
    private static final int SIZE = 16;

    private static INDArray matrix(double[] values, int rows, int columns) {
        return Nd4j.create(values, new long[] {rows, columns}, DataType.DOUBLE);
    }

    @Test
    void groupStatistics() {
        double[] values = new Random(1).doubles((long) GROUPS * SIZE).toArray();
        Rewards rewards = Rewards.of(values);
        Groups groups = Groups.ofSize(GROUPS, SIZE);
        INDArray grid = matrix(values, GROUPS, SIZE);
        INDArray centred = grid.sub(grid.mean(true, 1));
        assertClose(
                "Dr.GRPO",
                GroupRelative.compute(rewards, groups, GroupRelative.Options.drGrpo())
                        .values(),
                centred.data().asDouble());
        assertClose(
                "RLOO",
                LeaveOneOut.compute(rewards, groups, SingletonRule.ZERO).values(),
                centred.mul((double) SIZE / (SIZE - 1)).data().asDouble());
        assertClose(
                "GRPO",
                GroupRelative.compute(rewards, groups, GroupRelative.Options.verl())
                        .values(),
                centred.div(grid.std(true, true, 1).add(1e-6)).data().asDouble());
        double batchStd = grid.stdNumber(true).doubleValue();
        assertClose(
                "batch std",
                GroupRelative.compute(
                                rewards, groups, new GroupRelative.Options(RewardScale.TRL_BATCH, SingletonRule.ZERO))
                        .values(),
                centred.div(batchStd + 1e-4).data().asDouble());
    }

    @Test
    void whitening() {
        int rows = 64;
        int columns = 200;
        Random random = new Random(2);
        double[] values = random.doubles((long) rows * columns, -5, 5).toArray();
        byte[] bits = new byte[values.length];
        double[] weights = new double[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = (byte) random.nextInt(2);
            weights[i] = bits[i];
        }
        TokenMask mask = TokenMask.of(rows, columns, bits);
        INDArray kept = matrix(weights, rows, columns);
        double count = kept.sumNumber().doubleValue();
        INDArray masked = matrix(values, rows, columns).mul(kept);
        INDArray centred = masked.sub(masked.sumNumber().doubleValue() / count).mul(kept);
        double variance = centred.mul(centred).sumNumber().doubleValue() / (count - 1);
        TokenAdvantages raw = new TokenAdvantages(mask, values, values, 0);
        assertClose(
                "whitened",
                Whitening.apply(raw, Whitening.Options.DEFAULT).advantages(),
                centred.div(Math.sqrt(variance + 1e-8)).data().asDouble());
    }
}
