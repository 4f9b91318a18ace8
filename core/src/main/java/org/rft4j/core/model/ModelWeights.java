package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.core.model.family.ModelFamily;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/**
 * A model in memory: what it is, and its weights, which live as long as their manager.
 *
 * @param family how its files call things
 * @param options its {@code config.json}, whole, as it will be written again
 * @param config the same as the engine takes it
 * @param weights arrays by key
 * @param manager owns the arrays
 */
public record ModelWeights(
        ModelFamily family,
        ObjectNode options,
        DecoderConfig config,
        Map<WeightKey, NDArray> weights,
        NDManager manager)
        implements AutoCloseable {
    public ModelWeights {
        options = options.deepCopy();
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }

    @Override
    public ObjectNode options() {
        return options.deepCopy();
    }

    /**
     * Weights under the names of the family's checkpoints, in the order of the layers.
     *
     * @return arrays by tensor name
     */
    public Map<String, NDArray> named() {
        Map<String, NDArray> named = new LinkedHashMap<>();
        weights.forEach((key, weight) -> named.put(family.tensorName(key), weight));
        return named;
    }

    @Override
    public void close() {
        manager.close();
    }
}
