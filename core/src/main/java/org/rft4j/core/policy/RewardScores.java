package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.kernels.Rows;
import org.rft4j.engine.kernels.ScalarHead;

/** A classifier's scores of whole texts, and the way back. */
public final class RewardScores {
    private final BodyPass pass;
    private final Rows lastTokens;
    private final NDArray score;
    private final NDArray picked;
    private final NDManager scope;

    RewardScores(BodyPass pass, Rows lastTokens, NDArray score, NDManager scope) {
        this.pass = pass;
        this.lastTokens = lastTokens;
        this.score = score;
        this.scope = scope;
        this.picked = lastTokens.gather(pass.hidden(), scope);
    }

    /**
     * Scores per label.
     *
     * @return [N,labels] fp32
     */
    public NDArray logits() {
        try (NDArray rows = picked.squeeze(1);
                NDArray transposed = score.transpose();
                NDArray logits = rows.matMul(transposed)) {
            return logits.toType(DataType.FLOAT32, true);
        }
    }

    /**
     * The rewards.
     *
     * @return [N] fp32
     */
    public NDArray rewards() {
        try (NDArray column = head().values(picked, scope)) {
            return column.squeeze(1);
        }
    }

    /**
     * Runs gradients back through head and body; those of the parameters add up. Can be done once.
     *
     * @param gradRewards [N] fp32, the loss's gradient with respect to the rewards
     */
    public void backward(NDArray gradRewards) {
        pass.requireWayBack();
        Shapes.require(gradRewards, "gradRewards [N]", picked.getShape().get(0));
        try (NDArray column = gradRewards.expandDims(1);
                NDArray gradPicked = head().backward(picked, column, scope);
                NDArray gradHidden = lastTokens.scatter(gradPicked, scope)) {
            pass.backward(gradHidden);
        }
    }

    private ScalarHead head() {
        long labels = score.getShape().get(0);
        Check.that(
                labels == 1,
                "number of labels",
                labels,
                "must be 1 for a reward per text",
                "read logits(), or take a checkpoint of a reward model");
        return new ScalarHead(score);
    }
}
