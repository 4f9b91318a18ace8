package org.rft4j.cli.bind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is wrong with a configuration, all of it told together. */
public final class Problems {
    private final Document document;

    private final Map<String, String> found = new LinkedHashMap<>();

    /**
     * Nothing so far.
     *
     * @param document what is looked at
     */
    public Problems(Document document) {
        this.document = document;
    }

    /**
     * Adds one, unless there is one of this path already.
     *
     * @param path where
     * @param value what stands there
     * @param rule what it must be, beginning with "must"
     * @param wayOut what can be done about it
     */
    public void add(String path, @Nullable Object value, String rule, String wayOut) {
        found.putIfAbsent(path, path + " was " + value + ", " + rule + "; " + wayOut);
    }

    /** Adds one in the words of whoever refused it. */
    void addText(String path, String text) {
        found.putIfAbsent(path, text);
    }

    /**
     * How many there are.
     *
     * @return 0 if all is well so far
     */
    public int count() {
        return found.size();
    }

    /** Throws if there are any. */
    public void throwIfAny() {
        if (found.isEmpty()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        found.forEach((path, text) -> lines.add(text + document.placeOf(path)));
        throw new ConfigurationException(document.name(), lines);
    }
}
