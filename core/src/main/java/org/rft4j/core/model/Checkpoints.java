package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.rft4j.core.checkpoint.GgufModel;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.TensorFiles;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.model.family.ConfigOptions;
import org.rft4j.core.model.family.ModelFamilies;
import org.rft4j.core.model.family.ModelFamily;
import org.rft4j.engine.Check;
import org.rft4j.engine.PassingThread;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.PositionConfig;

/** Models on disk: a folder as Hugging Face has it, or a GGUF file. */
public final class Checkpoints {
    static final String CONFIG = "config.json";

    private Checkpoints() {}

    /**
     * Loads a causal language model.
     *
     * @param path a folder with {@code config.json} and safetensors, or a GGUF file
     * @param options how
     * @param owner device and lifetime of the weights; they go when the model is closed, or with it
     * @return the model
     */
    public static ModelWeights load(Path path, LoadOptions options, NDManager owner) {
        return PassingThread.call(() -> open(
                path,
                options,
                owner,
                (description, source, manager) ->
                        new WeightReader(path, source, description, options.precision(), manager).causal()));
    }

    /**
     * Loads a model that scores sequences.
     *
     * @param path a folder with {@code config.json} and safetensors of a {@code ...ForSequenceClassification}
     * @param options how
     * @param owner device and lifetime of the weights; they go when the model is closed, or with it
     * @return the model and its score matrix
     */
    public static ClassifierWeights loadClassifier(Path path, LoadOptions options, NDManager owner) {
        return PassingThread.call(() -> open(
                path,
                options,
                owner,
                (description, source, manager) ->
                        new WeightReader(path, source, description, options.precision(), manager).classifier()));
    }

    /**
     * Writes {@code config.json} and the weights into a folder. Each file appears whole or not at all, the configuration last.
     *
     * @param model what to write
     * @param folder made if absent
     * @param options format and size of the files
     */
    public static void save(ModelWeights model, Path folder, SaveOptions options) {
        write(model.named(), model.options(), folder, options);
    }

    static void write(Map<String, NDArray> tensors, ObjectNode json, Path folder, SaveOptions options) {
        SafetensorsWriter.writeFolder(folder, tensors, options);
        ObjectNode config = json.deepCopy();
        String type = storedTypeName(tensors, options);
        boolean neither = !config.has("dtype") && !config.has("torch_dtype");
        for (String key :
                List.of("dtype", "torch_dtype")) { // the new name and the old one, which some tools still read
            if (neither || config.has(key)) {
                config.put(key, type);
            }
        }
        JsonDocuments.write(folder.resolve(CONFIG), config);
    }

    private static String storedTypeName(Map<String, NDArray> tensors, SaveOptions options) {
        NDArray first = tensors.values().iterator().next();
        String type = options.floatsAs() == null
                ? org.rft4j.engine.Shapes.typeOf(first).name()
                : options.floatsAs().name();
        return switch (type) {
            case "F16", "FLOAT16" -> "float16";
            case "BF16", "BFLOAT16" -> "bfloat16";
            default -> "float32";
        };
    }

    /** A configuration with what it means. */
    record Description(ModelFamily family, ObjectNode json, DecoderConfig config) {
        static Description of(ObjectNode json, LoadOptions options) {
            Check.that(
                    json.path("model_type").isTextual(),
                    "model_type in config.json",
                    json.get("model_type"),
                    "must be one of " + ModelFamilies.names(),
                    "take the configuration that belongs to the weights");
            String modelType = json.get("model_type").asText();
            ModelFamily family = ModelFamilies.of(modelType);
            ConfigOptions read = new ConfigOptions(json, options.ignored());
            if (!options.ignored().contains("architectures")) {
                requireKnownClass(family, read.texts("architectures"));
            }
            DecoderConfig config = family.read(read);
            read.requireNothingLeft("a model of type " + modelType + " in config.json");
            DecoderConfig sized =
                    options.contextLength() == 0 ? config : config.withContextLength(options.contextLength());
            requireFrequencies(sized);
            return new Description(family, json, sized);
        }

        /** Other classes of a model type may compute something else, such as attention in both directions. */
        private static void requireKnownClass(ModelFamily family, List<String> architectures) {
            String known = family.classPrefix()
                    + "(Text)?(ForCausalLM|LMHeadModel|Model|ForSequenceClassification|ForTokenClassification)";
            for (String architecture : architectures) {
                Check.that(
                        architecture.matches(known),
                        "architectures in config.json",
                        architecture,
                        "must be " + family.causalArchitecture() + " or another plain class of " + family.modelType(),
                        "name architectures in LoadOptions.ignoring(...) if it computes the same");
            }
        }

        /** What a decoder asks for when it is built, before gigabytes of weights are read. */
        private static void requireFrequencies(DecoderConfig config) {
            if (config.positions() instanceof PositionConfig.Rotary rotary) {
                for (PositionConfig.Kind kind : rotary.kinds()) {
                    kind.scaling().frequencies(kind.theta(), kind.width(), config.contextLength());
                }
            }
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(Description description, TensorSource source, NDManager manager);
    }

    /** Opens, reads and closes; frees what was loaded if anything fails. */
    private static <T> T open(Path path, LoadOptions options, NDManager owner, Reading<T> reading) {
        NDManager manager = owner.newSubManager();
        boolean done = false;
        try {
            T model = Files.isRegularFile(path)
                    ? openGguf(path, options, manager, reading)
                    : openFolder(path, options, manager, reading);
            done = true;
            return model;
        } finally {
            if (!done) {
                manager.close();
            }
        }
    }

    private static <T> T openGguf(Path file, LoadOptions options, NDManager manager, Reading<T> reading) {
        try (GgufModel gguf = GgufModel.open(file)) {
            return reading.read(Description.of(gguf.config(), options), gguf.weights(), manager);
        }
    }

    private static <T> T openFolder(Path folder, LoadOptions options, NDManager manager, Reading<T> reading) {
        Check.that(
                Files.isDirectory(folder),
                "model folder",
                folder,
                "must be a folder with config.json and safetensors, or a GGUF file",
                "check the path");
        Path config = folder.resolve(CONFIG);
        Check.that(
                Files.isRegularFile(config),
                "model folder",
                folder + " without config.json",
                "must have one",
                "copy it from where the weights come from");
        Description description = Description.of(JsonDocuments.read(config), options); // before any weight is looked at
        try (TensorSource source = TensorFiles.open(folder)) {
            return reading.read(description, source, manager);
        }
    }
}
