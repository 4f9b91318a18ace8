package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraMerge;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.lora.PeftFolder;
import org.rft4j.core.model.Checkpoints;
import org.rft4j.core.model.ClassifierWeights;
import org.rft4j.core.model.Completion;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.model.LoadOptions;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.ActorCritic;
import org.rft4j.core.policy.ActorCriticScores;
import org.rft4j.core.policy.AdapterOffReference;
import org.rft4j.core.policy.AverageReference;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.MicroBatches;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.PolicyScores;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.ReferenceScores;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.policy.RewardScores;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.policy.ValueModel;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.kernels.ScalarHead;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;

/** The code of docs/policies.md. */
class PoliciesPageTest {
    private static final DecoderConfig CONFIG =
            DecoderConfig.builder().vocabulary(259).untiedHead().build();

    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
    private final Stories stories = new Stories();
    private final LanguageModel model = LanguageModel.fresh(CONFIG, Tokenizers.bytes(), KeyedRandom.ofSeed(1), engine);
    private final List<long[]> prompts = List.of(new long[] {1, 5, 7}, new long[] {1, 9});
    private final List<long[]> responses = List.of(new long[] {11, 13}, new long[] {3, 4, 8});
    private final TokenBatch batch = TokenBatch.ofResponses(prompts, responses);

    @AfterEach
    void free() {
        model.close();
        stories.close();
        engine.close();
    }

    @Test
    void trainingStep() {
        Policy policy = Policy.of(model.weights(), Trainable.everything());
        AdamW optimizer = new AdamW(policy.parameters(), AdamWOptions.DEFAULT, engine.manager());
        TokenBatch batch = TokenBatch.ofResponses(prompts, responses);
        PolicyScoreOptions options = PolicyScoreOptions.DEFAULT;

        for (List<Integer> part : MicroBatches.plan(batch.lengths(), 8_192, 64, MicroBatches.TooLong.REFUSE)) {
            try (NativeScope step = engine.openScope()) {
                TokenBatch some = batch.select(part);
                PolicyScores scores = policy.score(some, options.select(part), step.manager());
                NDArray weight = some.mask(step.manager()).div(batch.scoredTokens());
                NDArray gradient = weight.neg();
                scores.backward(gradient, null);
            }
        }
        AdamW.StepReport report = optimizer.step(1e-5);
        policy.raiseVersion();

        assertThat(report.applied()).isTrue();
        assertThat(report.gradNorm()).isPositive();
        optimizer.close();
        policy.close();
    }

    @Test
    void layout() {
        PolicyScoreOptions packed = PolicyScoreOptions.DEFAULT.withLayout(BatchLayout.packed(2_048));
        assertThat(packed.layout()).isEqualTo(new BatchLayout.Packed(2_048));
    }

    @Test
    void whatIsTrained() {
        Trainable all = Trainable.everything();
        Trainable last = Trainable.lastLayers(2, false);
        Trainable some = Trainable.matching("model.layers.*.self_attn.*", "model.norm.weight");
        Trainable lora = Trainable.lora(LoraConfig.of(16, 32, LoraTargets.allLinear()));
        for (Trainable choice : List.of(all, last, some, lora)) {
            try (Policy policy = Policy.of(model.weights(), choice)) {
                assertThat(policy.parameters()).isNotEmpty();
            }
        }
    }

    @Test
    void references() throws IOException {
        ModelWeights teacherWeights = Checkpoints.load(stories.folder(), LoadOptions.DEFAULT, engine.manager());
        Trainable adapter = Trainable.lora(LoraConfig.of(2, 2, LoraTargets.allLinear()));
        try (NativeScope scope = engine.openScope();
                Policy policy = Policy.of(model.weights(), adapter)) {
            FrozenReference start = Reference.copyOf(policy);
            AdapterOffReference base = Reference.withoutAdapter(policy);
            AverageReference average = Reference.averageOf(policy);
            FrozenReference other = Reference.of(teacherWeights);
            ReferenceScores scores = base.score(batch, PolicyScoreOptions.DEFAULT, scope.manager());
            average.update(0.99);
            start.sync();
            for (Reference reference : List.of(start, average)) {
                assertThat(reference
                                .score(batch, PolicyScoreOptions.DEFAULT, scope.manager())
                                .logProbs())
                        .as("a fresh adapter changes nothing")
                        .isEqualTo(scores.logProbs());
            }
            List.of(start, base, average, other).forEach(Reference::close);
        }
    }

    @Test
    void values() {
        try (NativeScope scope = engine.openScope();
                Policy policy = Policy.of(model.weights(), Trainable.everything())) {
            NDArray gradLogProbs = batch.mask(scope.manager());
            NDArray gradValues = batch.mask(scope.manager());
            ScalarHead head = ValueModel.zeroHead(model.weights(), engine.manager());
            ActorCritic both = ActorCritic.sharing(policy, head);
            ActorCriticScores scores = both.score(batch, PolicyScoreOptions.DEFAULT, scope.manager());
            scores.backward(gradLogProbs, null, gradValues);
            assertThat(scores.values().toFloatArray()).containsOnly(0);
            assertThat(head.bias().getGradient().getFloat()).isEqualTo(batch.scoredTokens());
        }
    }

    @Test
    void rewards() {
        ClassifierWeights classifier =
                Checkpoints.loadClassifier(Stories.reward(), LoadOptions.DEFAULT, engine.manager());
        try (NativeScope scope = engine.openScope()) {
            RewardModel judge = RewardModel.frozen(classifier);
            RewardScores scores =
                    judge.score(batch, BatchLayout.rightPadded(), ActivationMemory.KEEP_NOTHING, scope.manager());
            float[] rewards = scores.rewards().toFloatArray();
            assertThat(rewards).hasSize(2).doesNotContain(0);
            judge.close();
        }
    }

    @Test
    void loraBothWays() {
        Path adapterFolder = stories.fresh("adapter");
        save(adapterFolder);
        LoraAdapter adapter = PeftFolder.load(adapterFolder, model.weights(), Set.of(), engine.manager());
        Policy policy = Policy.of(model.weights(), Trainable.adapter(adapter));
        try (LoraMerge merge = LoraMerge.into(model.weights(), adapter)) {
            Completion answer = model.generate("Once", GenerateOptions.greedy(8));
            merge.unmerge();
            assertThat(answer.ids()).isNotEmpty();
        }
        LoraMerge.forGood(model.weights(), adapter);
        assertThat(adapter.config().rank()).isEqualTo(16);
        policy.close();
    }

    private void save(Path adapterFolder) {
        LoraConfig config = LoraConfig.of(16, 32, LoraTargets.named("q_proj", "v_proj"))
                .withRankStabilised()
                .saving("lm_head");
        Policy policy = Policy.of(model.weights(), Trainable.lora(config));
        PeftFolder.save(adapterFolder, policy.adapter().orElseThrow(), model.weights(), "my-base-model");
        policy.close();
    }
}
