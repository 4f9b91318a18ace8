package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** States as JSON: what each begins with, and reading numbers back with clear errors. */
final class SelectorState {
    private static final String WAY_OUT =
            "restore the state of a selector that was built with the same options and tasks";

    private SelectorState() {}

    static ObjectNode of(String kind) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind);
    }

    static void requireKind(JsonNode state, String kind) {
        requireEqual("kind of a state", state.path("kind").asText("absent"), kind);
    }

    static void requireEqual(String what, Object value, Object expected) {
        Check.that(value.equals(expected), what, value, "must be " + expected, WAY_OUT);
    }

    static JsonNode part(JsonNode state, String name) {
        JsonNode part = state.path(name);
        Check.that(!part.isMissingNode(), name + " of a state", "absent", "must be there", WAY_OUT);
        return part;
    }

    static long number(JsonNode state, String name, long least, long most) {
        JsonNode value = part(state, name);
        requireWithin(value.isIntegralNumber() && value.canConvertToLong(), name, value, least, most);
        requireWithin(value.longValue() >= least && value.longValue() <= most, name, value, least, most);
        return value.longValue();
    }

    static double real(JsonNode state, String name, double least, double most) {
        return real(name, part(state, name), least, most);
    }

    static double[] reals(JsonNode state, String name, int count, double least, double most) {
        JsonNode values = array(state, name, count);
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = real(name, values.get(i), least, most);
        }
        return numbers;
    }

    private static double real(String name, JsonNode value, double least, double most) {
        Check.that(
                value.isNumber() && value.doubleValue() >= least && value.doubleValue() <= most,
                name + " of a state",
                value,
                "must be a number from " + least + " to " + most,
                WAY_OUT);
        return value.doubleValue();
    }

    /** Indices of a pool of that many tasks. */
    static int[] indices(JsonNode state, String name, int tasks) {
        JsonNode values = part(state, name);
        Check.that(values.isArray(), name + " of a state", values.getNodeType(), "must be an array", WAY_OUT);
        int[] indices = new int[values.size()];
        for (int i = 0; i < indices.length; i++) {
            JsonNode value = values.get(i);
            requireWithin(value.isInt() || value.isLong(), name, value, 0, tasks - 1L);
            requireWithin(value.longValue() >= 0 && value.longValue() < tasks, name, value, 0, tasks - 1L);
            indices[i] = value.intValue();
        }
        return indices;
    }

    static JsonNode array(JsonNode state, String name, int count) {
        JsonNode values = part(state, name);
        Check.that(
                values.isArray() && values.size() == count,
                name + " of a state",
                values.isArray() ? values.size() + " entries" : values.getNodeType(),
                "must be an array of " + count,
                WAY_OUT);
        return values;
    }

    static ArrayNode array(Iterable<Integer> numbers) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        numbers.forEach(array::add);
        return array;
    }

    static ArrayNode array(double[] numbers) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (double number : numbers) {
            array.add(number);
        }
        return array;
    }

    private static void requireWithin(boolean condition, String name, JsonNode value, long least, long most) {
        if (!condition) {
            throw new InvalidInputException(
                    name + " of a state", value, "must be a whole number from " + least + " to " + most, WAY_OUT);
        }
    }
}
