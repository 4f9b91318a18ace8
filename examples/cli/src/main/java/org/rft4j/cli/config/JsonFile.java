package org.rft4j.cli.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.rft4j.engine.InvalidInputException;

/** A file of JSON. */
final class JsonFile {
    private JsonFile() {}

    static JsonNode read(Path file) {
        try {
            return JsonMapper.builder().build().readTree(file.toFile());
        } catch (IOException e) {
            throw new InvalidInputException(
                    "file", file, "must be JSON that can be read (" + e.getMessage() + ")", "name another file");
        }
    }
}
