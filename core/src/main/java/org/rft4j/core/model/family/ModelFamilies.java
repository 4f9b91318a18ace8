package org.rft4j.core.model.family;

import java.util.List;
import org.rft4j.engine.InvalidInputException;

/** The families there are. */
public final class ModelFamilies {
    private static final List<ModelFamily> ALL = List.of(
            new LlamaFamily(),
            new MistralFamily(),
            new Qwen2Family(),
            new Qwen3Family(),
            new SmolLm3Family(),
            new Gemma2Family(),
            new Gemma3Family(),
            new Phi3Family(),
            new Olmo2Family(),
            new GptNeoXFamily(),
            new Gpt2Family());

    private ModelFamilies() {}

    /**
     * The family of a {@code model_type}.
     *
     * @param modelType as {@code config.json} names it
     * @return its family
     */
    public static ModelFamily of(String modelType) {
        return ALL.stream()
                .filter(family -> family.modelType().equals(modelType))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "model_type in config.json",
                        modelType,
                        "must be one of " + names(),
                        "use a checkpoint of one of these families"));
    }

    /**
     * All families.
     *
     * @return their model types
     */
    public static List<String> names() {
        return ALL.stream().map(ModelFamily::modelType).toList();
    }
}
