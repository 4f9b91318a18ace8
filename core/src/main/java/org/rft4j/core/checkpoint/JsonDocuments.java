package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rft4j.core.files.AtomicFiles;

/** The JSON files that lie beside tensors. */
public final class JsonDocuments {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private JsonDocuments() {}

    /**
     * Reads a file that holds one object in UTF-8. No name may stand twice in an object: readers disagree on which one counts.
     *
     * @param file the file
     * @return the object
     * @throws CheckpointException if it is missing or holds anything else
     */
    public static ObjectNode read(Path file) {
        try (MappedFile mapped = MappedFile.open(file)) {
            CheckpointException.check(
                    mapped.size() <= SafetensorsHeader.MAX_BYTES,
                    file,
                    "size",
                    mapped.size(),
                    "must be at most " + SafetensorsHeader.MAX_BYTES,
                    "is it JSON?");
            return StrictJson.readTree(file, "content", new FileBytes(mapped, 0, mapped.size()));
        }
    }

    /**
     * Writes a file that appears whole or not at all, as Hugging Face tools lay it out.
     *
     * @param file the file, in a folder that exists
     * @param content what it will hold
     */
    public static void write(Path file, ObjectNode content) {
        byte[] bytes = text(content).getBytes(StandardCharsets.UTF_8);
        try (AtomicFiles files = new AtomicFiles()) {
            files.write(file, out -> {
                ByteBuffer left = ByteBuffer.wrap(bytes);
                while (left.hasRemaining()) {
                    out.write(left);
                }
            });
            files.commit();
        }
    }

    private static String text(ObjectNode content) {
        try {
            return JSON.writeValueAsString(content) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can always be written", e);
        }
    }
}
