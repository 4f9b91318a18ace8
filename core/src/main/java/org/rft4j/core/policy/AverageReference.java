package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.state.TensorState;

/**
 * An exponential moving average of a policy: {@code average = decay average + (1 - decay) policy}. The average is kept in
 * fp32: in bf16 the small steps of a slow average would be rounded away.
 */
public final class AverageReference implements ModelReference {
    private final TrainedCopy copy;
    private final List<NDArray> averages;
    private final long everySteps;
    private final double decay;

    AverageReference(TrainedCopy copy, long everySteps, double decay) {
        this.copy = copy;
        this.everySteps = everySteps;
        this.decay = decay;
        this.averages = copy.copies().stream()
                .map(weight -> Shapes.typeOf(weight) == DataType.FLOAT32
                        ? weight
                        : WeightUpdates.copyOf(weight, Precision.FP32, copy.manager()))
                .toList();
    }

    /**
     * Moves the average towards the policy of now.
     *
     * @param staying the share of the average that stays: 0 = become the policy, 1 = stay
     */
    public void update(double staying) {
        requireDecay(staying);
        WeightUpdates.lerp(averages, copy.sources(), 1 - staying);
        WeightUpdates.copy(copy.copies(), averages);
    }

    static void requireDecay(double decay) {
        Check.that(decay >= 0 && decay <= 1, "decay", decay, "must be between 0 and 1", "0.99 is usual");
    }

    @Override
    public void stepped(long step) {
        if (everySteps != FrozenReference.NEVER && step % everySteps == 0) {
            update(decay);
        }
    }

    @Override
    public ReferenceScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        return FrozenScoring.score(copy.decoder(), batch, options, scope);
    }

    @Override
    public Decoder decoder() {
        return copy.decoder();
    }

    @Override
    public void saveState(OutputStream out) throws IOException {
        TensorState.write(out, copy.named(averages));
    }

    @Override
    public void restoreState(InputStream in) throws IOException {
        TensorState.read(in, copy.named(averages), "average");
        WeightUpdates.copy(copy.copies(), averages);
    }

    /** What runs are told apart by. */
    @Override
    public String toString() {
        return everySteps == FrozenReference.NEVER
                ? "average"
                : "average, decay " + decay + " every " + everySteps + " steps";
    }

    @Override
    public void close() {
        copy.close();
    }
}
