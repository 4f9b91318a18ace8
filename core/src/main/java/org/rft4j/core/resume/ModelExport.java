package org.rft4j.core.resume;

import java.nio.file.Path;
import org.rft4j.core.checkpoint.SaveOptions;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraMerge;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.Check;

/**
 * What was trained as a folder that Hugging Face tools load. Numbers are written as they stand. In bf16 the optimiser's
 * masters know more, so a run is resumed from its checkpoint and not from this. Nobody may change the weights meanwhile.
 */
public final class ModelExport {
    private ModelExport() {}

    /**
     * Writes what was trained: the whole model where its own weights are trained, or the adapter as a folder of PEFT. The tokenizer lies
     * beside it.
     *
     * @param folder made if absent; in a checkpoint the path that {@link CheckpointWriter#folder} gives
     * @param policy made of the model
     * @param model the weights under the policy and their tokenizer
     * @param baseModel what PEFT shall load as the model under an adapter: a name or a folder; empty to leave it open
     */
    public static void write(Path folder, Policy policy, LanguageModel model, String baseModel) {
        requirePair(policy, model);
        if (policy.adapter().isPresent()) {
            LoraAdapter adapter = policy.adapter().orElseThrow();
            PeftFolder.save(folder, adapter, policy.model(), baseModel);
            model.tokenizer().save(folder);
        } else {
            model.save(folder, SaveOptions.DEFAULT);
        }
    }

    /**
     * Writes a model of rewards: whole as a {@code ...ForSequenceClassification} where its own weights are trained, or the adapter and the map to
     * rewards as a folder of PEFT. The tokenizer lies beside it.
     *
     * @param folder made if absent
     * @param model what was trained
     * @param tokenizer the model's
     * @param baseModel what PEFT shall load as the model under an adapter: a name or a folder; empty to leave it open
     */
    public static void write(Path folder, RewardModel model, Tokenizer tokenizer, String baseModel) {
        if (model.adapter().isPresent()) {
            PeftFolder.saveClassifier(folder, model.adapted(), baseModel);
        } else {
            model.classifier().save(folder, SaveOptions.DEFAULT);
        }
        tokenizer.save(folder);
    }

    /**
     * Writes a whole model that computes what the policy does, an adapter merged into it. The policy's model is merged while it is
     * written and gets its old weights back, bit for bit, so that nobody may use it meanwhile; that takes a copy of the targeted weights.
     *
     * @param folder made if absent
     * @param policy made of the model
     * @param model the weights under the policy and their tokenizer
     */
    public static void writeMerged(Path folder, Policy policy, LanguageModel model) {
        requirePair(policy, model);
        if (policy.adapter().isEmpty()) {
            model.save(folder, SaveOptions.DEFAULT);
            return;
        }
        LoraMerge merge = LoraMerge.into(policy.model(), policy.adapter().orElseThrow());
        try {
            model.save(folder, SaveOptions.DEFAULT);
        } finally {
            merge.unmerge();
        }
    }

    private static void requirePair(Policy policy, LanguageModel model) {
        Check.that(
                policy.model().manager() == model.weights().manager(), // the owner of the arrays
                "model of the policy",
                "another one",
                "must be the given model",
                "make the policy with Policy.of(model.weights(), ...)");
    }
}
