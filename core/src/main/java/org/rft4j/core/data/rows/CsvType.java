package org.rft4j.core.data.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;

/** What the text of a CSV column stands for. Empty text is null in all columns but those of text. */
public enum CsvType {
    /** Text, as it stands. */
    TEXT("text") {
        @Override
        Object parse(String text) {
            return text;
        }
    },
    /** A whole number of 64 bits. */
    LONG("a whole number of 64 bits") {
        @Override
        Object parse(String text) {
            return Long.valueOf(text);
        }
    },
    /** A finite decimal number. */
    DOUBLE("a finite number") {
        @Override
        Object parse(String text) {
            double number = Double.parseDouble(text);
            if (!Double.isFinite(number)) {
                throw new NumberFormatException("not finite");
            }
            return number;
        }
    },
    /** {@code true} or {@code false}, in any case. */
    BOOLEAN("true or false") {
        @Override
        Object parse(String text) {
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.valueOf(text);
            }
            throw new NumberFormatException("neither");
        }
    },
    /** JSON, such as a list of messages. */
    JSON("JSON") {
        @Override
        @Nullable
        Object parse(String text) throws JsonProcessingException {
            return JsonValues.value(FACTORY, text);
        }
    };

    private static final JsonFactory FACTORY = JsonValues.factory(Integer.MAX_VALUE);

    private final String expected;

    CsvType(String expected) {
        this.expected = expected;
    }

    String expected() {
        return expected;
    }

    /** The value of a text that is not empty. */
    abstract @Nullable Object parse(String text) throws JsonProcessingException;
}
