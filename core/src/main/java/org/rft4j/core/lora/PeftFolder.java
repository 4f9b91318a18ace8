package org.rft4j.core.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.checkpoint.SafetensorsFile;
import org.rft4j.core.checkpoint.SafetensorsWriter;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.EngineException;

/**
 * Adapters in the files of PEFT: {@code adapter_config.json} and {@code adapter_model.safetensors}. Options that PEFT has and
 * rft4j does not are refused by name, and so are tensors that no one asked for. {@code lora_dropout} is kept without effect:
 * it acts in PEFT's own training only.
 */
public final class PeftFolder {
    static final String PREFIX = "base_model.model.";

    private static final String CONFIG = "adapter_config.json";
    private static final String TENSORS = "adapter_model.safetensors";
    private static final String SCORE = "score";
    /** What PEFT adds to the modules to save of every sequence classifier, there or not. */
    private static final Set<String> CLASSIFIER_HEADS = Set.of(SCORE, "classifier");

    private PeftFolder() {}

    /**
     * Loads an adapter of a language model.
     *
     * @param folder where PEFT saved it
     * @param model the model under it; numbers are converted to its format
     * @param ignored options to pass over although they are set
     * @param owner lifetime of the arrays, on the model's device; nothing stays there if loading fails
     * @return the adapter
     * @throws CheckpointException if the files are not what they should be
     */
    public static LoraAdapter load(Path folder, ModelWeights model, Set<String> ignored, NDManager owner) {
        PeftConfig options = PeftConfig.read(folder.resolve(CONFIG), ignored);
        options.requireLanguageModel();
        LoraConfig config = options.toLora();
        return open(folder, owner, (file, source, manager) -> {
            AdapterReader reader = new AdapterReader(file, source, model, manager);
            LoraAdapter adapter = reader.read(config);
            reader.requireNothingLeft();
            return adapter;
        });
    }

    /**
     * Loads an adapter of a sequence classifier, which has a score matrix of its own. Train them on with
     * {@code RewardModel.trained(loaded.base(), Trainable.adapter(loaded.adapter()))}.
     *
     * @param folder where PEFT saved it
     * @param classifier the classifier under it, which stays as it is; numbers are converted to its format
     * @param ignored options to pass over although they are set
     * @param owner lifetime of the arrays, on the model's device; nothing stays there if loading fails
     * @return the adapter, and the body under it with the folder's score matrix
     * @throws CheckpointException if the files are not what they should be
     */
    public static AdaptedClassifier loadClassifier(
            Path folder, ClassifierWeights classifier, Set<String> ignored, NDManager owner) {
        LoraConfig config = PeftConfig.read(folder.resolve(CONFIG), ignored).toLora();
        if (!config.modulesToSave().contains(SCORE)) {
            throw new CheckpointException(
                    folder.resolve(CONFIG),
                    "modules_to_save",
                    config.modulesToSave(),
                    "must hold " + SCORE + " for a sequence classifier",
                    "load the adapter of a language model with PeftFolder.load");
        }
        LoraConfig ofBody = config.saving(config.modulesToSave().stream()
                .filter(name -> !CLASSIFIER_HEADS.contains(name))
                .toList());
        return open(folder, owner, (file, source, manager) -> {
            AdapterReader reader = new AdapterReader(file, source, classifier.model(), manager);
            LoraAdapter adapter = reader.read(ofBody);
            NDArray score = reader.readLike(SCORE + ".weight", classifier.score());
            reader.requireNothingLeft();
            return new AdaptedClassifier(
                    new ClassifierWeights(classifier.model(), score, classifier.padToken()), adapter);
        });
    }

    /**
     * Saves an adapter of a language model as PEFT does; each file appears whole or not at all, the configuration last.
     *
     * @param folder where to; made if it does not exist
     * @param adapter what to save
     * @param model the model under it
     * @param baseModel what PEFT shall load as the model under it: a name or a folder; empty to leave it open
     */
    public static void save(Path folder, LoraAdapter adapter, ModelWeights model, String baseModel) {
        write(
                folder,
                adapter.named(model),
                PeftConfig.write(
                        adapter.config(),
                        PeftConfig.Task.LANGUAGE_MODEL,
                        modules(adapter, model),
                        model.config().transposed(),
                        baseModel));
    }

    /**
     * Saves an adapter of a sequence classifier and its score matrix as PEFT does; each file appears whole or not at all, the
     * configuration last.
     *
     * @param folder where to; made if it does not exist
     * @param classifier what to save: the adapter and the score matrix, not the body
     * @param baseModel what PEFT shall load as the classifier under it: a name or a folder; empty to leave it open
     */
    public static void saveClassifier(Path folder, AdaptedClassifier classifier, String baseModel) {
        ModelWeights model = classifier.base().model();
        LoraAdapter adapter = classifier.adapter();
        Map<String, NDArray> tensors = new LinkedHashMap<>(adapter.named(model));
        tensors.put(SCORE + ".weight", classifier.base().score());
        List<String> saved = new ArrayList<>(adapter.config().modulesToSave());
        saved.add(SCORE);
        write(
                folder,
                tensors,
                PeftConfig.write(
                        adapter.config().saving(saved),
                        PeftConfig.Task.SEQUENCE_CLASSIFIER,
                        modules(adapter, model),
                        model.config().transposed(),
                        baseModel));
    }

    private static List<String> modules(LoraAdapter adapter, ModelWeights model) {
        return adapter.pairs().keySet().stream()
                .map(key -> LoraModules.moduleOf(model, key))
                .toList();
    }

    private static void write(Path folder, Map<String, NDArray> named, ObjectNode config) {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        named.forEach((name, array) -> tensors.put(PREFIX + name, array));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new EngineException("Could not make " + folder + ": " + e + "; check space and permissions", e);
        }
        SafetensorsWriter.writeFile(folder.resolve(TENSORS), tensors, SaveOptions.DEFAULT);
        JsonDocuments.write(folder.resolve(CONFIG), config);
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(Path file, TensorSource source, NDManager manager);
    }

    private static <T> T open(Path folder, NDManager owner, Reading<T> reading) {
        Path file = folder.resolve(TENSORS);
        if (!Files.exists(file)) {
            throw new CheckpointException(
                    folder,
                    "content",
                    "without " + TENSORS,
                    "must hold it",
                    "convert adapter_model.bin to safetensors with PEFT");
        }
        try (TensorSource source = SafetensorsFile.open(file)) {
            return Made.below(owner, manager -> reading.read(file, source, manager));
        }
    }
}
