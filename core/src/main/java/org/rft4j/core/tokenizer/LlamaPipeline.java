package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The one tokenizer class of transformers 5 whose pipeline differs from the {@code tokenizer.json} that comes with it: of a file
 * that is declared to be a LlamaTokenizer, transformers keeps vocabulary, merges and post-processor, and replaces the rest.
 * The usual files put a space before every text; the replacement does so only where the text does not begin with one.
 */
final class LlamaPipeline {
    private static final String SPACE_SIGN = "\u2581";

    private LlamaPipeline() {}

    /** Whether transformers would load these files with its LlamaTokenizer. */
    static boolean applies(TokenizerDefinition definition, JsonNode tokenizerConfig, JsonNode modelConfig) {
        String modelType = modelConfig.path("model_type").asText("");
        return tokenizerConfig.path("tokenizer_class").asText("").matches("LlamaTokenizer(Fast)?")
                && (modelType.isEmpty() || modelType.equals("llama"))
                && definition.isBpe()
                && !definition.isByteLevel();
    }

    /** Replaces what transformers replaces. */
    static void install(TokenizerDefinition definition, JsonNode tokenizerConfig) {
        boolean prefix = tokenizerConfig.path("add_prefix_space").asBoolean(true);
        String scheme = tokenizerConfig.path("legacy").asBoolean(false) ? "always" : "first";
        definition.set("normalizer", NullNode.getInstance());
        definition.set(
                "pre_tokenizer",
                TokenizerFiles.newObject()
                        .put("type", "Metaspace")
                        .put("replacement", SPACE_SIGN)
                        .put("prepend_scheme", prefix ? scheme : "never")
                        .put("split", false));
        definition.set("decoder", decoder(prefix));
        definition.setInModel("dropout", NullNode.getInstance());
        definition.setInModel("unk_token", NullNode.getInstance());
        definition.setInModel("fuse_unk", BooleanNode.TRUE);
        definition.setInModel("byte_fallback", BooleanNode.TRUE);
        definition.setInModel("ignore_merges", BooleanNode.FALSE);
    }

    private static ObjectNode decoder(boolean prefix) {
        ObjectNode sequence = TokenizerFiles.newObject().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("decoders");
        ObjectNode spaces = steps.addObject().put("type", "Replace");
        spaces.putObject("pattern").put("String", SPACE_SIGN);
        spaces.put("content", " ");
        steps.addObject().put("type", "ByteFallback");
        steps.addObject().put("type", "Fuse");
        if (prefix) {
            steps.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        return sequence;
    }
}
