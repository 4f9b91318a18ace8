"""Golden LoRA adapters on the golden checkpoints: what peft saves, computes and merges.

    python adapters.py            # ../resources/golden/models/*_lora, after models.py

The adapter's folder lies beside its base's and names it as ../BASE. golden.safetensors: ids, logits with the adapter
on top, loss, grad.NAME for each tensor of adapter_model.safetensors, and merged.NAME for each tensor of the base that
merging changes. Of the adapter of a classifier: ids, mask, scores, and grad.NAME of the sum of the scores.
"""

import copy
import json
import shutil

import models  # first: it puts the search path right
import peft
import torch
from models import GOLDEN, InFloat64, Rejected, require
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSequenceClassification

COMMON = {"r": 2, "lora_alpha": 6, "lora_dropout": 0.0, "bias": "none", "task_type": "CAUSAL_LM"}
ADAPTERS = {
    "qwen2": {
        "target_modules": ["down_proj", "q_proj", "v_proj"],
        "rank_pattern": {"down_proj": 3, "layers.1.self_attn.q_proj": 1},
        "alpha_pattern": {"down_proj": 4},
    },
    "gpt2": {"target_modules": ["c_attn", "c_fc", "c_proj"], "fan_in_fan_out": True, "use_rslora": True},
    "phi3": {"target_modules": ["gate_up_proj", "o_proj", "qkv_proj"], "modules_to_save": ["lm_head"]},
}
CLASSIFIER_ADAPTERS = {"qwen2_reward": {"target_modules": ["down_proj", "q_proj"], "task_type": "SEQ_CLS"}}


def adapted(base, options):
    config = LoraConfig(**{**COMMON, **copy.deepcopy(options)})
    return get_peft_model(base, config, autocast_adapter_dtype=False).eval()


def load_base(name, factory=AutoModelForCausalLM):
    return factory.from_pretrained(GOLDEN / name, attn_implementation="eager").eval()


def fill(model, seed):
    generator = torch.Generator().manual_seed(seed)
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            weight.data.copy_(0.3 * torch.randn(weight.shape, generator=generator))


def gradients(model, ids):
    """Under the names of adapter_model.safetensors."""
    loss = models.negative_log_likelihood(model, ids)
    found = models.gradients(model, loss)
    return loss.detach().clone(), get_peft_model_state_dict(model, state_dict=found)


def merged(model, base, ids, logits):
    plain = copy.deepcopy(model).merge_and_unload()
    models.check_agreement(models.logits_of(plain, ids), logits, "logits before and after merging")
    weights, before = dict(plain.named_parameters()), dict(base.named_parameters())
    require(weights.keys() == before.keys(), "merging changes names")
    return {name: w.detach() for name, w in weights.items() if not torch.equal(w, before[name])}


def in_float64(name, options, weights, factory=AutoModelForCausalLM):
    config = AutoConfig.from_pretrained(GOLDEN / name)
    with InFloat64():
        model = adapted(factory.from_config(config, attn_implementation="eager").double(), options)
        model.double().load_state_dict(weights)
    return model


def build(name, options, seed):
    base = load_base(name)
    ids = load_file(GOLDEN / name / "golden.safetensors")["ids"]
    model = adapted(copy.deepcopy(base), options)
    fill(model, seed)
    logits = models.logits_of(model, ids)
    require((logits - models.logits_of(base, ids)).abs().max() > models.BITE, "the adapter is not seen")
    exact = in_float64(name, options, model.state_dict())
    with InFloat64():
        models.check_agreement(logits, models.logits_of(exact, ids), "logits")
        exact_gradients = gradients(exact, ids)[1]
    loss, found = gradients(model, ids)
    models.check_gradients(found, exact_gradients)
    golden = {"ids": ids, "logits": logits, "loss": loss}
    golden.update({"grad." + key: gradient for key, gradient in found.items()})
    golden.update({"merged." + key: weight for key, weight in merged(model, base, ids, logits).items()})
    return model, golden


def build_classifier(name, options, seed):
    factory = AutoModelForSequenceClassification
    stored = load_file(GOLDEN / name / "golden.safetensors")
    ids, mask = stored["ids"], stored["mask"]
    model = adapted(load_base(name, factory), options)
    fill(model, seed)

    def scores(of):
        return of(input_ids=ids, attention_mask=mask, use_cache=False).logits.squeeze(-1)

    def gradients_of(of, value):
        return get_peft_model_state_dict(of, state_dict=models.gradients(of, value.sum()))

    exact = in_float64(name, options, model.state_dict(), factory)
    with InFloat64():
        exact_scores = scores(exact)
        exact_gradients = gradients_of(exact, exact_scores)
    found = scores(model)
    require((found - stored["scores"]).abs().max() > models.BITE, "the adapter is not seen")
    models.check_agreement(found, exact_scores, "scores")
    golden = {"ids": ids, "mask": mask, "scores": found.detach().clone()}
    found = gradients_of(model, found)
    models.check_gradients(found, exact_gradients)
    golden.update({"grad." + key: gradient for key, gradient in found.items()})
    return model, golden


def save(model, folder, base):
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "README.md").unlink()
    file = folder / "adapter_config.json"
    config = json.loads(file.read_text())
    config["base_model_name_or_path"] = "../" + base
    config["target_modules"] = sorted(config["target_modules"])  # from a set, in any order
    file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def write(name, options, make=build):
    for seed in range(1, models.TRIES):
        try:
            model, golden = make(name, options, seed)
            break
        except Rejected as why:
            print(name, seed, why)
    folder = GOLDEN / (name + "_lora")
    save(model, folder, name)
    stored = models.names_in(folder / "adapter_model.safetensors")
    assert stored == {key[5:] for key in golden if key.startswith("grad.")}, (name, stored)
    if make is build:
        again = PeftModel.from_pretrained(load_base(name), folder)
        assert torch.equal(models.logits_of(again, golden["ids"]), golden["logits"]), name
    models.write_golden(folder, golden, seed=seed, peft=peft.__version__)
    print(f"{folder.name}: seed {seed}, {sum(file.stat().st_size for file in folder.iterdir())} bytes")


def main():
    torch.set_num_threads(1)
    models.transformers.utils.logging.disable_progress_bar()
    for name, options in ADAPTERS.items():
        write(name, options)
    for name, options in CLASSIFIER_ADAPTERS.items():
        write(name, options, build_classifier)


if __name__ == "__main__":
    main()
