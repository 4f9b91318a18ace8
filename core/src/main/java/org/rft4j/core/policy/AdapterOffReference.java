package org.rft4j.core.policy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.state.TensorState;

/** The model under a policy's adapter: exactly the weights that it was loaded with. */
public final class AdapterOffReference implements ModelReference {
    private final Decoder decoder;
    private final boolean ownsDecoder;

    AdapterOffReference(Policy policy) {
        // Modules that the adapter trains whole replace weights of the model, which withoutLora() would leave in place.
        ownsDecoder = !policy.adapter().orElseThrow().saved().isEmpty();
        decoder = ownsDecoder
                ? Decoder.of(policy.model().config(), policy.model().weights())
                : policy.decoder().withoutLora();
    }

    @Override
    public ReferenceScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        return FrozenScoring.score(decoder, batch, options, scope);
    }

    @Override
    public Decoder decoder() {
        return decoder;
    }

    /** {@inheritDoc} It has no state of its own; the empty one tells that no other reference is expected. */
    @Override
    public void saveState(OutputStream out) throws IOException {
        TensorState.write(out, Map.of());
    }

    @Override
    public void restoreState(InputStream in) throws IOException {
        TensorState.read(in, Map.of(), "reference without adapter");
    }

    /** What runs are told apart by. */
    @Override
    public String toString() {
        return "without adapter";
    }

    @Override
    public void close() {
        if (ownsDecoder) {
            decoder.close();
        }
    }
}
