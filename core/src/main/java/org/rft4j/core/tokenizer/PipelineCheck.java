package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Finds in a {@code tokenizer.json} what native code accepts and then ends the whole process with, at the first text or at the
 * first token. Fields are looked for by their names, because native code does not always ask for the type of a part.
 */
final class PipelineCheck {
    /** Native code gives a pattern up, and the process with it, when it has tried 10 million times at one place. */
    private static final long MOST_RETRIES = 8_000_000;

    private static final long LONGEST_TEXT = 4_000_000;
    private static final long MOST_RETRIES_PER_CHARACTER = 100;
    private static final List<String> PARTS = List.of("normalizer", "pre_tokenizer", "post_processor", "decoder");
    private static final List<String> LISTS = List.of("normalizers", "pretokenizers", "processors", "decoders");
    private static final String COPY = "copy the file again from where the model comes from";

    private final String origin;
    private long retriesPerCharacter = 1;

    private PipelineCheck(String origin) {
        this.origin = origin;
    }

    /** Throws at what cannot work, and returns how long a text may be. */
    static long longestText(JsonNode root, String origin) {
        PipelineCheck check = new PipelineCheck(origin);
        for (String part : PARTS) {
            JsonNode node = root.path(part);
            if (!node.isMissingNode() && !node.isNull()) {
                check.requireObject(node, part);
                check.visit(node, part);
            }
        }
        check.checkPrefix(root.path("model"));
        return Math.min(LONGEST_TEXT, MOST_RETRIES / check.retriesPerCharacter);
    }

    private void visit(JsonNode node, String part) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (LISTS.contains(name)) {
                value.forEach(step -> requireObject(step, name));
            } else if (name.equals("pattern")) {
                requireObject(value, name);
            }
            requireReadable(TextNode.valueOf(name));
            checkField(name, value, part);
            visit(value, part);
        }
        requireReadable(node);
        if (node.isArray()) {
            node.forEach(element -> visit(element, part));
        }
        if (part.equals("post_processor") && (node.has("single") || node.has("pair"))) {
            checkTemplate(node);
        }
    }

    private void checkField(String name, JsonNode value, String part) {
        if (name.equals("precompiled_charsmap")) {
            CharacterMap.check(value, origin);
        } else if (name.equals("Regex")) {
            checkPattern(value.asText());
            require(
                    !part.equals("normalizer") || !PatternParser.matchesNothing(value.asText()),
                    "pattern of a normalizer",
                    value,
                    "must not match without a character",
                    "make it match what is to be replaced");
        } else if (name.equals("String")) {
            require(!value.asText().isEmpty(), "pattern of a " + part, "empty", "must have a character", "remove it");
        } else if (name.equals("prepend")) {
            require(
                    !value.asText().isEmpty(),
                    "prepend of a normalizer",
                    "empty",
                    "must have a character",
                    "remove it");
        } else if (name.equals("stop") && part.equals("decoder")) {
            require(
                    value.isInt() && value.intValue() == 0,
                    "stop of a Strip decoder",
                    value,
                    "must be 0",
                    "set it to 0: the native decoder fails where a token is shorter than what it is to lose");
        } else if (name.equals("length") && part.equals("pre_tokenizer")) {
            require(value.isInt() && value.intValue() > 0, "length of a pre-tokenizer", value, "must be > 0", COPY);
        }
    }

    private void checkPattern(String pattern) {
        String problem;
        try {
            PatternCost cost = PatternParser.cost(pattern);
            if (cost.degree() <= 1 && cost.retries() <= MOST_RETRIES_PER_CHARACTER) {
                retriesPerCharacter = Math.max(retriesPerCharacter, cost.degree() * cost.retries());
                return;
            }
            problem = "repetitions that can share the text in too many ways";
        } catch (IllegalArgumentException e) {
            problem = String.valueOf(e.getMessage());
        }
        throw new InvalidInputException(
                "pattern in tokenizer.json of " + origin,
                pattern + " (with " + problem + ")",
                "must take time in proportion to the text",
                "write it without repetitions inside repeated groups, or in one after the other");
    }

    private void checkTemplate(JsonNode template) {
        JsonNode special = template.path("special_tokens");
        for (Map.Entry<String, JsonNode> token : special.properties()) {
            String name = "special_tokens " + token.getKey();
            requireObject(token.getValue(), name);
            JsonNode ids = token.getValue().path("ids");
            ids.forEach(id -> TokenIds.of(id, "id of " + name + " in tokenizer.json of " + origin));
            int tokens = token.getValue().path("tokens").size();
            require(ids.size() == tokens, "ids of " + name, ids, "must be as many as its tokens, " + tokens, COPY);
        }
        for (String kind : List.of("single", "pair")) {
            for (JsonNode piece : template.path(kind)) {
                requireObject(piece, kind);
                piece.properties().forEach(inner -> requireObject(inner.getValue(), inner.getKey()));
                checkPiece(piece, kind, special);
            }
        }
    }

    private void checkPiece(JsonNode piece, String kind, JsonNode special) {
        JsonNode token = piece.path("SpecialToken").path("id");
        require(
                token.isMissingNode() || special.has(token.asText()),
                "special token of the template " + kind,
                token,
                "must be one of its special_tokens",
                "add it to them, with its ids and tokens");
        String sequence = piece.path("Sequence").path("id").asText("A");
        require(
                kind.equals("pair") || sequence.equals("A"),
                "sequence of the template single",
                sequence,
                "must be A",
                "remove it: there is one text only");
    }

    /** Native code cuts the prefix off the second part of every merge without looking. */
    private void checkPrefix(JsonNode model) {
        String prefix = model.path("continuing_subword_prefix").asText("");
        if (prefix.isEmpty() || !model.path("continuing_subword_prefix").isTextual()) {
            return;
        }
        for (JsonNode merge : model.path("merges")) {
            String second = merge.isArray()
                    ? merge.path(1).asText()
                    : merge.asText().substring(merge.asText().indexOf(' ') + 1);
            require(
                    second.startsWith(prefix),
                    "second part of a merge",
                    "\"" + second + "\"",
                    "must begin with the continuing_subword_prefix " + prefix,
                    COPY);
        }
    }

    /** Native code reads these parts twice, and ends the process where only the second reading fails. */
    private void requireReadable(JsonNode node) {
        require(
                !node.isFloatingPointNumber() || Double.isFinite(node.doubleValue()),
                "number",
                node,
                "must be finite",
                COPY);
        require(
                !node.isTextual() || StandardCharsets.UTF_8.newEncoder().canEncode(node.asText()),
                "text",
                "one with an unpaired surrogate",
                "must consist of Unicode characters",
                COPY);
    }

    private void requireObject(JsonNode node, String name) {
        require(node.isObject(), name, node.getNodeType(), "must be an object", COPY);
    }

    private void require(boolean condition, String what, Object value, String rule, String wayOut) {
        Check.that(condition, what + " in tokenizer.json of " + origin, value, rule, wayOut);
    }
}
