package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values of one architecture in a GGUF file, by the part of their key after {@code <architecture>.}. Every key that is read
 * is ticked off; what is left over at the end is refused by name.
 */
final class GgufValues {
    private static final String WAY_OUT = "use a safetensors checkpoint";

    private final GgufFile file;
    private final String architecture;
    private final Set<String> seen = new TreeSet<>();

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
        String key = "tokenizer.ggml." + name + "_token_id";
        return Optional.ofNullable(file.values().get(key)).map(value -> {
            checkEntry(
                    value.isIntegralNumber() && value.canConvertToLong(),
                    key,
                    shortened(value),
                    "must be a whole number");
            return value.asLong();
        });
    }

    boolean has(String key) {
        return file.values().containsKey(architecture + "." + key);
    }

    /** Ticks off keys that change nothing here. */
    void pass(String... keys) {
        seen.addAll(List.of(keys));
    }

    void requireFlag(String key, boolean honoured) {
        value(key)
                .ifPresent(value -> check(
                        value.isBoolean() && value.booleanValue() == honoured,
                        key,
                        shortened(value),
                        "must be " + honoured + ": rft4j honours no other value"));
    }

    /** Refuses a key that no one has read, unless it has the one value that changes nothing. */
    void requireUnread(String key, double neutral) {
        if (!seen.contains(key)) {
            value(key)
                    .ifPresent(value -> check(
                            value.isNumber() && value.asDouble() == neutral,
                            key,
                            shortened(value),
                            "must be " + (long) neutral + ": rft4j honours no other value"));
        }
    }

    /** Refuses what no one has read. */
    void requireNothingLeft() {
        String prefix = architecture + ".";
        Set<String> left = new TreeSet<>();
        for (String key : file.values().keySet()) {
            if (key.startsWith(prefix) && !seen.contains(key.substring(prefix.length()))) {
                left.add(key);
            }
        }
        CheckpointException.check(
                left.isEmpty(),
                file.path(),
                "values of the model",
                left,
                "must all be known: one that is passed over may change what the model computes",
                WAY_OUT);
    }

    GgufFile file() {
        return file;
    }

    boolean hasTensor(String name) {
        return file.names().contains(name);
    }

    void check(boolean condition, String key, Object value, String rule) {
        checkEntry(condition, architecture + "." + key, value, rule);
    }

    /** The same for what does not stand under a key of the architecture. */
    void checkEntry(boolean condition, String what, Object value, String rule) {
        CheckpointException.check(condition, file.path(), what, value, rule, WAY_OUT);
    }

    private Optional<JsonNode> value(String key) {
        seen.add(key);
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
