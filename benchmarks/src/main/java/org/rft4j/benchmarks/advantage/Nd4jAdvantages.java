package org.rft4j.benchmarks.advantage;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The batch-heavy estimators written with nd4j in float64, on arrays that nd4j already owns. */
final class Nd4jAdvantages {
    private static final double TOLERANCE = 1e-9;

    private Nd4jAdvantages() {}

    /** A benchmark of two things that compute something different would be worthless. */
    static void requireSame(double[] loops, double[] nd4j) {
        for (int i = 0; i < loops.length; i++) {
            if (!(Math.abs(loops[i] - nd4j[i]) <= TOLERANCE)) {
                throw new IllegalStateException("loops gave " + loops[i] + " and nd4j " + nd4j[i] + " at " + i);
            }
        }
    }

    static INDArray copy(double[] values, int rows, int columns) {
        return Nd4j.create(values, new long[] {rows, columns}, DataType.DOUBLE);
    }

    static double[] copy(INDArray values) {
        return values.data().asDouble();
    }

    /** GRPO over a [P, G] matrix: unbiased std + epsilon. */
    static INDArray groupRelative(INDArray rewards, double epsilon) {
        INDArray mean = rewards.mean(true, 1);
        INDArray scale = rewards.std(true, true, 1).addi(epsilon);
        return rewards.sub(mean).divi(scale);
    }

    /** Masked whitening over [B, T]: unbiased variance, epsilon under the root. */
    static INDArray whiten(INDArray advantages, INDArray mask, double epsilon) {
        double count = mask.sumNumber().doubleValue();
        INDArray centred = advantages.mul(mask);
        centred.subi(centred.sumNumber().doubleValue() / count).muli(mask);
        double norm = centred.norm2Number().doubleValue();
        return centred.divi(Math.sqrt(norm * norm / (count - 1) + epsilon));
    }

    /** GAE over [T, B] (time first, so that a time step is contiguous): T steps of B-vectors. */
    static INDArray gae(INDArray rewards, INDArray values, INDArray mask, double gamma, double lambda) {
        INDArray advantages = rewards.sub(values);
        INDArray skip = Transforms.abs(mask.sub(1), false);
        INDArray nextValue = Nd4j.zeros(DataType.DOUBLE, rewards.columns());
        INDArray nextAdvantage = Nd4j.zeros(DataType.DOUBLE, rewards.columns());
        for (int t = rewards.rows() - 1; t >= 0; t--) {
            INDArray step = advantages.getRow(t);
            INDArray live = mask.getRow(t);
            INDArray gap = skip.getRow(t);
            step.addi(nextValue.mul(gamma)).addi(nextAdvantage.mul(gamma * lambda));
            nextAdvantage = step.mul(live).addi(nextAdvantage.muli(gap));
            nextValue = values.getRow(t).mul(live).addi(nextValue.muli(gap));
        }
        return advantages.muli(mask);
    }
}
