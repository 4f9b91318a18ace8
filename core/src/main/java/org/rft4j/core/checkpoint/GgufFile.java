package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.program.Precision;

/**
 * One GGUF file under its own names, checked when it is opened. Blocks are decoded when a tensor is loaded. {@link GgufModel}
 * gives its tensors the names and the form that Hugging Face models have.
 */
public final class GgufFile implements TensorSource {
    private final MappedFile file;
    private final Map<String, JsonNode> values;
    private final TensorTable tensors;

    private GgufFile(MappedFile file, GgufHeader header) {
        this.file = file;
        this.values = Collections.unmodifiableMap(header.values());
        this.tensors = new TensorTable(file, header.tensors());
    }

    /**
     * Opens a file.
     *
     * @param path the file, GGUF version 2 or 3, little-endian
     * @return its tensors and values
     * @throws CheckpointException if it breaks a rule of the format
     */
    public static GgufFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new GgufFile(file, GgufHeader.read(file));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    static boolean isGguf(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            return file.size() >= Integer.BYTES && file.copy(0, Integer.BYTES).getInt() == GgufHeader.MAGIC;
        }
    }

    /**
     * The file's values: architecture, sizes, vocabulary, chat template.
     *
     * @return values by key, in the file's order
     */
    public Map<String, JsonNode> values() {
        return values;
    }

    @Override
    public List<String> names() {
        return tensors.names();
    }

    @Override
    public TensorInfo info(String name) {
        return tensors.info(name);
    }

    @Override
    public NDArray load(String name, Precision precision, NDManager owner) {
        return tensors.load(name, precision, owner);
    }

    @Override
    public NDArray loadExact(String name, NDManager owner) {
        return tensors.loadExact(name, owner);
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (value.isValueNode()) {
                texts.put(key, value.asText());
            }
        });
        return texts;
    }

    @Override
    public void close() {
        file.close();
    }

    /** A short F32 tensor that is a part of the configuration. */
    float[] smallFloats(String name, int atMost) {
        return tensors.smallFloats(name, atMost);
    }

    Path path() {
        return file.path();
    }
}
