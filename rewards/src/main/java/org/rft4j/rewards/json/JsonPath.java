package org.rft4j.rewards.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A path into JSON, in a part of RFC 9535: {@code $}, names ({@code .name}, {@code ['any name']}), indices ({@code [0]}, {@code [-1]} from the
 * end), all children ({@code .*}, {@code [*]}), and each of these at any depth ({@code ..name}, {@code ..*}, {@code ..[0]}). There are no
 * slices, filters, functions or lists of selectors. Children of objects come in the order of their names, which the RFC leaves open.
 */
public final class JsonPath {
    private static final int MOST_FOUND = 10_000;

    private final String text;
    private final List<Step> steps;

    JsonPath(String text, List<Step> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /** Which children a step takes. */
    sealed interface Selector {
        /** The one of that name. */
        record Name(String name) implements Selector {}

        /** The one at that place, from the end if it is negative. */
        record Index(int index) implements Selector {}

        /** All of them. */
        record All() implements Selector {}
    }

    /** A selector, for the children of what was reached or for those of everything within it. */
    record Step(Selector selector, boolean anywhere) {}

    /**
     * A value that a path leads to.
     *
     * @param pointer its place as a JSON pointer, empty for the whole
     * @param value the value
     */
    public record Found(String pointer, JsonNode value) {}

    /**
     * Reads a path.
     *
     * @param text such as {@code $.items[*].price}
     * @return the path; an error that names the place where it cannot be read
     */
    public static JsonPath of(String text) {
        return new JsonPathParser(text).parse();
    }

    /**
     * Follows the path.
     *
     * @param document where it begins
     * @return what it leads to, in the order of the document; empty where there are more than 10,000 values on the way
     */
    public Optional<List<Found>> select(JsonNode document) {
        List<Found> reached = List.of(new Found("", document));
        for (Step step : steps) {
            List<Found> next = new ArrayList<>();
            for (Found from : reached) {
                take(from, step, next);
                if (next.size() > MOST_FOUND) {
                    return Optional.empty();
                }
            }
            reached = next;
        }
        return Optional.of(reached);
    }

    private static void take(Found from, Step step, List<Found> into) {
        if (into.size() > MOST_FOUND) {
            return;
        }
        if (step.selector() instanceof Selector.Name name) {
            JsonNode child = from.value().get(name.name());
            if (child != null) {
                into.add(new Found(from.pointer() + "/" + escaped(name.name()), child));
            }
        } else if (step.selector() instanceof Selector.Index index) {
            int at = index.index() < 0 ? from.value().size() + index.index() : index.index();
            if (from.value().isArray() && at >= 0 && at < from.value().size()) {
                into.add(new Found(from.pointer() + "/" + at, from.value().get(at)));
            }
        } else {
            into.addAll(children(from));
        }
        if (step.anywhere()) {
            children(from).forEach(child -> take(child, step, into));
        }
    }

    private static List<Found> children(Found from) {
        List<Found> children = new ArrayList<>();
        if (from.value().isArray()) {
            for (int i = 0; i < from.value().size(); i++) {
                children.add(new Found(from.pointer() + "/" + i, from.value().get(i)));
            }
        } else {
            from.value().properties().stream()
                    .sorted(Comparator.comparing(Map.Entry::getKey))
                    .forEach(field ->
                            children.add(new Found(from.pointer() + "/" + escaped(field.getKey()), field.getValue())));
        }
        return children;
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** The path as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
