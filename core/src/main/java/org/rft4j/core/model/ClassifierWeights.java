package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.rft4j.core.checkpoint.SaveOptions;

/**
 * A model that scores sequences by a linear map of the last token's hidden state.
 *
 * @param model the decoder, without a map to logits
 * @param score the map [labels,H]
 * @param padToken the token that a text is padded with, if the configuration names one
 */
public record ClassifierWeights(ModelWeights model, NDArray score, OptionalLong padToken) implements AutoCloseable {
    static ClassifierWeights of(ModelWeights model, NDArray score) {
        JsonNode pad = model.options().path("pad_token_id");
        return new ClassifierWeights(
                model, score, pad.isIntegralNumber() ? OptionalLong.of(pad.longValue()) : OptionalLong.empty());
    }

    /**
     * Writes the model as a Hugging Face {@code ...ForSequenceClassification}.
     *
     * @param folder made if absent
     * @param options format and size of the files
     */
    public void save(Path folder, SaveOptions options) {
        Map<String, NDArray> tensors = new LinkedHashMap<>(model.named());
        tensors.put(WeightReader.SCORE, score);
        Checkpoints.write(tensors, model.options(), folder, options);
    }

    @Override
    public void close() {
        model.close();
    }
}
