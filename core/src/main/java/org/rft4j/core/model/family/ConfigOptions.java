package org.rft4j.core.model.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * The options of a {@code config.json}. Every option that is read is ticked off; what is left over at the end is refused by
 * name ({@link #requireNothingLeft}), so that no option of a model is passed over silently.
 */
public final class ConfigOptions {
    /** More layers or heads than any model has. */
    public static final int MOST = 4096;

    private final ObjectNode json;
    private final Set<String> ignored;
    private final Set<String> seen = new TreeSet<>();

    /**
     * Wraps a configuration.
     *
     * @param json the whole of {@code config.json}
     */
    public ConfigOptions(ObjectNode json) {
        this(json, Set.of());
    }

    /**
     * Wraps a configuration.
     *
     * @param json the whole of {@code config.json}
     * @param ignored options that the caller chose to pass over, nested ones too
     */
    public ConfigOptions(ObjectNode json, Set<String> ignored) {
        this.json = json;
        this.ignored = Set.copyOf(ignored);
    }

    /**
     * A whole number that must be there.
     *
     * @param name the option
     * @return its value
     */
    public int integer(String name) {
        JsonNode value = value(name);
        Check.that(
                value != null && value.isIntegralNumber() && value.canConvertToInt(),
                name + " in config.json",
                value,
                "must be a whole number",
                "take the configuration that belongs to the weights");
        return value == null ? 0 : value.intValue();
    }

    /**
     * A whole number.
     *
     * @param name the option
     * @param otherwise what holds where it is absent or null
     * @return its value
     */
    public int integer(String name, int otherwise) {
        return value(name) == null ? otherwise : integer(name);
    }

    /**
     * A number of things.
     *
     * @param name the option
     * @param otherwise what holds where it is absent or null
     * @return its value, from 1 to {@link #MOST}
     */
    public int count(String name, int otherwise) {
        int count = integer(name, otherwise);
        Check.that(
                count >= 1 && count <= MOST,
                name + " in config.json",
                count,
                "must be from 1 to " + MOST,
                "take the configuration that belongs to the weights");
        return count;
    }

    /**
     * A number of things that must be there.
     *
     * @param name the option
     * @return its value, from 1 to {@link #MOST}
     */
    public int count(String name) {
        return count(name, integer(name));
    }

    /**
     * A number that must be there.
     *
     * @param name the option
     * @return its value
     */
    public double number(String name) {
        Check.that(has(name), name + " in config.json", null, "must be given", "correct the file");
        return number(name, 0);
    }

    /**
     * A number.
     *
     * @param name the option
     * @param otherwise what holds where it is absent or null
     * @return its value
     */
    public double number(String name, double otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        Check.that(value.isNumber(), name + " in config.json", value, "must be a number", "correct the file");
        return value.doubleValue();
    }

    /**
     * A truth value.
     *
     * @param name the option
     * @param otherwise what holds where it is absent or null
     * @return its value
     */
    public boolean flag(String name, boolean otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        Check.that(value.isBoolean(), name + " in config.json", value, "must be true or false", "correct the file");
        return value.booleanValue();
    }

    /**
     * A text.
     *
     * @param name the option
     * @param otherwise what holds where it is absent or null
     * @return its value
     */
    public String text(String name, String otherwise) {
        JsonNode value = value(name);
        if (value == null) {
            return otherwise;
        }
        Check.that(value.isTextual(), name + " in config.json", value, "must be a text", "correct the file");
        return value.textValue();
    }

    /**
     * A list of texts.
     *
     * @param name the option
     * @return its values, empty where it is absent or null
     */
    public List<String> texts(String name) {
        JsonNode value = value(name);
        List<String> texts = new ArrayList<>();
        if (value != null) {
            Check.that(value.isArray(), name + " in config.json", value, "must be a list", "correct the file");
            value.forEach(element -> texts.add(element.asText()));
        }
        return texts;
    }

    /**
     * Nested options, which tick off by themselves: call {@link #requireNothingLeft} on them too.
     *
     * @param name the option
     * @return its options, empty where it is absent or null
     */
    public ConfigOptions nested(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return new ConfigOptions(json.objectNode(), ignored);
        }
        Check.that(value.isObject(), name + " in config.json", value, "must be an object", "correct the file");
        return new ConfigOptions((ObjectNode) value, ignored);
    }

    /**
     * A list of numbers.
     *
     * @param name the option
     * @return its values
     */
    public List<Double> numbers(String name) {
        JsonNode value = value(name);
        List<Double> numbers = new ArrayList<>();
        if (value != null) {
            Check.that(value.isArray(), name + " in config.json", value, "must be a list", "correct the file");
            for (JsonNode element : value) {
                Check.that(
                        element.isNumber(), name + " in config.json", value, "must hold numbers", "correct the file");
                numbers.add(element.doubleValue());
            }
        }
        return numbers;
    }

    /**
     * Whether there are no options at all.
     *
     * @return true for an object without members
     */
    public boolean isEmpty() {
        return json.isEmpty();
    }

    /**
     * Whether an option is there and not null. Does not tick it off.
     *
     * @param name the option
     * @return true if it has a value
     */
    public boolean has(String name) {
        JsonNode value = json.get(name);
        return value != null && !value.isNull();
    }

    /**
     * Whether an option is there, be it null. Does not tick it off.
     *
     * @param name the option
     * @return true if the file mentions it
     */
    public boolean mentions(String name) {
        return json.has(name);
    }

    /**
     * Ticks off options that change nothing here: training settings, token ids, provenance.
     *
     * @param names the options
     */
    public void pass(String... names) {
        seen.addAll(List.of(names));
    }

    /**
     * Refuses an option unless it has the one value that is honoured, or is absent.
     *
     * @param name the option
     * @param honoured the value, compared as JSON text
     * @param why what it would ask for
     */
    public void requireOnly(String name, Object honoured, String why) {
        JsonNode value = value(name);
        if (value != null && !value.asText().equals(String.valueOf(honoured))) {
            throw new InvalidInputException(
                    name + " in config.json",
                    value,
                    "must be " + honoured + ": rft4j does not honour it (" + why + ")",
                    "use a checkpoint without it");
        }
    }

    /**
     * Refuses what no one has read.
     *
     * @param where what the options describe, for the message
     */
    public void requireNothingLeft(String where) {
        Set<String> left = new TreeSet<>();
        json.fieldNames().forEachRemaining(left::add);
        left.removeAll(seen);
        left.removeAll(ignored);
        left.removeIf(name -> json.get(name).isNull());
        Check.that(
                left.isEmpty(),
                "options of " + where,
                left,
                "must all be known: an option that is passed over may change what the model computes",
                "name those that you are sure of in LoadOptions.ignoring(...)");
    }

    private @Nullable JsonNode value(String name) {
        seen.add(name);
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
