package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/** One forward pass through a decoder body: its hidden states and the way back. */
public final class DecoderPass {
    private final Decoder decoder;
    private final ActivationMemory memory;
    private final NDArray tokens;
    private final NDArray positions;
    private final NDArray hidden;
    private final List<NDArray> layerInputs;
    private final NDManager scope;
    private boolean spent;

    DecoderPass(
            Decoder decoder,
            ActivationMemory memory,
            NDArray tokens,
            NDArray positions,
            NDArray hidden,
            List<NDArray> layerInputs,
            NDManager scope) {
        this.decoder = decoder;
        this.memory = memory;
        this.tokens = tokens;
        this.positions = positions;
        this.hidden = hidden;
        this.layerInputs = layerInputs;
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
                "must be KEEP_ALL or RECOMPUTE_LAYERS for a way back",
                "choose it in forward");
        Check.that(!spent, "pass", "already run back", "must be run back once", "run forward again");
        Shapes.require(gradHidden, "gradHidden [B,T,H]", hidden.getShape().getShape());
        Shapes.requireType(gradHidden, "gradHidden", Shapes.typeOf(hidden));
        spent = true;
        if (memory == ActivationMemory.KEEP_ALL) {
            Autograd.backward(hidden, gradHidden);
            return;
        }
        decoder.call("backward_lean")
                .with("ids", tokens)
                .with("positions", positions)
                .with("inputs", layerInputs)
                .with("gradient", gradHidden)
                .recordGradients()
                .run(scope);
    }
}
