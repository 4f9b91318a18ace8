package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.program.Precision;

/** A decoder that shares what another one does not train, and holds copies of what it trains. */
final class TrainedCopy implements AutoCloseable {
    private final ModelWeights model;
    private final Decoder decoder;
    private final NDManager manager;
    private final List<String> names;
    private final List<NDArray> sources;
    private final List<NDArray> copies;

    private TrainedCopy(
            ModelWeights model,
            Decoder decoder,
            NDManager manager,
            List<String> names,
            List<NDArray> sources,
            List<NDArray> copies) {
        this.model = model;
        this.decoder = decoder;
        this.manager = manager;
        this.names = names;
        this.sources = sources;
        this.copies = copies;
    }

    static TrainedCopy of(Policy policy) {
        NDManager manager = policy.model().manager().newSubManager();
        try {
            return of(policy, manager);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static TrainedCopy of(Policy policy, NDManager manager) {
        Decoder original = policy.decoder();
        List<NDArray> sources = new ArrayList<>();
        List<NDArray> copies = new ArrayList<>();
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>(original.weights());
        weights.replaceAll((key, weight) -> copyIfTrained(weight, sources, copies, manager));
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>(original.lora());
        pairs.replaceAll((key, pair) -> new LoraPair(
                copyIfTrained(pair.a(), sources, copies, manager),
                copyIfTrained(pair.b(), sources, copies, manager),
                pair.scale()));
        Map<NDArray, String> names = new IdentityHashMap<>();
        policy.parameters().forEach(parameter -> names.put(parameter.weight(), parameter.name()));
        return new TrainedCopy(
                policy.model(),
                Decoder.of(original.config(), weights, pairs),
                manager,
                sources.stream()
                        .map(source -> Objects.requireNonNull(names.get(source)))
                        .toList(),
                sources,
                copies);
    }

    static TrainedCopy none(ModelWeights model) {
        return new TrainedCopy(
                model,
                Decoder.of(model.config(), model.weights()),
                model.manager().newSubManager(),
                List.of(),
                List.of(),
                List.of());
    }

    ModelWeights model() {
        return model;
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

    /** Arrays that stand for the copies, in their order, under the names of what was copied. */
    Map<String, NDArray> named(List<NDArray> arrays) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        for (int i = 0; i < arrays.size(); i++) {
            named.put(names.get(i), arrays.get(i));
        }
        return named;
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
