package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.program.Precision;

/** A decoder that shares what another one does not train, and holds copies of what it trains. */
final class TrainedCopy implements AutoCloseable {
    private final Decoder decoder;
    private final NDManager manager;
    private final List<NDArray> sources;
    private final List<NDArray> copies;

    private TrainedCopy(Decoder decoder, NDManager manager, List<NDArray> sources, List<NDArray> copies) {
        this.decoder = decoder;
        this.manager = manager;
        this.sources = sources;
        this.copies = copies;
    }

    static TrainedCopy of(Policy policy) {
        NDManager manager = policy.model().manager().newSubManager();
        try {
            return of(policy.decoder(), manager);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static TrainedCopy of(Decoder original, NDManager manager) {
        List<NDArray> sources = new ArrayList<>();
        List<NDArray> copies = new ArrayList<>();
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>(original.weights());
        weights.replaceAll((key, weight) -> copyIfTrained(weight, sources, copies, manager));
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>(original.lora());
        pairs.replaceAll((key, pair) -> new LoraPair(
                copyIfTrained(pair.a(), sources, copies, manager),
                copyIfTrained(pair.b(), sources, copies, manager),
                pair.scale()));
        return new TrainedCopy(Decoder.of(original.config(), weights, pairs), manager, sources, copies);
    }

    static TrainedCopy none(ModelWeights model) {
        return new TrainedCopy(
                Decoder.of(model.config(), model.weights()), model.manager().newSubManager(), List.of(), List.of());
    }

    Decoder decoder() {
        return decoder;
    }

    NDManager manager() {
        return manager;
    }

    List<NDArray> sources() {
        return sources;
    }

    List<NDArray> copies() {
        return copies;
    }

    void sync() {
        WeightUpdates.copy(copies, sources);
    }

    @Override
    public void close() {
        decoder.close();
        manager.close();
    }

    private static NDArray copyIfTrained(NDArray weight, List<NDArray> sources, List<NDArray> copies, NDManager owner) {
        if (!weight.hasGradient()) {
            return weight;
        }
        NDArray copy = WeightUpdates.copyOf(weight, Precision.of(weight), owner);
        sources.add(weight);
        copies.add(copy);
        return copy;
    }
}
