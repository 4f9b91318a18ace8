package org.rft4j.core.data.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.engine.Check;

/** Reads states, and says what does not fit. */
final class State {
    private static final String KIND = "kind";

    private final JsonNode node;
    private final String kind;

    private State(JsonNode node, String kind) {
        this.node = node;
        this.kind = kind;
    }

    static ObjectNode of(String kind) {
        return JsonNodeFactory.instance.objectNode().put(KIND, kind);
    }

    static State read(JsonNode node, String kind) {
        String found = node.path(KIND).asText("none");
        Check.that(
                node.isObject() && found.equals(kind),
                "kind of the saved state",
                "'" + found + "'",
                "must be '" + kind + "'",
                "restore it into the kind of object that it was saved from");
        return new State(node, kind);
    }

    /** A field must say what the options say now. */
    void require(String field, String now, String wayOut) {
        String saved = node.path(field).asText("none");
        Check.that(
                saved.equals(now),
                field + " of '" + kind + "'",
                now,
                "must be " + saved + " as in the saved state",
                wayOut);
    }

    /** A whole number from 0 to a limit. */
    long count(String field, long most) {
        JsonNode value = node.path(field);
        Check.that(
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= 0
                        && value.longValue() <= most,
                field + " in the saved state of '" + kind + "'",
                value,
                "must be a whole number in [0, " + most + "]",
                "restore the state as it was saved");
        return value.longValue();
    }

    List<JsonNode> list(String field, int size) {
        List<JsonNode> items = new ArrayList<>();
        node.path(field).forEach(items::add);
        Check.that(
                items.size() == size,
                field + " in the saved state of '" + kind + "'",
                items.size(),
                "must be " + size,
                "restore it into an object with the same options");
        return items;
    }

    JsonNode node(String field) {
        return node.path(field);
    }
}
