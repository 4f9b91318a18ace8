package org.rft4j.cli.bind;

import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

/** What may stand behind a key, by the Java type of the component. */
sealed interface Kind {
    /** For a table of keys. */
    String label();

    /** A single value. */
    record Single(Scalar scalar) implements Kind {
        @Override
        public String label() {
            return scalar.label();
        }
    }

    /** One of the names of an enum. */
    record Constant(Class<?> type) implements Kind {
        List<String> names() {
            return Arrays.stream(type.getEnumConstants())
                    .map(one -> Names.camel(((Enum<?>) one).name()))
                    .toList();
        }

        @Override
        public String label() {
            return String.join(", ", names());
        }
    }

    /** Keys with values. */
    record Section(Class<? extends Record> type) implements Kind {
        @Override
        public String label() {
            return "keys with values";
        }
    }

    /** A type, and keys that depend on it; bound as a {@link Chosen} or as what that makes. */
    record OneOf(Class<?> type, Family<?> family, boolean chosen) implements Kind {
        @Override
        public String label() {
            return "type";
        }
    }

    /** What may be absent. {@code box} is the class of the optional. */
    record Maybe(Class<?> box, Type content, Kind kind) implements Kind {
        @Override
        public String label() {
            return kind.label();
        }
    }

    /** A list. */
    record Several(Type content, Kind kind) implements Kind {
        @Override
        public String label() {
            return "list of " + kind.label();
        }
    }

    /** Keys that the user chooses. */
    record Named(Type content, Kind kind) implements Kind {
        @Override
        public String label() {
            return "map to " + kind.label();
        }
    }

    /** What only Java can say: it stays as the template has it, and there is no key for it. */
    record Opaque() implements Kind {
        @Override
        public String label() {
            return "";
        }
    }
}
