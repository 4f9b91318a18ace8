package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The values of one architecture in a GGUF file, by the part of their key after {@code <architecture>.}. */
final class GgufValues {
    private final GgufFile file;
    private final String architecture;

    GgufValues(GgufFile file, String architecture) {
        this.file = file;
        this.architecture = architecture;
    }

    static String architectureOf(GgufFile file) {
        JsonNode name = file.values().get("general.architecture");
        if (name == null || !name.isTextual()) {
            throw new CheckpointException(
                    file.path(), "general.architecture", name, "must be a name", "convert the model again");
        }
        return name.asText();
    }

    long whole(String key) {
        return optionalWhole(key).orElseThrow(() -> missing(key));
    }

    /** A list stands for a value per layer; it will do if all are the same. */
    Optional<Long> optionalWhole(String key) {
        return value(key).map(value -> {
            JsonNode first = value.isArray() && !value.isEmpty() ? value.get(0) : value;
            value.forEach(entry -> check(entry.equals(first), key, "different per layer", "must be one number"));
            check(
                    first.isIntegralNumber() && first.canConvertToLong(),
                    key,
                    shortened(first),
                    "must be a whole number");
            return first.asLong();
        });
    }

    double real(String key) {
        return optionalReal(key).orElseThrow(() -> missing(key));
    }

    /** GGUF has 32-bit floats where a configuration has decimals: 1e-6 shall not become 9.99999997e-7. */
    Optional<Double> optionalReal(String key) {
        return value(key).map(value -> {
            check(value.isNumber(), key, shortened(value), "must be a number");
            return value.isFloat() ? Double.parseDouble(Float.toString(value.floatValue())) : value.asDouble();
        });
    }

    Optional<String> text(String key) {
        return value(key).map(value -> {
            check(value.isTextual(), key, shortened(value), "must be a text");
            return value.asText();
        });
    }

    Optional<Long> token(String name) {
        return Optional.ofNullable(file.values().get("tokenizer.ggml." + name + "_token_id"))
                .filter(JsonNode::isIntegralNumber)
                .map(JsonNode::asLong);
    }

    GgufFile file() {
        return file;
    }

    boolean hasTensor(String name) {
        return file.names().contains(name);
    }

    void check(boolean condition, String key, Object value, String rule) {
        CheckpointException.check(
                condition, file.path(), architecture + "." + key, value, rule, "use a safetensors checkpoint");
    }

    private Optional<JsonNode> value(String key) {
        return Optional.ofNullable(file.values().get(architecture + "." + key));
    }

    private CheckpointException missing(String key) {
        return new CheckpointException(
                file.path(), architecture + "." + key, "missing", "must be given", "convert the model again");
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
}
