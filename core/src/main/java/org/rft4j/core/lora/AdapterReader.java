package org.rft4j.core.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.program.Precision;

/** Fetches the tensors that a configuration asks for, and finds out whether the file holds anything else. */
final class AdapterReader {
    private static final String WAY_OUT = "take the adapter that was made for this model";

    private final Path file;
    private final TensorSource source;
    private final ModelWeights model;
    private final NDManager manager;
    private final Set<String> left;

    AdapterReader(Path file, TensorSource source, ModelWeights model, NDManager manager) {
        this.file = file;
        this.source = source;
        this.model = model;
        this.manager = manager;
        this.left = new TreeSet<>(source.names());
    }

    LoraAdapter read(LoraConfig config) {
        LoraModules modules = new LoraModules(model);
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>();
        modules.targets(config).forEach((module, key) -> pairs.put(key, readPair(config, module, key)));
        Map<WeightKey, NDArray> saved = new LinkedHashMap<>();
        for (WeightKey key : modules.saved(config)) {
            saved.put(key, readLike(model.family().tensorName(key), LoraAdapter.weightOf(model, key)));
        }
        return new LoraAdapter(config, pairs, saved);
    }

    /** A tensor of the shape and in the format of another. */
    NDArray readLike(String name, NDArray like) {
        return read(name, like.getShape(), Precision.of(like));
    }

    void requireNothingLeft() {
        if (!left.isEmpty()) {
            throw new CheckpointException(
                    file, "tensors", left, "must all belong to a target or a module to save of this model", WAY_OUT);
        }
    }

    private LoraPair readPair(LoraConfig config, String module, WeightKey key) {
        Shape sizes = LoraAdapter.sizesOf(model, key);
        int rank = config.rankOf(module);
        Precision precision = Precision.of(LoraAdapter.weightOf(model, key));
        return new LoraPair(
                read(module + LoraAdapter.A, new Shape(rank, sizes.get(1)), precision),
                read(module + LoraAdapter.B, new Shape(sizes.get(0), rank), precision),
                config.scaleOf(module));
    }

    private NDArray read(String name, Shape expected, Precision precision) {
        String stored = PeftFolder.PREFIX + name;
        Shape found = source.info(stored).shape();
        if (!found.equals(expected)) {
            throw new CheckpointException(file, "shape of tensor " + stored, found, "must be " + expected, WAY_OUT);
        }
        left.remove(stored);
        return source.load(stored, precision, manager);
    }
}
