package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.LongSupplier;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.state.TensorState;

/**
 * A policy as it was at one moment, or another model. What samples from it while the policy is trained sees that moment's weights. Several
 * threads may score and sample at once, but nobody may while it is synchronised or restored.
 */
public final class FrozenReference implements ModelReference {
    /** Follows nobody. */
    static final long NEVER = 0;

    private final TrainedCopy copy;
    private final LongSupplier policyVersion;
    private final long everySteps;
    private volatile long version;

    FrozenReference(TrainedCopy copy, LongSupplier policyVersion, long everySteps) {
        this.everySteps = everySteps;
        this.copy = copy;
        this.policyVersion = policyVersion;
        this.version = policyVersion.getAsLong();
    }

    static void requireSteps(long everySteps) {
        Check.that(everySteps >= 0, "everySteps", everySteps, "must be at least 0", "0 never follows the policy");
    }

    @Override
    public void stepped(long step) {
        if (everySteps != NEVER && step % everySteps == 0) {
            sync();
        }
    }

    /** Takes over the policy's weights of now: for references that follow it at intervals. */
    public void sync() {
        Check.that(
                !copy.sources().isEmpty(),
                "reference",
                "another model",
                "must be a copy of a policy to be synchronised with it",
                "make it with Reference.copyOf(policy)");
        copy.sync();
        version = policyVersion.getAsLong();
    }

    /**
     * Which weights these are.
     *
     * @return the policy's version when they were taken over; 0 for another model
     */
    public long version() {
        return version;
    }

    /**
     * The model whose weights it shares where they are not trained.
     *
     * @return the policy's model, or the other model itself
     */
    public ModelWeights model() {
        return copy.model();
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
        TensorState.write(out, copy.named(copy.copies()));
        new DataOutputStream(out).writeLong(version);
    }

    @Override
    public void restoreState(InputStream in) throws IOException {
        TensorState.read(in, copy.named(copy.copies()), "reference");
        try {
            version = new DataInputStream(in).readLong();
        } catch (EOFException e) {
            throw new IOException("State of the reference is cut off or damaged; restore an intact checkpoint", e);
        }
    }

    /** What runs are told apart by. */
    @Override
    public String toString() {
        if (copy.sources().isEmpty()) {
            return "another model";
        }
        return everySteps == NEVER ? "copy" : "copy every " + everySteps + " steps";
    }

    @Override
    public void close() {
        copy.close();
    }
}
