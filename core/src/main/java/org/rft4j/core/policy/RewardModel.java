package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.Rows;
import org.rft4j.engine.optimizer.Parameter;

/**
 * A sequence classifier of the Hugging Face layout ({@code ...ForSequenceClassification}): a linear map of the hidden state at
 * a text's last token. As in transformers, padding tokens at the end of a text do not count, where the configuration has a
 * {@code pad_token_id}.
 */
public final class RewardModel implements AutoCloseable {
    private static final String SCORE = "score.weight";

    private final Trunk trunk;
    private final NDArray score;

    private RewardModel(Trunk trunk, NDArray score) {
        Shapes.require(
                score,
                "score weight [labels,H]",
                Shapes.ANY,
                trunk.model().config().width());
        NDArray like = trunk.model().weights().values().iterator().next();
        Shapes.requireType(score, "score weight", Shapes.typeOf(like));
        Shapes.requireSameDevice(score, "score weight", like);
        this.trunk = trunk;
        this.score = score;
    }

    /**
     * A classifier that is only asked.
     *
     * @param model the body
     * @param score {@code score.weight} of the checkpoint, [labels,H], in the body's number format
     * @return the classifier
     */
    public static RewardModel frozen(ModelWeights model, NDArray score) {
        score.setRequiresGradient(false);
        return new RewardModel(Trunk.frozen(model), score);
    }

    /**
     * A reward model that is trained; its head whole, whatever is chosen for the body.
     *
     * @param model the body
     * @param score {@code score.weight} of the checkpoint, [1,H], in the body's number format
     * @param trainable what of the body is trained
     * @return the reward model
     */
    public static RewardModel trained(ModelWeights model, NDArray score, Trainable trainable) {
        Shapes.require(
                score,
                "score weight [labels,H] of a trained reward model",
                1,
                model.config().width());
        score.setRequiresGradient(true);
        return new RewardModel(Trunk.trained(model, trainable), score);
    }

    /**
     * Scores whole texts.
     *
     * @param batch texts; which of their tokens are scored says nothing here
     * @param layout how they lie in the rows that the model sees
     * @param memory what is kept for the way back
     * @param scope owns the results and what is kept
     * @return a reward per text, and the way back
     */
    public RewardScores score(TokenBatch batch, BatchLayout layout, ActivationMemory memory, NDManager scope) {
        Placement placement = layout.place(batch);
        BodyPass pass = trunk.forward(batch, placement, memory, scope);
        long[] last = new long[batch.sequences()];
        for (int n = 0; n < last.length; n++) {
            last[n] = placement.placeOf(n, lastToken(batch, n));
        }
        Rows rows = Rows.of(placement.shape(), new Shape(last.length, 1), last, scope);
        return new RewardScores(pass, rows, score, scope);
    }

    /**
     * What an optimiser trains.
     *
     * @return parameters under the names of the checkpoint; empty for a classifier that is only asked
     */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(trunk.parameters());
        if (score.hasGradient()) {
            parameters.add(Parameter.of(SCORE, score));
        }
        return parameters;
    }

    /**
     * The body, to be saved with {@link #scoreWeight}.
     *
     * @return what the model was made of
     */
    public ModelWeights model() {
        return trunk.model();
    }

    /**
     * The head.
     *
     * @return {@code score.weight}, [labels,H]
     */
    public NDArray scoreWeight() {
        return score;
    }

    @Override
    public void close() {
        trunk.close();
    }

    private int lastToken(TokenBatch batch, int sequence) {
        JsonNode padding = trunk.model().options().get("pad_token_id");
        int last = batch.length(sequence) - 1;
        if (padding != null && padding.isIntegralNumber()) {
            while (last > 0 && batch.id(sequence, last) == padding.longValue()) {
                last--;
            }
        }
        return last;
    }
}
