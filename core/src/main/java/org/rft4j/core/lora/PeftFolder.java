package org.rft4j.core.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.SafetensorsFile;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.program.Precision;

/** Adapters in the files of PEFT: {@code adapter_config.json} and {@code adapter_model.safetensors}. */
public final class PeftFolder {
    private static final String CONFIG = "adapter_config.json";
    private static final String TENSORS = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";

    private PeftFolder() {}

    /**
     * Loads an adapter. Options that PEFT has and rft4j does not are refused by name, and so are tensors that no one asked
     * for.
     *
     * @param folder where PEFT saved it
     * @param model the model under it; numbers are converted to its format
     * @param ignored options to pass over although they are set, for example {@code lora_dropout}
     * @param owner lifetime of the arrays, on the model's device
     * @return the adapter
     * @throws CheckpointException if the files are not what they should be
     */
    public static LoraAdapter load(Path folder, ModelWeights model, Set<String> ignored, NDManager owner) {
        LoraConfig config = PeftConfig.read(folder.resolve(CONFIG), ignored);
        Path file = folder.resolve(TENSORS);
        if (!Files.exists(file)) {
            throw new CheckpointException(
                    folder,
                    "content",
                    "without " + TENSORS,
                    "must hold it",
                    "convert adapter_model.bin to safetensors with PEFT");
        }
        LoraModules modules = new LoraModules(model);
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>();
        Map<WeightKey, NDArray> saved = new LinkedHashMap<>();
        try (TensorSource source = SafetensorsFile.open(file)) {
            Set<String> left = new TreeSet<>(source.names());
            modules.targets(config).forEach((module, key) -> {
                left.remove(PREFIX + module + LoraAdapter.A);
                left.remove(PREFIX + module + LoraAdapter.B);
                pairs.put(key, new PairReader(file, source, model, owner).read(config, module, key));
            });
            for (WeightKey key : modules.saved(config)) {
                String name = PREFIX + model.family().tensorName(key);
                left.remove(name);
                NDArray weight = LoraAdapter.weightOf(model, key);
                requireShape(file, source, name, weight.getShape());
                saved.put(key, source.load(name, LoraAdapter.precisionOf(weight), owner));
            }
            if (!left.isEmpty()) {
                throw new CheckpointException(
                        file,
                        "tensors",
                        left,
                        "must all belong to a target or a module to save of this model",
                        "take the adapter that was made for this model");
            }
        }
        return new LoraAdapter(config, pairs, saved);
    }

    /**
     * Saves an adapter as PEFT does; each file appears whole or not at all, the configuration last.
     *
     * @param folder where to; made if it does not exist
     * @param adapter what to save
     * @param model the model under it
     * @param baseModel what PEFT shall load as the model under it: a name or a folder; empty to leave it open
     */
    public static void save(Path folder, LoraAdapter adapter, ModelWeights model, String baseModel) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        adapter.named(model).forEach((name, array) -> tensors.put(PREFIX + name, array));
        String config = PeftConfig.write(
                adapter.config(),
                adapter.pairs().keySet().stream()
                        .map(key -> LoraModules.moduleOf(model, key))
                        .toList(),
                model.config().transposed(),
                baseModel);
        try {
            Files.createDirectories(folder);
            SafetensorsWriter.writeFile(folder.resolve(TENSORS), tensors, SaveOptions.DEFAULT);
            Path temporary = Files.createTempFile(folder, "." + CONFIG, ".part");
            try {
                Files.write(temporary, config.getBytes(StandardCharsets.UTF_8));
                Files.move(
                        temporary,
                        folder.resolve(CONFIG),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new EngineException("Could not write " + folder + ": " + e + "; check space and permissions", e);
        }
    }

    private static void requireShape(Path file, TensorSource source, String name, Shape expected) {
        Shape found = source.info(name).shape();
        if (!found.equals(expected)) {
            throw new CheckpointException(
                    file,
                    "shape of tensor " + name,
                    found,
                    "must be " + expected,
                    "take the adapter that was made for this model");
        }
    }

    /** Reads the two matrices of a module. */
    private record PairReader(Path file, TensorSource source, ModelWeights model, NDManager owner) {
        LoraPair read(LoraConfig config, String module, WeightKey key) {
            Shape sizes = LoraAdapter.sizesOf(model, key);
            int rank = config.rankOf(module);
            Precision precision = LoraAdapter.precisionOf(LoraAdapter.weightOf(model, key));
            requireShape(file, source, PREFIX + module + LoraAdapter.A, new Shape(rank, sizes.get(1)));
            requireShape(file, source, PREFIX + module + LoraAdapter.B, new Shape(sizes.get(0), rank));
            return new LoraPair(
                    source.load(PREFIX + module + LoraAdapter.A, precision, owner),
                    source.load(PREFIX + module + LoraAdapter.B, precision, owner),
                    config.scaleOf(module));
        }
    }
}
