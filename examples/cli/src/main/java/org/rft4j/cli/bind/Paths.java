package org.rft4j.cli.bind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** Paths such as {@code rewards[1].weight}. */
final class Paths {
    private Paths() {}

    static String key(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    static String item(String path, int index) {
        return path + "[" + index + "]";
    }

    static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    /** Of Jackson's pointers, in which list positions cannot be told from keys that are numbers; there are no such keys here. */
    static String ofPointer(String pointer) {
        return of(pointer.isEmpty() ? List.of() : List.of(pointer.substring(1).split("/")));
    }

    static String of(List<String> steps) {
        String path = "";
        for (String step : steps) {
            path = isIndex(step) ? item(path, Integer.parseInt(step)) : key(path, step);
        }
        return path;
    }

    /** {@code rewards[1].weight} and {@code rewards.1.weight} are the same. */
    static List<String> steps(String path) {
        List<String> steps = List.of(path.replace("[", ".").replace("]", "").split("\\.", -1));
        Check.that(
                steps.stream().noneMatch(String::isBlank),
                "path",
                "'" + path + "'",
                "must be keys with dots between them",
                "write it as run.rounds or rewards[0].weight");
        return steps;
    }

    private static boolean isIndex(String step) {
        return step.matches("\\d{1,6}");
    }

    /** Puts a value where the steps lead, making what is missing on the way. A word on the way, such as {@code grpo}, is taken as a type. */
    static void put(ObjectNode root, List<String> steps, JsonNode value) {
        JsonNode at = root;
        for (int i = 0; i + 1 < steps.size(); i++) {
            at = child(at, steps.subList(0, i + 1), isIndex(steps.get(i + 1)));
        }
        String last = steps.get(steps.size() - 1);
        if (at instanceof ArrayNode list) {
            int index = indexIn(list, steps);
            if (index == list.size()) {
                list.add(value);
            } else {
                list.set(index, value);
            }
        } else {
            ((ObjectNode) at).set(last, value);
        }
    }

    private static JsonNode child(JsonNode parent, List<String> steps, boolean list) {
        String step = steps.get(steps.size() - 1);
        int index = parent instanceof ArrayNode items ? indexIn(items, steps) : -1;
        JsonNode there = index >= 0 ? parent.get(index) : parent.get(step);
        if (there != null && there.isContainerNode()) {
            return there;
        }
        ObjectNode typed = ((com.fasterxml.jackson.databind.node.ContainerNode<?>) parent).objectNode();
        if (there != null && there.isTextual()) {
            typed.set("type", there);
        }
        JsonNode made = list && there == null ? typed.arrayNode() : typed;
        if (parent instanceof ArrayNode items && index == items.size()) {
            items.add(made);
        } else if (parent instanceof ArrayNode items) {
            items.set(index, made);
        } else {
            ((ObjectNode) parent).set(step, made);
        }
        return made;
    }

    private static int indexIn(ArrayNode list, List<String> steps) {
        String step = steps.get(steps.size() - 1);
        if (!isIndex(step) || Integer.parseInt(step) > list.size()) {
            throw new InvalidInputException(
                    "path",
                    of(steps),
                    "must name a place in a list of " + list.size(),
                    "count from 0; the next free place adds one");
        }
        return Integer.parseInt(step);
    }
}
