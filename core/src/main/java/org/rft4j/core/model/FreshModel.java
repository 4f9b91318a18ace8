package org.rft4j.core.model;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rft4j.core.model.family.FreshConfig;
import org.rft4j.core.model.family.ModelFamilies;
import org.rft4j.core.tokenizer.SpecialTokens;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.random.KeyedRandom;

/** Models from scratch, described so that Hugging Face tools load them once saved. */
final class FreshModel {
    private FreshModel() {}

    static ModelWeights weights(DecoderConfig config, Tokenizer tokenizer, KeyedRandom random, NDManager owner) {
        ObjectNode json = FreshConfig.describe(config);
        SpecialTokens special = tokenizer.specialTokens();
        special.bos().ifPresent(token -> json.put("bos_token_id", token.id()));
        special.eos().ifPresent(token -> json.put("eos_token_id", token.id()));
        special.pad().ifPresent(token -> json.put("pad_token_id", token.id()));
        NDManager manager = owner.newSubManager();
        return new ModelWeights(
                ModelFamilies.of(json.get("model_type").asText()),
                json,
                config,
                FreshDecoder.weights(config, random, manager),
                manager);
    }
}
