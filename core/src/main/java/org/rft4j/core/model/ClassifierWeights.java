package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.engine.Check;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;

/**
 * A model that scores sequences by a linear map of the last token's hidden state.
 *
 * @param model the decoder, without a map to logits
 * @param score the map [labels,H]
 * @param padToken the token that a text is padded with, if the configuration names one
 */
public record ClassifierWeights(ModelWeights model, NDArray score, OptionalLong padToken) implements AutoCloseable {
    private static final double SPREAD = 0.02;

    static ClassifierWeights of(ModelWeights model, NDArray score) {
        JsonNode pad = model.options().path("pad_token_id");
        return new ClassifierWeights(
                model, score, pad.isIntegralNumber() ? OptionalLong.of(pad.longValue()) : OptionalLong.empty());
    }

    /**
     * Begins a classifier, such as a reward model, from a language model. The weights are shared, not copied; the map to scores is
     * new, normal with deviation 0.02.
     *
     * @param model a causal language model; its map to logits is left out
     * @param labels number of scores, 1 for a reward
     * @param padToken the token that texts are padded with
     * @param random the new map is a function of this stream
     * @return the classifier, whose closing closes the model
     */
    public static ClassifierWeights from(ModelWeights model, int labels, long padToken, KeyedRandom random) {
        Check.that(labels > 0, "labels", labels, "must be positive", "use 1 for a reward");
        Check.that(
                padToken >= 0 && padToken < model.config().vocabulary(),
                "padToken",
                padToken,
                "must be a token of the model, below " + model.config().vocabulary(),
                "take the tokenizer's padding token, or its end token");
        ObjectNode options = model.options();
        options.putArray("architectures").add(model.family().classifierArchitecture());
        options.put("pad_token_id", padToken);
        ObjectNode idToLabel = options.putObject("id2label");
        ObjectNode labelToId = options.putObject("label2id");
        for (int label = 0; label < labels; label++) {
            idToLabel.put(Integer.toString(label), "LABEL_" + label);
            labelToId.put("LABEL_" + label, label);
        }
        Map<WeightKey, NDArray> body = new LinkedHashMap<>(model.weights());
        body.keySet().removeIf(key -> key.role().isHead());
        ModelWeights trunk = new ModelWeights(model.family(), options, model.config(), body, model.manager());
        return new ClassifierWeights(trunk, newScore(labels, trunk, random), OptionalLong.of(padToken));
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

    private static NDArray newScore(int labels, ModelWeights trunk, KeyedRandom random) {
        int width = trunk.config().width();
        float[] values = new float[labels * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (SPREAD * random.gaussian(i));
        }
        NDArray embedding = Objects.requireNonNull(trunk.weights().get(WeightKey.of(WeightRole.EMBEDDING)));
        Precision precision = Shapes.typeOf(embedding) == DataType.BFLOAT16 ? Precision.BF16 : Precision.FP32;
        try (NDArray aliasing = trunk.manager().create(values, new Shape(labels, width));
                NDArray wide = aliasing.duplicate()) {
            NDArray score = precision.convert(wide);
            return NativeScope.leaveToManager(score == wide ? wide.duplicate() : score);
        }
    }
}
