package org.rft4j.cli.bind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All keys that there are, in tables. What stands at several places has one. */
public final class Keys {
    /**
     * A line of a table.
     *
     * @param key the key; in tables of choices, what may stand behind {@code type}
     * @param type what may stand behind the key; of a choice, its keys with their usual values
     * @param otherwise what the key is where it is not given; nothing in tables of choices
     */
    public record Line(String key, String type, String otherwise) {}

    private static final String REQUIRED = "must be given";

    private static final String BY_TYPE = "by type";

    private final Vocabulary vocabulary;

    private final Printer printer;

    private final Map<String, List<Line>> tables = new LinkedHashMap<>();

    private final Set<Class<?>> seen = new HashSet<>();

    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private Keys(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.printer = new Printer(vocabulary);
    }

    /**
     * The keys of a file.
     *
     * @param vocabulary what {@code type} chooses between
     * @param root what the file is
     * @return tables by title; those of the keys that choices have are titled by all choices that have them
     */
    public static Map<String, List<Line>> of(Vocabulary vocabulary, Class<? extends Record> root) {
        Keys keys = new Keys(vocabulary);
        keys.section(root, REQUIRED);
        while (!keys.waiting.isEmpty()) {
            keys.waiting.remove().run();
        }
        return keys.tables;
    }

    /** Those of one choice. */
    static List<Line> of(Vocabulary vocabulary, Variant<?> variant) {
        return new Keys(vocabulary).lines(variant.options(), variant.template().orElse(null), REQUIRED);
    }

    /** The words of a class's name, without those that say no more than that it is one of ours. */
    private static String title(Class<?> type) {
        String name = type.getSimpleName().replaceAll("Config$", "");
        String whole = name.equals("Options") ? type.getEnclosingClass().getSimpleName() + name : name;
        return Names.words(whole);
    }

    private void section(Class<? extends Record> type, String required) {
        tables.put(title(type), lines(type, null, required));
    }

    private List<Line> lines(Class<? extends Record> type, @Nullable Record nearer, String required) {
        Record template = nearer != null ? nearer : vocabulary.templateOf(type);
        List<Line> lines = new ArrayList<>();
        for (Field field : vocabulary.fieldsOf(type)) {
            if (!field.unwrapped()) {
                lines.add(new Line(field.name(), label(field.kind(), required), otherwise(field, template, required)));
            } else if (field.kind() instanceof Kind.Section section) {
                lines.addAll(lines(section.type(), template == null ? null : (Record) field.of(template), required));
            } else {
                lines.add(new Line(Binder.TYPE, label(field.kind(), required), REQUIRED));
            }
        }
        return lines;
    }

    private String otherwise(Field field, @Nullable Record template, String required) {
        if (template != null) {
            String text = printer.flow(field.kind(), field.of(template));
            return text.isEmpty() ? field.kind() instanceof Kind.Maybe ? "none" : "its own" : text;
        }
        if (field.otherwise().isPresent()) {
            return field.otherwise().get();
        }
        if (field.kind() instanceof Kind.Section) {
            return "its own";
        }
        return field.kind() instanceof Kind.Maybe || field.kind() instanceof Kind.Named ? "none" : required;
    }

    /** What may stand there. Tables of what has keys are made later, so that those of a record stand together. */
    private String label(Kind kind, String required) {
        if (kind instanceof Kind.Maybe maybe) {
            return label(maybe.kind(), required);
        }
        if (kind instanceof Kind.Several several) {
            return "list of " + label(several.kind(), required);
        }
        if (kind instanceof Kind.Named named) {
            return "any keys: " + label(named.kind(), required);
        }
        if (kind instanceof Kind.Section section) {
            if (seen.add(section.type())) {
                waiting.add(() -> section(section.type(), required));
            }
            return "see " + title(section.type());
        }
        if (kind instanceof Kind.OneOf oneOf) {
            if (seen.add(oneOf.type())) {
                waiting.add(() -> choices(oneOf));
            }
            return "see " + oneOf.family().title();
        }
        return kind.label();
    }

    private void choices(Kind.OneOf kind) {
        String title = kind.family().title();
        List<Line> choices = new ArrayList<>();
        tables.put(title, choices);
        Map<Class<? extends Record>, List<Variant<?>>> byOptions = new LinkedHashMap<>();
        for (Variant<?> variant : kind.family().variants()) {
            List<String> usual = of(vocabulary, variant).stream()
                    .map(line -> line.key() + ": " + line.otherwise())
                    .toList();
            choices.add(new Line(variant.name(), usual.isEmpty() ? "no keys" : String.join(", ", usual), ""));
            byOptions
                    .computeIfAbsent(variant.options(), absent -> new ArrayList<>())
                    .add(variant);
        }
        byOptions.forEach((options, variants) -> {
            boolean usual = variants.stream().anyMatch(one -> one.template().isPresent());
            List<Line> lines = lines(options, null, usual ? BY_TYPE : REQUIRED);
            if (!lines.isEmpty()) {
                List<String> names = variants.stream().map(Variant::name).toList();
                tables.put(title + ": " + String.join(", ", names), lines);
            }
        });
    }
}
