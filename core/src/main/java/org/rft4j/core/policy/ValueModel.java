package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/**
 * A critic on weights of its own: the value at a token is that of the text before it, from which the token was chosen, so
 * that it stands beside the token's log-prob. A critic that shares the policy's body is an {@link ActorCritic}.
 *
 * <p>A critic has no folder of its own kind. Its parts are saved one by one: the body, {@link #model}, with
 * {@link org.rft4j.core.model.Checkpoints#save}, or its {@link #adapter} with {@link org.rft4j.core.lora.PeftFolder#save};
 * the weight and bias of {@link #head} with {@link org.rft4j.core.checkpoint.SafetensorsWriter#writeFile}.
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
     * @param model the body; a language-model head among its weights is neither used nor trained, and stays as it is
     * @param trainable what of the body is trained
     * @param head the map to a number; whoever made it closes it
     * @return the critic
     */
    public static ValueModel of(ModelWeights model, Trainable trainable, ScalarHead head) {
        Trunk trunk = Trunk.withoutHead(model, trainable);
        try {
            requireGradients(head);
            return new ValueModel(trunk, head);
        } catch (RuntimeException | Error e) {
            trunk.close();
            throw e;
        }
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
     * The model under the adapter, or the model itself where there is none.
     *
     * @return what the critic was made of
     */
    public ModelWeights model() {
        return trunk.model();
    }

    /**
     * The adapter that is trained.
     *
     * @return the adapter; empty where the model's own weights are trained
     */
    public Optional<LoraAdapter> adapter() {
        return trunk.adapter();
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
        try (NDArray zeros = owner.zeros(shape)) {
            return WeightUpdates.copyOf(zeros, Precision.of(like), owner);
        }
    }
}
