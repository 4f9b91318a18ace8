package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.lora.AdaptedClassifier;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderConfig;
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
    private final ClassifierWeights classifier;
    private final boolean trained;

    private RewardModel(Trunk trunk, ClassifierWeights classifier, boolean trained) {
        this.trunk = trunk;
        this.classifier = classifier;
        this.trained = trained;
    }

    /**
     * A classifier that is only asked.
     *
     * @param classifier body and head
     * @return the classifier
     */
    public static RewardModel frozen(ClassifierWeights classifier) {
        requireScore(classifier);
        return new RewardModel(Trunk.frozen(classifier.model(), Optional.empty()), classifier, false);
    }

    /**
     * A classifier with an adapter that is only asked. Several may have one body, which is then in memory once.
     *
     * @param adapted body, head and adapter, as {@link org.rft4j.core.lora.PeftFolder#loadClassifier} gives them
     * @return the classifier
     */
    public static RewardModel frozen(AdaptedClassifier adapted) {
        requireScore(adapted.base());
        return new RewardModel(
                Trunk.frozen(adapted.base().model(), Optional.of(adapted.adapter())), adapted.base(), false);
    }

    /**
     * A reward model that is trained; its head whole, whatever is chosen for the body.
     *
     * @param classifier body and head, with one label
     * @param trainable what of the body is trained
     * @return the reward model
     */
    public static RewardModel trained(ClassifierWeights classifier, Trainable trainable) {
        requireScore(classifier);
        long labels = classifier.score().getShape().get(0);
        Check.that(
                labels == 1,
                "number of labels of a trained reward model",
                labels,
                "must be 1",
                "begin with a score matrix of one row");
        Trunk trunk = Trunk.withoutHead(classifier.model(), trainable);
        classifier.score().setRequiresGradient(true);
        return new RewardModel(trunk, classifier, true);
    }

    /** All that can be wrong with the head is found before the body is marked as trained. */
    private static void requireScore(ClassifierWeights classifier) {
        NDArray score = classifier.score();
        Shapes.require(
                score,
                "score weight [labels,H]",
                Shapes.ANY,
                classifier.model().config().width());
        NDArray like = classifier.model().weights().values().iterator().next();
        Shapes.requireType(score, "score weight", Shapes.typeOf(like));
        Shapes.requireSameDevice(score, "score weight", like);
        Trunk.requireUntrained(Map.of(SCORE, score));
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
        return new RewardScores(pass, rows, classifier.score(), scope);
    }

    /**
     * What an optimiser trains.
     *
     * @return parameters under the names of the checkpoint; empty for a classifier that is only asked
     */
    public List<Parameter> parameters() {
        List<Parameter> parameters = new ArrayList<>(trunk.parameters());
        if (trained) {
            parameters.add(Parameter.of(SCORE, classifier.score()));
        }
        return parameters;
    }

    /**
     * What the model takes of the device's memory, its head aside.
     *
     * @return bytes of weights, of those that are trained, and of their gradients
     */
    public ModelMemory memory() {
        return trunk.memory();
    }

    /**
     * The sizes of its body.
     *
     * @return the decoder's configuration
     */
    public DecoderConfig config() {
        return trunk.model().config();
    }

    /**
     * What the model was made of, to be saved. Refused where an adapter is trained, of which a classifier knows nothing: that
     * one is saved from {@link #adapted}.
     *
     * @return body and head
     */
    public ClassifierWeights classifier() {
        Check.that(
                trunk.adapter().isEmpty(),
                "reward model",
                "body and adapter",
                "must have no adapter to be a plain classifier, which would lose it",
                "save adapted() with PeftFolder.saveClassifier, or merge it with LoraMerge.forGood(adapted())");
        return classifier;
    }

    /**
     * The adapter beside the model's own weights.
     *
     * @return the adapter; empty where there is none
     */
    public Optional<LoraAdapter> adapter() {
        return trunk.adapter();
    }

    /**
     * What is to be saved where an adapter is trained: whole with {@link org.rft4j.core.lora.PeftFolder#saveClassifier}, or as
     * a plain classifier after {@link org.rft4j.core.lora.LoraMerge#forGood(AdaptedClassifier)}, which must be the last that
     * is done with this reward model. A fresh adapter goes when the reward model is closed.
     *
     * @return body, head and adapter
     */
    public AdaptedClassifier adapted() {
        Check.that(
                trunk.adapter().isPresent(),
                "reward model",
                "without an adapter",
                "must have one to be saved as an adapted classifier",
                "save classifier()");
        return new AdaptedClassifier(classifier, trunk.adapter().orElseThrow());
    }

    @Override
    public void close() {
        trunk.close();
        if (trained && !classifier.score().isReleased()) {
            classifier.score().setRequiresGradient(false);
        }
    }

    private int lastToken(TokenBatch batch, int sequence) {
        int last = batch.length(sequence) - 1;
        while (last > 0
                && classifier.padToken().isPresent()
                && batch.id(sequence, last) == classifier.padToken().getAsLong()) {
            last--;
        }
        return last;
    }
}
