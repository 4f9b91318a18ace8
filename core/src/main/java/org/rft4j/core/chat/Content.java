package org.rft4j.core.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** What a message says: a text, or parts such as texts and images. */
public sealed interface Content {
    /**
     * The content as templates read it.
     *
     * @return a string, or a list of maps
     */
    Object value();

    /**
     * Content that is one text.
     *
     * @param text the text
     */
    record Text(String text) implements Content {
        @Override
        public Object value() {
            return text;
        }
    }

    /**
     * Content in parts, each a map with a {@code type}, such as {@code {"type": "text", "text": "..."}}.
     *
     * @param parts the parts
     */
    record Parts(List<Map<String, @Nullable Object>> parts) implements Content {
        /** Copies the parts. */
        public Parts {
            parts = parts.stream().map(Json::copy).toList();
        }

        @Override
        public Object value() {
            return parts;
        }
    }

    /**
     * Content from JSON.
     *
     * @param value a string, or a list of maps
     * @return the content
     */
    static Content of(Object value) {
        if (value instanceof String text) {
            return new Text(text);
        }
        if (value instanceof Iterable<?> items) {
            List<Map<String, @Nullable Object>> parts = new ArrayList<>();
            items.forEach(item -> parts.add(Json.object("content part", item)));
            return new Parts(parts);
        }
        throw new InvalidInputException(
                "content", value, "must be a string or a list of parts", "write other values as text");
    }
}
