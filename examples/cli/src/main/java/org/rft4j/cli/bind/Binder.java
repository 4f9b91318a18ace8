package org.rft4j.cli.bind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Rft4jException;

/**
 * Makes records of a tree. What is not given is taken from, in this order: the record that is passed down with a type, {@link Otherwise}, the
 * vocabulary's templates. Where something cannot be made a problem is noted, and the rest is looked at all the same.
 */
public final class Binder {
    /** The key that chooses. */
    static final String TYPE = "type";

    private static final int SHOWN = 80;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Vocabulary vocabulary;

    private final Problems problems;

    /**
     * Binds with a vocabulary.
     *
     * @param vocabulary what there is
     * @param problems where problems go
     */
    public Binder(Vocabulary vocabulary, Problems problems) {
        this.vocabulary = vocabulary;
        this.problems = problems;
    }

    /**
     * Makes a record of a tree.
     *
     * @param type the record
     * @param tree its keys
     * @param <R> the record
     * @return the record; empty if there are problems
     */
    public <R extends Record> Optional<R> bind(Class<R> type, ObjectNode tree) {
        return Optional.ofNullable(type.cast(section(type, tree, null, "")));
    }

    /**
     * Makes what one key stands for, so that others can be judged by it although the whole could not be made.
     *
     * @param type the record that has the key
     * @param tree its keys
     * @param key the key
     * @return its value; empty if there is none, or a problem
     */
    public Optional<Object> bind(Class<? extends Record> type, ObjectNode tree, String key) {
        return vocabulary.fieldsOf(type).stream()
                .filter(field -> field.name().equals(key) && tree.has(key))
                .findFirst()
                .map(field -> read(field.kind(), tree.get(key), null, key));
    }

    /**
     * Makes what was chosen. If it refuses its options, that is a problem.
     *
     * @param chosen with its options
     * @param path where it stands
     * @param <T> what it is
     * @return it, or empty
     */
    public <T> Optional<T> make(Chosen<T> chosen, String path) {
        List<T> made = new ArrayList<>();
        refusing(path, chosen.options().getClass(), () -> made.add(chosen.make()));
        return made.stream().findFirst();
    }

    private @Nullable Object read(Kind kind, JsonNode node, @Nullable Object template, String path) {
        if (kind instanceof Kind.Single single) {
            return single(single.scalar(), node, path);
        }
        if (kind instanceof Kind.Constant constant) {
            return constant(constant, node, path);
        }
        if (kind instanceof Kind.Maybe maybe) {
            return maybe(maybe, node, template, path);
        }
        if (kind instanceof Kind.Several several) {
            return several(several, node, path);
        }
        if (kind instanceof Kind.Named named) {
            return named(named, node, path);
        }
        if (kind instanceof Kind.OneOf oneOf) {
            return oneOf(oneOf, node, template, path, Set.of());
        }
        Class<? extends Record> type = ((Kind.Section) kind).type();
        if (node instanceof ObjectNode keys) {
            return section(type, keys, (Record) template, path);
        }
        if (node.isTextual() && keysOf(type, null).contains(TYPE)) {
            return section(type, NODES.objectNode().set(TYPE, node), (Record) template, path);
        }
        return wrong(path, node, "must be keys with values", "there are " + String.join(", ", keysOf(type, null)));
    }

    private @Nullable Object wrong(String path, JsonNode node, String rule, String wayOut) {
        problems.add(path, shown(node), rule, wayOut);
        return null;
    }

    private static String shown(JsonNode node) {
        String text = node.isTextual() ? "'" + node.textValue() + "'" : node.toString();
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    private @Nullable Object single(Scalar scalar, JsonNode node, String path) {
        Optional<?> value = scalar.reader().apply(node);
        return value.isPresent() ? value.get() : wrong(path, node, "must be a " + scalar.label(), scalar.wayOut());
    }

    private @Nullable Object constant(Kind.Constant kind, JsonNode node, String path) {
        for (Object one : kind.type().getEnumConstants()) {
            if (node.isTextual() && Names.same(((Enum<?>) one).name(), node.textValue())) {
                return one;
            }
        }
        return wrong(path, node, "must be one of the names that there are", Names.hint(node.asText(), kind.names()));
    }

    private @Nullable Object maybe(Kind.Maybe kind, JsonNode node, @Nullable Object template, String path) {
        boolean number = kind.box() == OptionalDouble.class;
        boolean none = node.isTextual() && Names.same(node.textValue(), "none");
        if (node.isNull() || none) {
            return number ? OptionalDouble.empty() : Optional.empty();
        }
        Object inner = template instanceof Optional<?> there ? there.orElse(null) : null;
        Object value = read(kind.kind(), node, inner, path);
        if (value == null) {
            return null;
        }
        return number ? OptionalDouble.of((Double) value) : Optional.of(value);
    }

    private @Nullable Object several(Kind.Several kind, JsonNode node, String path) {
        if (!node.isArray()) {
            return wrong(path, node, "must be a list", "put it in [brackets], or begin each line with a dash");
        }
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            Object value = read(kind.kind(), node.get(i), null, Paths.item(path, i));
            if (value != null) {
                values.add(value);
            }
        }
        return values.size() == node.size() ? Collections.unmodifiableList(values) : null;
    }

    private @Nullable Object named(Kind.Named kind, JsonNode node, String path) {
        if (!node.isObject()) {
            return wrong(path, node, "must be keys with values", "write {key: value}");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            Object value = read(kind.kind(), entry.getValue(), null, Paths.key(path, entry.getKey()));
            if (value != null) {
                values.put(entry.getKey(), value);
            }
        }
        return values.size() == node.size() ? Collections.unmodifiableMap(values) : null;
    }

    private @Nullable Object oneOf(
            Kind.OneOf kind, JsonNode node, @Nullable Object template, String path, Set<String> besides) {
        JsonNode type = node.isTextual() ? node : node.path(TYPE);
        if (!node.isTextual() && !node.isObject()) {
            return wrong(path, node, "must be a type, or keys with one", "write {type: ...}");
        }
        Optional<? extends Variant<?>> variant = type.isMissingNode() && template != null
                ? variantOf(kind.family(), template)
                : kind.family().named(type.asText());
        if (variant.isEmpty()) {
            String at = node.isTextual() ? path : Paths.key(path, TYPE);
            boolean absent = type.isMissingNode();
            problems.add(
                    at,
                    absent ? "absent" : shown(type),
                    absent ? "must be there" : "must be one that there is",
                    Names.hint(type.asText(), kind.family().names()));
            return null;
        }
        ObjectNode keys = node instanceof ObjectNode object ? object : NODES.objectNode();
        return make(kind, variant.get(), keys, template, path, besides);
    }

    private @Nullable Object make(
            Kind.OneOf kind,
            Variant<?> variant,
            ObjectNode keys,
            @Nullable Object template,
            String path,
            Set<String> besides) {
        Object given = template instanceof Chosen<?> chosen ? chosen.options() : template;
        Record usual = variant.options().isInstance(given)
                ? (Record) given
                : variant.template().orElse(null);
        Set<String> known = new LinkedHashSet<>(besides);
        known.add(TYPE);
        refuseUnknown(keys, keysOf(variant.options(), keys), known, path, variant.name());
        Record options = fill(variant.options(), keys, usual, path);
        if (options == null) {
            return null;
        }
        Chosen<?> chosen = chosen(variant, options);
        return kind.chosen() ? chosen : refusing(path, variant.options(), chosen::make);
    }

    private static <T> Chosen<T> chosen(Variant<T> variant, Record options) {
        return new Chosen<>(variant, options);
    }

    private static Optional<? extends Variant<?>> variantOf(Family<?> family, Object template) {
        return template instanceof Chosen<?> chosen ? family.named(chosen.name()) : family.of(template.getClass());
    }

    private @Nullable Record section(
            Class<? extends Record> type, ObjectNode keys, @Nullable Record template, String path) {
        refuseUnknown(keys, keysOf(type, keys), Set.of(), path, path.isEmpty() ? "a run" : path);
        return fill(type, keys, template, path);
    }

    private void refuseUnknown(ObjectNode keys, List<String> known, Set<String> besides, String path, String of) {
        Iterator<String> names = keys.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!known.contains(name) && !besides.contains(name)) {
                String rule = "must not be there, because " + of + " has no such key";
                problems.add(Paths.key(path, name), shown(keys.get(name)), rule, Names.hint(name, known));
            }
        }
    }

    /** The keys of a record. Those of an unwrapped choice depend on what was chosen. */
    List<String> keysOf(Class<? extends Record> type, @Nullable ObjectNode given) {
        List<String> keys = new ArrayList<>();
        for (Field field : vocabulary.fieldsOf(type)) {
            if (!field.unwrapped()) {
                keys.add(field.name());
            } else if (field.kind() instanceof Kind.OneOf oneOf) {
                keys.add(TYPE);
                JsonNode chosen = given == null ? MissingNode.getInstance() : given.path(TYPE);
                oneOf.family().named(chosen.asText()).ifPresent(one -> keys.addAll(keysOf(one.options(), given)));
            } else {
                keys.addAll(keysOf(((Kind.Section) field.kind()).type(), given));
            }
        }
        return keys;
    }

    private @Nullable Record fill(Class<? extends Record> type, ObjectNode keys, @Nullable Record nearer, String path) {
        Record template = nearer != null ? nearer : vocabulary.templateOf(type);
        Map<String, Object> values = new LinkedHashMap<>();
        boolean whole = true;
        for (Field field : vocabulary.fieldsOf(type)) {
            Object value = value(field, type, keys, template, path);
            if (value == null) {
                whole = false;
            } else {
                values.put(field.name(), value);
            }
        }
        return whole ? (Record) refusing(path, type, () -> Records.make(type, values, template)) : null;
    }

    private @Nullable Object value(
            Field field, Class<? extends Record> owner, ObjectNode keys, @Nullable Record template, String path) {
        Object usual = template == null ? null : field.of(template);
        if (field.unwrapped()) {
            return field.kind() instanceof Kind.OneOf oneOf
                    ? oneOf(oneOf, keys, usual, path, Set.copyOf(keysOf(owner, keys)))
                    : fill(((Kind.Section) field.kind()).type(), keys, (Record) usual, path);
        }
        String at = Paths.key(path, field.name());
        JsonNode node = keys.path(field.name());
        boolean empty = node.isNull() && !(field.kind() instanceof Kind.Maybe);
        if (!node.isMissingNode() && !empty) {
            return read(field.kind(), node, usual, at);
        }
        return usual != null ? usual : absent(field, at);
    }

    private @Nullable Object absent(Field field, String path) {
        if (field.otherwise().isPresent()) {
            return read(field.kind(), Document.value(field.otherwise().get()), null, path);
        }
        if (field.kind() instanceof Kind.Maybe maybe) {
            return maybe.box() == OptionalDouble.class ? OptionalDouble.empty() : Optional.empty();
        }
        if (field.kind() instanceof Kind.Named) {
            return Map.of();
        }
        if (field.kind() instanceof Kind.Section section) {
            return fill(section.type(), NODES.objectNode(), null, path);
        }
        problems.add(
                path, "absent", "must be there", "add it, a " + field.kind().label());
        return null;
    }

    /** Takes the words of a record that refuses its values, with the path in place of the component's name. */
    private @Nullable Object refusing(String path, Class<? extends Record> type, Records.Making making) {
        try {
            return making.make();
        } catch (Records.Refused | Rft4jException e) {
            String text = String.valueOf(e.getMessage());
            for (Field field : vocabulary.fieldsOf(type)) {
                if (text.startsWith(field.name() + " ")) {
                    String at = Paths.key(path, field.name());
                    problems.addText(at, at + text.substring(field.name().length()));
                    return null;
                }
            }
            problems.addText(path, path + ": " + text);
            return null;
        }
    }
}
