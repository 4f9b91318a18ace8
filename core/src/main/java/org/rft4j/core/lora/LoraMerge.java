package org.rft4j.core.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.program.Precision;

/**
 * An adapter merged into its model: {@code W += scale B A}, computed in fp32 and rounded once to the weights' type, so that a
 * merged weight is the nearest number of that type to what the adapter computes with. To run the merged model, take a decoder without
 * the adapter. {@link #unmerge} gives the old weights back bit for bit, for which they are kept: subtracting the product
 * again would leave a rounding error in bf16 weights each time.
 */
public final class LoraMerge implements AutoCloseable {
    private final NDManager kept;
    private final List<NDArray> weights = new ArrayList<>();
    private final List<NDArray> originals = new ArrayList<>();
    private boolean over;

    private LoraMerge(NDManager kept) {
        this.kept = kept;
    }

    /**
     * Merges, keeping what {@link #unmerge} needs: the old values of every weight that changes.
     *
     * @param model the model that the adapter was made for; its weights change
     * @param adapter the adapter, which stays as it is
     * @return the way back
     */
    public static LoraMerge into(ModelWeights model, LoraAdapter adapter) {
        LoraMerge merge = Made.below(model.manager(), manager -> {
            LoraMerge keeping = new LoraMerge(manager);
            adapter.pairs().keySet().forEach(key -> keeping.keep(LoraAdapter.weightOf(model, key)));
            adapter.saved().keySet().forEach(key -> keeping.keep(LoraAdapter.weightOf(model, key)));
            return keeping;
        });
        try {
            forGood(model, adapter);
            return merge;
        } catch (RuntimeException | Error e) {
            merge.unmerge(); // some weights may have changed already
            throw e;
        }
    }

    /**
     * Merges without a way back, which costs no memory: to save the merged model.
     *
     * @param model the model that the adapter was made for; its weights change
     * @param adapter the adapter, which stays as it is
     */
    public static void forGood(ModelWeights model, LoraAdapter adapter) {
        adapter.pairs()
                .forEach((key, pair) -> WeightUpdates.addProduct(
                        LoraAdapter.weightOf(model, key),
                        pair.a(),
                        pair.b(),
                        pair.scale(),
                        model.config().transposed()));
        adapter.saved()
                .forEach((key, weight) ->
                        WeightUpdates.copy(List.of(LoraAdapter.weightOf(model, key)), List.of(weight)));
    }

    /**
     * Merges without a way back: to save a trained reward model as a plain classifier.
     *
     * @param classifier whose body's weights change; its adapter stays as it is
     * @return the classifier, which scores without the adapter what it scored with it
     */
    public static ClassifierWeights forGood(AdaptedClassifier classifier) {
        forGood(classifier.base().model(), classifier.adapter());
        return classifier.base();
    }

    /** Gives the model its old weights back. Can be done once. */
    public void unmerge() {
        Check.that(!over, "merge", "over already", "must be undone once", "merge again");
        WeightUpdates.copy(weights, originals);
        close();
    }

    /** Frees the old weights; the model stays merged unless {@link #unmerge} was called. */
    @Override
    public void close() {
        over = true;
        kept.close();
    }

    private void keep(NDArray weight) {
        weights.add(weight);
        originals.add(WeightUpdates.copyOf(weight, Precision.of(weight), kept));
    }
}
