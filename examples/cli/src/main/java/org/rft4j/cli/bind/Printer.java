package org.rft4j.cli.bind;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes records as the YAML that they could have been read from, with everything that was not given. */
public final class Printer {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Vocabulary vocabulary;

    /**
     * Prints with a vocabulary.
     *
     * @param vocabulary the binder's
     */
    public Printer(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * Writes a record.
     *
     * @param record that the binder made
     * @return YAML
     */
    public String yaml(Record record) {
        try {
            return YAML.writeValueAsString(tree(record));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    /**
     * The keys of a variant with their usual values.
     *
     * @param variant of a family
     * @return YAML; keys that must be given have {@code ...}
     */
    public String usual(Variant<?> variant) {
        StringBuilder text = new StringBuilder("type: " + variant.name() + "\n");
        for (Keys.Line line : Keys.of(vocabulary, variant)) {
            text.append(line.key()).append(": ").append(line.otherwise()).append("\n");
        }
        return text.toString();
    }

    /** One value, on one line, for a table. */
    String flow(Kind kind, Object value) {
        return node(kind, value).map(Printer::flow).orElse("");
    }

    private static String flow(JsonNode node) {
        if (node instanceof ObjectNode keys) {
            List<String> parts = new ArrayList<>();
            keys.properties().forEach(entry -> parts.add(entry.getKey() + ": " + flow(entry.getValue())));
            return "{" + String.join(", ", parts) + "}";
        }
        if (node instanceof ArrayNode list) {
            List<String> parts = new ArrayList<>();
            list.forEach(one -> parts.add(flow(one)));
            return "[" + String.join(", ", parts) + "]";
        }
        return node.asText();
    }

    /** The keys of a record, without those that are optional and absent. */
    ObjectNode tree(Record record) {
        ObjectNode keys = NODES.objectNode();
        for (Field field : vocabulary.fieldsOf(record.getClass())) {
            Optional<JsonNode> node = node(field.kind(), field.of(record));
            if (field.unwrapped()) {
                node.ifPresent(inner -> keys.setAll(wrapped(inner)));
            } else {
                node.ifPresent(value -> keys.set(field.name(), value));
            }
        }
        return keys;
    }

    private static ObjectNode wrapped(JsonNode node) {
        return node instanceof ObjectNode keys ? keys : NODES.objectNode().set(Binder.TYPE, node);
    }

    private Optional<JsonNode> node(Kind kind, Object value) {
        if (kind instanceof Kind.Single single) {
            return Optional.of(single.scalar().writer().apply(value));
        }
        if (kind instanceof Kind.Constant) {
            return Optional.of(TextNode.valueOf(Names.camel(((Enum<?>) value).name())));
        }
        if (kind instanceof Kind.Maybe maybe) {
            Optional<?> content = value instanceof OptionalDouble number
                    ? number.stream().boxed().findFirst()
                    : (Optional<?>) value;
            return content.flatMap(there -> node(maybe.kind(), there));
        }
        if (kind instanceof Kind.Several several) {
            ArrayNode list = NODES.arrayNode();
            ((List<?>) value).forEach(one -> node(several.kind(), one).ifPresent(list::add));
            return Optional.of(list);
        }
        if (kind instanceof Kind.Named named) {
            ObjectNode keys = NODES.objectNode();
            ((Map<?, ?>) value)
                    .forEach((key, one) ->
                            node(named.kind(), one).ifPresent(node -> keys.set(String.valueOf(key), node)));
            return Optional.of(keys);
        }
        return kind instanceof Kind.OneOf oneOf ? chosen(oneOf, value) : Optional.of(tree((Record) value));
    }

    private Optional<JsonNode> chosen(Kind.OneOf kind, Object value) {
        if (value instanceof Chosen<?> chosen) {
            return Optional.of(named(chosen.name(), chosen.options()));
        }
        return kind.family().of(value.getClass()).map(variant -> named(variant.name(), (Record) value));
    }

    private JsonNode named(String type, Record options) {
        ObjectNode keys = tree(options);
        if (keys.isEmpty()) {
            return TextNode.valueOf(type);
        }
        ObjectNode all = NODES.objectNode();
        all.put(Binder.TYPE, type);
        all.setAll(keys);
        return all;
    }
}
