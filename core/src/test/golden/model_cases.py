"""The tiny checkpoints of models.py: sizes and options of each, and which options must be seen in the logits."""

V = 48
SIZES = {"vocab_size": V, "hidden_size": 16, "num_hidden_layers": 2, "intermediate_size": 20}
IDS = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": None}
LLAMA = {
    **SIZES,
    **IDS,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "rms_norm_eps": 1e-3,
    "max_position_embeddings": 64,
}


def rope(kind="default", theta=500.0, **more):
    return {"rope_type": kind, "rope_theta": theta, **more}


def scaled(kind, without=(), **more):
    """A Llama of wide heads with scaled rotary positions; without the scaling or one of its parts logits differ."""
    parts = [{key: value for key, value in more.items() if key != part} for part in without]
    return {
        "config": {
            **LLAMA,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 512,
            "rope_parameters": rope(kind, **more),
        },
        "length": 16,
        "bites": [{"rope_parameters": rope()}, *({"rope_parameters": rope(kind, **part)} for part in parts)],
    }


YARN = {"factor": 32.0, "original_max_position_embeddings": 16}
LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
QWEN = {**LLAMA, "rope_parameters": rope(theta=1000.0)}
GEMMA = {
    **SIZES,
    **IDS,
    "pad_token_id": 0,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 10,
    "rms_norm_eps": 1e-3,
    "query_pre_attn_scalar": 7,
    "sliding_window": 5,
    "max_position_embeddings": 64,
}
PHI = {
    **SIZES,
    **IDS,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "rms_norm_eps": 1e-3,
    "max_position_embeddings": 64,
    "original_max_position_embeddings": 64,
}
LONG = {
    "short_factor": [1.0, 1.2, 1.5],
    "long_factor": [1.3, 2.5, 4.0],
    "partial_rotary_factor": 0.75,
}
NEOX = {
    **SIZES,
    **IDS,
    "num_attention_heads": 2,
    "layer_norm_eps": 1e-3,
    "max_position_embeddings": 64,
    "rope_parameters": rope(theta=100.0, partial_rotary_factor=0.25),
}
GPT2 = {
    "vocab_size": V,
    "n_embd": 16,
    "n_layer": 2,
    "n_head": 2,
    "n_positions": 20,
    "n_inner": 24,
    "layer_norm_epsilon": 1e-3,
    **IDS,
}

# name: type of model, its configuration, length T of the ids, length of a second, shorter sequence,
# bites: changes of the configuration that must change the logits, v4: what the older style of the configuration says
CASES = {
    "llama": {"config": {**LLAMA, "rope_parameters": rope(theta=10000.0)}, "v4": {"rope_theta": 10000.0}},
    "llama_tied_head_dim_bias": {
        "config": {
            **LLAMA,
            "tie_word_embeddings": True,
            "attention_bias": True,
            "mlp_bias": True,
            "head_dim": 6,
            "rope_parameters": rope(),
        },
    },
    "llama_rope_linear": {
        **scaled("linear", factor=4.0),
        "v4": {"rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 4.0}},
    },
    "llama_rope_dynamic": {
        "config": {
            **LLAMA,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 16,
            "rope_parameters": rope("dynamic", factor=2.0),
        },
        "length": 24,
        "short": 16,
        "bites": [{"rope_parameters": rope()}],
    },
    "llama_rope_llama3": {
        **scaled("llama3", **LLAMA3),
        "v4": {"rope_theta": 500.0, "rope_scaling": {"rope_type": "llama3", **LLAMA3}},
    },
    "llama_rope_yarn": scaled("yarn", **YARN),
    "llama_rope_yarn_mscale": scaled(
        "yarn", ("mscale", "beta_slow"), **YARN, beta_fast=2.0, beta_slow=0.1, mscale=2.0, mscale_all_dim=0.5
    ),
    "llama_rope_yarn_attention_factor": scaled(
        "yarn",
        ("attention_factor", "truncate", "beta_fast", "beta_slow"),
        **YARN,
        beta_fast=2.0,
        beta_slow=0.1,
        attention_factor=1.3,
        truncate=False,
    ),
    "smollm2": {
        "type": "llama",
        "config": {
            **LLAMA,
            "hidden_size": 18,
            "num_attention_heads": 3,
            "num_key_value_heads": 1,
            "tie_word_embeddings": True,
            "rope_parameters": rope(theta=100000.0),
        },
        "v4": {"rope_theta": 100000, "is_llama_config": True, "rope_interleaved": False},
    },
    "mistral": {
        "config": {**LLAMA, "head_dim": 6, "sliding_window": 5, "rope_parameters": rope()},
        "bites": [{"sliding_window": None}, {"sliding_window": 4}],
        "v4": {"rope_theta": 500.0},
    },
    "qwen2": {"config": {**QWEN, "tie_word_embeddings": True}},
    "qwen2_window": {
        "type": "qwen2",
        "config": {**QWEN, "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1},
        "bites": [{"layer_types": ["full_attention"] * 2}, {"layer_types": ["sliding_attention"] * 2}],
        "v4": {"rope_theta": 1000.0},
    },
    "qwen3": {"config": {**QWEN, "head_dim": 6, "tie_word_embeddings": True}},
    "qwen3_bias": {"type": "qwen3", "config": {**QWEN, "head_dim": 6, "attention_bias": True}},
    "smollm3": {
        "config": {
            **LLAMA,
            "num_hidden_layers": 3,
            "no_rope_layer_interval": 2,
            "tie_word_embeddings": True,
            "rope_parameters": rope(),
        },
        "bites": [{"no_rope_layers": [1, 1, 1]}, {"no_rope_layers": [0, 1, 0]}],
        "v4": {"rope_theta": 500.0, "no_rope_layers": None},
    },
    "gemma2": {
        "config": {
            **GEMMA,
            "rope_parameters": rope(),
            "attn_logit_softcapping": 3.0,
            "final_logit_softcapping": 2.0,
        },
        "bites": [
            {"attn_logit_softcapping": None},
            {"final_logit_softcapping": None},
            {"query_pre_attn_scalar": 10},
            {"layer_types": ["full_attention", "sliding_attention"]},
        ],
        "v4": {"rope_theta": 500.0},
    },
    "gemma3_text": {
        "config": {
            **GEMMA,
            "num_hidden_layers": 4,
            "layer_types": ["sliding_attention", "sliding_attention", "full_attention", "sliding_attention"],
            "rope_parameters": {
                "sliding_attention": rope(theta=100.0),
                "full_attention": rope("linear", theta=1000.0, factor=4.0),
            },
        },
        "bites": [
            {"rope_parameters": {"sliding_attention": rope(theta=100.0), "full_attention": rope(theta=1000.0)}},
            {"layer_types": ["sliding_attention"] * 3 + ["full_attention"]},
            {"query_pre_attn_scalar": 10},
        ],
        "v4": {
            "rope_theta": 1000.0,
            "rope_local_base_freq": 100.0,
            "rope_scaling": {"rope_type": "linear", "factor": 4.0},
            "sliding_window_pattern": 3,
        },
    },
    "phi3": {
        "config": {**PHI, "rope_parameters": rope(partial_rotary_factor=0.75)},
        "bites": [{"rope_parameters": rope(partial_rotary_factor=1.0)}],
    },
    "phi3_longrope": {
        "type": "phi3",
        "config": {
            **PHI,
            "num_key_value_heads": 2,
            "original_max_position_embeddings": 16,
            "sliding_window": 12,
            "rope_parameters": rope("longrope", **LONG),
        },
        "length": 20,
        "short": 16,
        "bites": [
            {"rope_parameters": rope(partial_rotary_factor=0.75)},
            {"rope_parameters": rope("longrope", **{**LONG, "long_factor": LONG["short_factor"]})},
            {"sliding_window": None},
        ],
        "v4": {
            "rope_theta": 500.0,
            "partial_rotary_factor": 0.75,
            "rope_scaling": {"type": "longrope", **{key: LONG[key] for key in ("short_factor", "long_factor")}},
        },
    },
    "olmo2": {"config": {**LLAMA, "rope_parameters": rope()}},
    "gpt_neox": {
        "config": {**NEOX, "hidden_act": "gelu"},
        "bites": [{"rope_parameters": rope(theta=100.0, partial_rotary_factor=0.5)}, {"use_parallel_residual": False}],
        "v4": {"rotary_pct": 0.25, "rotary_emb_base": 100.0},
    },
    "gpt_neox_sequential": {
        "type": "gpt_neox",
        "config": {
            **NEOX,
            "use_parallel_residual": False,
            "rope_parameters": rope(theta=100.0, partial_rotary_factor=0.5),
        },
    },
    "gpt2": {"config": GPT2},
    "gpt2_inverse_layer": {
        "type": "gpt2",
        "config": {**GPT2, "n_inner": None, "scale_attn_by_inverse_layer_idx": True},
        "bites": [{"scale_attn_by_inverse_layer_idx": False}],
    },
}

# heads on a decoder: ids are padded to the right where the score is of the last token
HEADS = {
    "llama_reward": {"config": {**CASES["llama"]["config"], "pad_token_id": 0}, "type": "llama", "task": "sequence"},
    "qwen2_reward": {"config": {**CASES["qwen2"]["config"], "pad_token_id": 0}, "type": "qwen2", "task": "sequence"},
    "gpt2_reward": {"config": {**GPT2, "pad_token_id": 0}, "type": "gpt2", "task": "sequence"},
    "llama_values": {"config": {**CASES["llama"]["config"], "pad_token_id": 0}, "type": "llama", "task": "token"},
    "gpt2_values": {"config": {**GPT2, "pad_token_id": 0}, "type": "gpt2", "task": "token"},
}
