package org.rft4j.core.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.checkpoint.SafetensorsFile;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.model.family.ConfigOptions;
import org.rft4j.core.model.family.ModelFamilies;
import org.rft4j.core.model.family.ModelFamily;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderLayout;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.program.Precision;

/** A tiny checkpoint with what transformers computes with it: {@code resources/golden/models}. */
public final class TinyCheckpoint {
    private static final Path FOLDER = Path.of("src/test/resources/golden/models");

    private final String name;
    private final NDManager manager;

    /**
     * A golden checkpoint.
     *
     * @param name its folder
     * @param manager owns whatever is loaded
     */
    public TinyCheckpoint(String name, NDManager manager) {
        this.name = name;
        this.manager = manager;
    }

    /**
     * Loads the model; each call gives weights of their own.
     *
     * @param precision the number format
     * @return its weights, whose manager lies below the test's
     */
    public ModelWeights load(Precision precision) {
        return Checkpoints.load(folder(), LoadOptions.DEFAULT.in(precision), manager);
    }

    /**
     * Loads the body of a checkpoint whose head is none that rft4j loads: one number per token.
     *
     * @return its weights in fp32, without the head
     */
    public ModelWeights body() {
        NDManager owner = manager.newSubManager();
        ObjectNode options = JsonDocuments.read(folder().resolve("config.json"));
        ModelFamily family = ModelFamilies.of(options.get("model_type").asText());
        DecoderConfig config = family.read(new ConfigOptions(options));
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>();
        try (TensorSource file = SafetensorsFile.open(folder().resolve("model.safetensors"))) {
            for (WeightKey key : DecoderLayout.shapes(config).keySet()) {
                if (!key.role().isHead()) {
                    weights.put(key, file.load(family.tensorName(key), Precision.FP32, owner));
                }
            }
        }
        return new ModelWeights(family, options, config, weights, owner);
    }

    /**
     * The model in fp32.
     *
     * @return its weights
     */
    public ModelWeights load() {
        return load(Precision.FP32);
    }

    /**
     * Where it is.
     *
     * @return its folder
     */
    public Path folder() {
        return FOLDER.resolve(name);
    }

    /**
     * The name of the golden gradient of a parameter; those of adapters are PEFT's.
     *
     * @param parameter the parameter's name
     * @return the gradient's
     */
    public String gradientName(String parameter) {
        return "grad." + (name.endsWith("_lora") ? "base_model.model." : "") + parameter;
    }

    /**
     * A tensor of the checkpoint itself.
     *
     * @param tensor its name
     * @return the tensor
     */
    public NDArray weight(String tensor) {
        return read("model.safetensors", tensor);
    }

    /**
     * A golden value.
     *
     * @param value its name
     * @return the value
     */
    public NDArray golden(String value) {
        return read("golden.safetensors", value);
    }

    /**
     * Whether there is a golden value.
     *
     * @param value its name
     * @return true if it can be read
     */
    public boolean hasGolden(String value) {
        try (TensorSource source = SafetensorsFile.open(folder().resolve("golden.safetensors"))) {
            return source.names().contains(value);
        }
    }

    /**
     * Rows of ids.
     *
     * @param value their name
     * @return one array per row
     */
    public List<long[]> goldenRows(String value) {
        NDArray ids = golden(value);
        long[] flat = ids.toLongArray();
        int columns = (int) ids.getShape().get(1);
        List<long[]> rows = new ArrayList<>();
        for (int start = 0; start < flat.length; start += columns) {
            rows.add(java.util.Arrays.copyOfRange(flat, start, start + columns));
        }
        return rows;
    }

    private NDArray read(String file, String tensor) {
        try (TensorSource source = SafetensorsFile.open(folder().resolve(file))) {
            return source.loadExact(tensor, manager);
        }
    }
}
