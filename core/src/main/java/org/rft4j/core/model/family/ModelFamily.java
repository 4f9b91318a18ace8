package org.rft4j.core.model.family;

import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.WeightKey;

/** One {@code model_type} of Hugging Face: how its configuration is read and what its tensors are called. */
public interface ModelFamily {
    /**
     * The name in {@code config.json}.
     *
     * @return for example {@code llama}
     */
    String modelType();

    /**
     * The class of its causal language model.
     *
     * @return for example {@code LlamaForCausalLM}
     */
    String causalArchitecture();

    /**
     * The class of its sequence classifier, which reward models are.
     *
     * @return for example {@code LlamaForSequenceClassification}
     */
    default String classifierArchitecture() {
        return classPrefix() + "ForSequenceClassification";
    }

    /**
     * What the names of its classes begin with.
     *
     * @return for example {@code Llama}
     */
    default String classPrefix() {
        return causalArchitecture().replaceFirst("(ForCausalLM|LMHeadModel)$", "");
    }

    /**
     * Reads a configuration; what it asks for is honoured or refused, never passed over.
     *
     * @param options the options of {@code config.json}
     * @return the decoder it describes
     */
    DecoderConfig read(ConfigOptions options);

    /**
     * The name of a weight in a checkpoint of the causal language model.
     *
     * @param key which weight
     * @return for example {@code model.layers.0.self_attn.q_proj.weight}
     */
    String tensorName(WeightKey key);
}
