package org.rft4j.cli.bind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All keys that there are, for the tables of the documentation. */
final class Keys {
    /**
     * A line of a table.
     *
     * @param key the key, or the type that chooses
     * @param type what may stand behind it
     * @param otherwise what it is where it is not given
     */
    record Line(String key, String type, String otherwise) {}

    private final Vocabulary vocabulary;

    private final Printer printer;

    private final Map<String, List<Line>> tables = new LinkedHashMap<>();

    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private Keys(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.printer = new Printer(vocabulary);
    }

    /** Tables by title, that of the root first. */
    static Map<String, List<Line>> of(Vocabulary vocabulary, Class<? extends Record> root) {
        Keys keys = new Keys(vocabulary);
        keys.section(root, null);
        while (!keys.waiting.isEmpty()) {
            keys.waiting.remove().run();
        }
        return keys.tables;
    }

    /** Those of one variant. */
    static List<Line> of(Vocabulary vocabulary, Variant<?> variant) {
        List<Line> lines = new ArrayList<>();
        new Keys(vocabulary).lines(variant.options(), variant.template().orElse(null), lines);
        return lines;
    }

    /** {@code RunSection} is "run section". */
    static String title(Class<?> type) {
        String name = type.getSimpleName();
        Class<?> around = type.getEnclosingClass();
        String whole = around == null || !name.equals("Options") ? name : around.getSimpleName() + name;
        return whole.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(java.util.Locale.ROOT);
    }

    private void section(Class<? extends Record> type, @Nullable Record template) {
        String title = title(type);
        if (!tables.containsKey(title)) {
            List<Line> lines = new ArrayList<>();
            tables.put(title, lines);
            lines(type, template, lines);
        }
    }

    private void lines(Class<? extends Record> type, @Nullable Record nearer, List<Line> lines) {
        Record template = nearer != null ? nearer : vocabulary.templateOf(type);
        for (Field field : vocabulary.fieldsOf(type)) {
            if (!field.unwrapped()) {
                lines.add(new Line(field.name(), field.kind().label(), otherwise(field, template)));
                follow(field.kind());
            } else if (field.kind() instanceof Kind.Section section) {
                lines(section.type(), template == null ? null : (Record) field.of(template), lines);
            } else {
                lines.add(new Line(Binder.TYPE, field.kind().label(), "must be given"));
                follow(field.kind());
            }
        }
    }

    private String otherwise(Field field, @Nullable Record template) {
        if (template != null) {
            return shown(field.kind(), field.of(template));
        }
        boolean absent = field.kind() instanceof Kind.Maybe || field.kind() instanceof Kind.Named;
        boolean usual = field.kind() instanceof Kind.Section section && vocabulary.templateOf(section.type()) != null;
        return field.otherwise().orElse(absent ? "none" : usual ? "its keys' own" : "must be given");
    }

    private String shown(Kind kind, Object value) {
        String text = printer.flow(kind, value);
        return text.isEmpty() ? "none" : text;
    }

    private void follow(Kind kind) {
        if (kind instanceof Kind.Section section) {
            waiting.add(() -> section(section.type(), null));
        } else if (kind instanceof Kind.OneOf oneOf) {
            waiting.add(() -> family(oneOf));
        } else if (kind instanceof Kind.Maybe maybe) {
            follow(maybe.kind());
        } else if (kind instanceof Kind.Several several) {
            follow(several.kind());
        } else if (kind instanceof Kind.Named named) {
            follow(named.kind());
        }
    }

    private void family(Kind.OneOf kind) {
        String title = title(kind.type());
        if (tables.containsKey(title)) {
            return;
        }
        List<Line> lines = new ArrayList<>();
        tables.put(title, lines);
        for (Variant<?> variant : kind.family().variants()) {
            List<Line> own = new ArrayList<>();
            lines(variant.options(), variant.template().orElse(null), own);
            String keys = String.join(
                    ", ", own.stream().map(line -> line.key() + ": " + line.otherwise()).toList());
            lines.add(new Line(variant.name(), keys.isEmpty() ? "no keys" : keys, ""));
        }
    }
}
