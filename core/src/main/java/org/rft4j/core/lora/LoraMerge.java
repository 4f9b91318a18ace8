package org.rft4j.core.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.WeightUpdates;

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
        LoraMerge merge = new LoraMerge(model.manager().newSubManager());
        adapter.pairs().keySet().forEach(key -> merge.keep(LoraAdapter.weightOf(model, key)));
        adapter.saved().keySet().forEach(key -> merge.keep(LoraAdapter.weightOf(model, key)));
        forGood(model, adapter);
        return merge;
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
        originals.add(WeightUpdates.copyOf(weight, LoraAdapter.precisionOf(weight), kept));
    }
}
