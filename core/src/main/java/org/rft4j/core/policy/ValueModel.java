package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/**
 * A critic on weights of its own: the value at a token is that of the text before it, from which the token was chosen, so
 * that it stands beside the token's log-prob. A critic that shares the policy's body is an {@link ActorCritic}.
 */
public final class ValueModel implements AutoCloseable {
    private static final String PREFIX = "value.";

    private final Trunk trunk;
    private final ScalarHead head;

    private ValueModel(Trunk trunk, ScalarHead head) {
        this.trunk = trunk;
        this.head = head;
    }

    /**
     * A critic over weights. The head is trained whole, whatever is chosen for the body.
     *
     * @param model the body; a language-model head among its weights is not used
     * @param trainable what of the body is trained
     * @param head the map to a number; whoever made it closes it
     * @return the critic
     */
    public static ValueModel of(ModelWeights model, Trainable trainable, ScalarHead head) {
        requireGradients(head);
        return new ValueModel(Trunk.trained(model, trainable), head);
    }

    /**
     * A head that says 0 everywhere, to begin with.
     *
     * @param model the body that it is for
     * @param owner lifetime of the head, on the model's device
     * @return a head in the number format of the model, with a bias
     */
    public static ScalarHead zeroHead(ModelWeights model, NDManager owner) {
        NDArray like = model.weights().values().iterator().next();
        return new ScalarHead(zeros(like, new Shape(model.config().width()), owner), zeros(like, new Shape(1), owner));
    }

    /**
     * Computes values at the batch's scored tokens.
     *
     * @param batch texts and which of their tokens have a value
     * @param options layout and memory; filters and entropies say nothing here
     * @param scope owns the results and what is kept for the way back
     * @return values on [N,T], and the way back
     */
    public ValueScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        Placement placement = options.layout().place(batch);
        BodyPass pass = trunk.forward(batch, placement, options.memory(), scope);
        return new ValueScores(pass, HeadValues.of(head, pass.hidden(), batch, placement, scope));
    }

    /**
     * What an optimiser trains.
     *
     * @return parameters named as in the checkpoint, behind {@code value.}
     */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>();
        for (Parameter parameter : trunk.parameters()) {
            parameters.add(new Parameter(PREFIX + parameter.name(), parameter.weight(), parameter.decays()));
        }
        parameters.addAll(parametersOf(head));
        return parameters;
    }

    /**
     * The body.
     *
     * @return its decoder, which lives as long as the critic
     */
    public Decoder decoder() {
        return trunk.decoder();
    }

    /**
     * The map to a number.
     *
     * @return the head
     */
    public ScalarHead head() {
        return head;
    }

    @Override
    public void close() {
        trunk.close();
    }

    Trunk trunk() {
        return trunk;
    }

    static void requireGradients(ScalarHead head) {
        head.weight().setRequiresGradient(true);
        if (head.bias() != null) {
            head.bias().setRequiresGradient(true);
        }
    }

    static List<Parameter> parametersOf(ScalarHead head) {
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(Parameter.of(PREFIX + "head.weight", head.weight()));
        if (head.bias() != null) {
            parameters.add(Parameter.of(PREFIX + "head.bias", head.bias()));
        }
        return parameters;
    }

    private static NDArray zeros(NDArray like, Shape shape, NDManager owner) {
        Precision precision = Shapes.typeOf(like) == DataType.BFLOAT16 ? Precision.BF16 : Precision.FP32;
        try (NDArray zeros = owner.zeros(shape)) {
            return WeightUpdates.copyOf(zeros, precision, owner);
        }
    }
}
