package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A language model in a GGUF file, seen as the Hugging Face model that was converted to it: configuration and weights under
 * Hugging Face's names. Architectures: llama (which Mistral's files say too), qwen2, qwen3, gemma2, gemma3 (text).
 *
 * <p>llama.cpp's converter reorders the rows of Llama's query and key projections and adds 1 to Gemma's norms; both are undone.
 * What it leaves out is lost: sliding windows of Mistral and Qwen2, Gemma's own scales of attention, Gemma 2's base of angles,
 * end tokens beyond the first. What a file has and rft4j does not know is refused.
 */
public final class GgufModel implements AutoCloseable {
    private static final String CHAT_TEMPLATE = "tokenizer.chat_template";

    private final GgufFile file;
    private final ObjectNode config;
    private final HuggingFaceView weights;

    private GgufModel(GgufFile file) {
        String name = GgufValues.architectureOf(file);
        GgufArchitecture architecture = GgufArchitecture.named(name)
                .orElseThrow(() -> new CheckpointException(
                        file.path(),
                        "general.architecture",
                        name,
                        "must be one of " + GgufArchitecture.names(),
                        "use a safetensors checkpoint of this model"));
        this.file = file;
        this.config = GgufConfig.of(new GgufValues(file, name), architecture);
        this.weights = new HuggingFaceView(
                file,
                architecture,
                config.get("num_attention_heads").asLong(),
                config.get("num_key_value_heads").asLong());
    }

    /**
     * Opens a model.
     *
     * @param path a GGUF file
     * @return the model
     * @throws CheckpointException if the file is broken, or its architecture is none of the known ones
     */
    public static GgufModel open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return new GgufModel(file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * The configuration. {@code bos_token_id}, {@code eos_token_id} and {@code pad_token_id} are those of the file's
     * vocabulary, where it names them.
     *
     * @return what stands in a {@code config.json} of this architecture; a copy
     */
    public ObjectNode config() {
        return config.deepCopy();
    }

    /**
     * The chat template that came with the vocabulary.
     *
     * @return Jinja source, or nothing if the file has none
     */
    public Optional<String> chatTemplate() {
        return Optional.ofNullable(file.values().get(CHAT_TEMPLATE)).map(template -> {
            CheckpointException.check(
                    template.isTextual(),
                    file.path(),
                    CHAT_TEMPLATE,
                    template.getNodeType(),
                    "must be a text",
                    "convert the model again");
            return template.textValue();
        });
    }

    /**
     * The weights under Hugging Face's names.
     *
     * @return tensors that load as the Hugging Face model had them, up to quantisation
     */
    public TensorSource weights() {
        return weights;
    }

    /**
     * The file itself, with vocabulary and chat template among its values.
     *
     * @return the file under GGUF's names
     */
    public GgufFile file() {
        return file;
    }

    @Override
    public void close() {
        file.close();
    }
}
