package org.rft4j.core.model.family;

import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.FeedForwardConfig.Activation;

/** Options that mean the same in every family. */
final class CommonOptions {
    private CommonOptions() {}

    /** Ticks off what changes nothing in a forward pass without dropout, and refuses what no decoder here does. */
    static void pass(ConfigOptions options) {
        options.pass(
                "model_type",
                "transformers_version",
                "_name_or_path",
                "auto_map",
                "torch_dtype",
                "dtype",
                "use_cache",
                "cache_implementation",
                "_attn_implementation",
                "_attn_implementation_autoset",
                "bos_token_id",
                "eos_token_id",
                "pad_token_id",
                "initializer_range",
                "attention_dropout",
                "attention_probs_dropout_prob",
                "hidden_dropout_prob",
                "classifier_dropout",
                "pretraining_tp",
                "tokenizer_class",
                "is_llama_config",
                "keys_to_ignore_at_inference",
                "transformers.js_config",
                "unsloth_version",
                "unsloth_fixed",
                "problem_type",
                "id2label",
                "label2id",
                "num_labels",
                "output_hidden_states",
                "output_attentions",
                "return_dict",
                "is_decoder",
                "chunk_size_feed_forward");
        refuse(options);
    }

    private static void refuse(ConfigOptions options) {
        options.requireOnly("rope_interleaved", false, "pairs of neighbours turned by positions");
        options.requireOnly("is_encoder_decoder", false, "an encoder");
        options.requireOnly("add_cross_attention", false, "attention to an encoder");
        options.requireOnly("use_bidirectional_attention", false, "attention to later tokens");
    }

    static Activation activation(ConfigOptions options, String name, String otherwise) {
        String text = options.text(name, otherwise);
        return switch (text) {
            case "silu", "swish" -> Activation.SILU;
            case "gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_accurate" -> Activation.GELU_TANH;
            case "gelu", "gelu_python" -> Activation.GELU;
            case "relu" -> Activation.RELU;
            default ->
                throw new InvalidInputException(
                        name + " in config.json",
                        text,
                        "must be silu, gelu, relu or one of the other names of the first two",
                        "use a checkpoint with one of these");
        };
    }
}
