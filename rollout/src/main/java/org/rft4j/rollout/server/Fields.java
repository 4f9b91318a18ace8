package org.rft4j.rollout.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The fields of a request. Null counts as absent, and a field that nobody has read is an error. */
final class Fields {
    static final ObjectMapper JSON = new ObjectMapper();

    private final String prefix;
    private final ObjectNode object;
    private final Set<String> left = new LinkedHashSet<>();

    private Fields(String prefix, ObjectNode object) {
        this.prefix = prefix;
        this.object = object;
        object.fieldNames().forEachRemaining(left::add);
    }

    static Fields of(JsonNode root) throws ApiError {
        if (!(root instanceof ObjectNode object)) {
            throw ApiError.of(ApiError.BAD_REQUEST, "The request must be a JSON object");
        }
        return new Fields("", object);
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** The value, or a missing node. */
    JsonNode get(String name) {
        left.remove(name);
        return has(name) ? object.get(name) : MissingNode.getInstance();
    }

    /** The value, which must be of some kind; a missing node if it is absent. */
    private JsonNode get(String name, Predicate<JsonNode> kind, String rule) throws ApiError {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !kind.test(value)) {
            throw wrong(name, value, rule);
        }
        return value;
    }

    int integer(String name, int otherwise) throws ApiError {
        return get(name, n -> n.isIntegralNumber() && n.canConvertToInt(), "must be a whole number")
                .asInt(otherwise);
    }

    long wholeNumber(String name, long otherwise) throws ApiError {
        return get(name, n -> n.isIntegralNumber() && n.canConvertToLong(), "must be a whole number")
                .asLong(otherwise);
    }

    double number(String name, double otherwise) throws ApiError {
        return get(name, JsonNode::isNumber, "must be a number").asDouble(otherwise);
    }

    boolean flag(String name, boolean otherwise) throws ApiError {
        return get(name, JsonNode::isBoolean, "must be true or false").asBoolean(otherwise);
    }

    String string(String name) throws ApiError {
        JsonNode value = get(name);
        if (!value.isTextual()) {
            throw wrong(name, value, "must be a string");
        }
        return value.asText();
    }

    List<Long> wholeNumbers(String name) throws ApiError {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode item : get(name, JsonNode::isArray, "must be a list of whole numbers")) {
            if (!item.isIntegralNumber() || !item.canConvertToLong()) {
                throw wrong(name, item, "must hold whole numbers");
            }
            numbers.add(item.longValue());
        }
        return numbers;
    }

    /** A string counts as a list of one. */
    List<String> strings(String name) throws ApiError {
        List<String> strings = new ArrayList<>();
        JsonNode value = get(name, n -> n.isTextual() || n.isArray(), "must be a string or a list of strings");
        if (value.isTextual()) {
            return List.of(value.asText());
        }
        for (JsonNode item : value) {
            if (!item.isTextual()) {
                throw wrong(name, item, "must hold strings");
            }
            strings.add(item.asText());
        }
        return strings;
    }

    Fields object(String name) throws ApiError {
        return new Fields(prefix + name + ".", (ObjectNode)
                get(name, JsonNode::isObject, "must be an object").require());
    }

    /** Throws unless the field is absent or says what happens anyway. */
    void requireIfThere(String name, Predicate<JsonNode> same, String rule) throws ApiError {
        get(name, same, rule);
    }

    void pass(String... names) {
        left.removeAll(List.of(names));
    }

    void requireNothingLeft() throws ApiError {
        for (String name : left) {
            if (has(name)) {
                throw ApiError.inParameter(prefix + name, prefix + name + " is not known to this server; leave it out");
            }
        }
    }

    ApiError wrong(String name, JsonNode value, String rule) {
        String text = value.isMissingNode() ? "absent" : value.toString();
        String shown = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return ApiError.inParameter(prefix + name, prefix + name + " was " + shown + ", " + rule);
    }
}
