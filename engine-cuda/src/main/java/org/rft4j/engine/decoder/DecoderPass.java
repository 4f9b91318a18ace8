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
    private final Kept kept;
    private final NDManager scope;
    private boolean spent;

    /** The input as programs take it. */
    record Tokens(NDArray ids, NDArray positions, @Nullable NDArray segments) {
        ProgramCall passTo(ProgramCall call) {
            return call.with("ids", ids).with("positions", positions).with("segments", segments);
        }
    }

    /** What the way back needs: the layer at which it ends, and the arrays that the forward pass left for it. */
    record Kept(int firstTrained, List<NDArray> arrays) {
        static final Kept NOTHING = new Kept(0, List.of());
    }

    DecoderPass(Decoder decoder, ActivationMemory memory, Tokens tokens, NDArray hidden, Kept kept, NDManager scope) {
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
     * Runs the gradient of the hidden states back; the weights' gradients add up. Can be done once. The way back ends at the
     * lowest layer that had something to train when the pass ran forward.
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
        List<NDArray> arrays = kept.arrays();
        tokens.passTo(decoder.call("decoder", "backward"))
                .with("last", arrays.get(0))
                .with("kept", arrays.subList(1, arrays.size()))
                .with("kept_products", memory == ActivationMemory.KEEP_PRODUCTS)
                .with("first_trained", kept.firstTrained())
                .with("gradient", gradHidden)
                .run(scope)
                .close();
        if (memory == ActivationMemory.KEEP_PRODUCTS) {
            decoder.recycle(arrays.get(1));
        }
        arrays.forEach(NDArray::close);
    }
}
