package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.ProgramCall;

/** One forward pass through a decoder body: its hidden states and the way back. */
public final class DecoderPass {
    private final Decoder decoder;
    private final ActivationMemory memory;
    private final Tokens tokens;
    private final NDArray hidden;
    private final List<NDArray> kept;
    private final NDManager scope;
    private boolean spent;

    /** The input as programs take it. */
    record Tokens(NDArray ids, NDArray positions, @Nullable NDArray segments) {
        ProgramCall passTo(ProgramCall call) {
            return call.with("ids", ids).with("positions", positions).with("segments", segments);
        }
    }

    DecoderPass(
            Decoder decoder,
            ActivationMemory memory,
            Tokens tokens,
            NDArray hidden,
            List<NDArray> kept,
            NDManager scope) {
        this.decoder = decoder;
        this.memory = memory;
        this.tokens = tokens;
        this.hidden = hidden;
        this.kept = kept;
        this.scope = scope;
    }

    /**
     * The hidden states after the last norm.
     *
     * @return [B,T,H]
     */
    public NDArray hidden() {
        return hidden;
    }

    /**
     * Runs the gradient of the hidden states back; the weights' gradients add up. Can be done once.
     *
     * @param gradHidden [B,T,H]
     */
    public void backward(NDArray gradHidden) {
        Check.that(
                memory != ActivationMemory.KEEP_NOTHING,
                "activation memory",
                memory,
                "must keep something for a way back",
                "choose KEEP_PRODUCTS or RECOMPUTE_LAYERS in forward");
        Check.that(!spent, "pass", "already run back", "must be run back once", "run forward again");
        Shapes.require(gradHidden, "gradHidden [B,T,H]", hidden.getShape().getShape());
        Shapes.requireType(gradHidden, "gradHidden", Shapes.typeOf(hidden));
        Shapes.requireSameDevice(gradHidden, "gradHidden", hidden);
        spent = true;
        if (memory == ActivationMemory.KEEP_ALL) {
            Autograd.backward(hidden, gradHidden);
            return;
        }
        decoder.defineGradients();
        tokens.passTo(decoder.call("decoder", "backward"))
                .with("last", kept.get(0))
                .with("kept", kept.subList(1, kept.size()))
                .with("kept_products", memory == ActivationMemory.KEEP_PRODUCTS)
                .with("first_trained", decoder.firstTrained())
                .with("gradient", gradHidden)
                .run(scope)
                .close();
        if (memory == ActivationMemory.KEEP_PRODUCTS) {
            decoder.recycle(kept.get(1));
        }
    }
}
