package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** The decoder of a {@code tokenizer.json} as steps that work piece by piece. */
final class DecodePlan {
    private static final String SUPPORTED =
            "must be ByteLevel, ByteFallback, Fuse, Metaspace, Replace or Strip, or a sequence of these in an order that pieces can"
                    + " follow";
    private static final String WAY_OUT = "decode whole sequences with decode(...)";

    private final List<UnaryOperator<PieceSink>> steps = new ArrayList<>();
    /** Whether the steps so far make one text of all tokens. */
    private boolean fused;

    private DecodePlan() {}

    /** Reads the decoder, and throws if it cannot work piece by piece. */
    static DecodePlan of(JsonNode decoder) {
        DecodePlan plan = new DecodePlan();
        if (decoder.isMissingNode() || decoder.isNull()) {
            plan.steps.add(SpacesBetweenStep::new);
        } else {
            plan.add(decoder);
        }
        return plan;
    }

    /** Chains the steps before a sink. */
    PieceSink before(PieceSink sink) {
        PieceSink head = sink;
        for (int i = steps.size() - 1; i >= 0; i--) {
            head = steps.get(i).apply(head);
        }
        return head;
    }

    private void add(JsonNode decoder) {
        switch (decoder.path("type").asText()) {
            case "Sequence" -> decoder.path("decoders").forEach(this::add);
            case "Fuse" -> fused = true;
            case "ByteLevel" -> {
                require(!fused, decoder);
                steps.add(ByteLevelStep::new);
                fused = true;
            }
            case "ByteFallback" -> {
                require(!fused, decoder);
                steps.add(ByteFallbackStep::new);
            }
            case "Replace" -> addReplace(decoder);
            case "Strip" -> addStrip(decoder);
            case "Metaspace" -> addMetaspace(decoder);
            default -> throw refusal(decoder);
        }
    }

    private void addReplace(JsonNode decoder) {
        String sign = decoder.path("pattern").path("String").asText();
        require(!sign.isEmpty() && (!fused || sign.codePointCount(0, sign.length()) == 1), decoder);
        String replacement = decoder.path("content").asText();
        steps.add(next -> new ReplaceStep(sign, replacement, next));
    }

    private void addStrip(JsonNode decoder) {
        String character = decoder.path("content").asText();
        int limit = decoder.path("start").asInt();
        boolean everyToken = !fused;
        steps.add(next -> new StripStep(character, limit, everyToken, next));
    }

    private void addMetaspace(JsonNode decoder) {
        require(!fused, decoder);
        String sign = decoder.path("replacement").asText();
        boolean prepended = decoder.has("prepend_scheme")
                ? !"never".equals(decoder.path("prepend_scheme").asText())
                : decoder.path("add_prefix_space").asBoolean(true);
        steps.add(next -> new MetaspaceStep(sign, prepended, next));
    }

    private static void require(boolean condition, JsonNode decoder) {
        Check.that(condition, "decoder of tokenizer.json", decoder, SUPPORTED, WAY_OUT);
    }

    private static InvalidInputException refusal(JsonNode decoder) {
        return new InvalidInputException("decoder of tokenizer.json", decoder, SUPPORTED, WAY_OUT);
    }
}
