package org.rft4j.core.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;

/** Which modules get a pair, and what the first one looks like. */
class LoraAdapterTest {
    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final ModelWeights llama = new TinyCheckpoint("llama", manager).load();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void beginsAsPeftDoes() {
        LoraConfig config = LoraConfig.of(8, 16, LoraTargets.named("down_proj")).withSeed(3);
        LoraAdapter adapter = LoraAdapter.create(llama, config, manager);

        LoraPair pair = adapter.pairs().get(WeightKey.of(WeightRole.DOWN, 1));
        double bound = 1 / Math.sqrt((double) pair.a().getShape().get(1));
        double[] a = doubles(pair.a());
        assertThat(java.util.Arrays.stream(a).max().orElseThrow()).isBetween(0.8 * bound, bound);
        assertThat(java.util.Arrays.stream(a).min().orElseThrow()).isBetween(-bound, -0.8 * bound);
        assertThat(doubles(pair.b())).containsOnly(0);
        assertThat(pair.scale()).isEqualTo(2);
        LoraPair again = LoraAdapter.create(llama, config, manager).pairs().get(WeightKey.of(WeightRole.DOWN, 1));
        assertSameBits("A", again.a(), pair.a());
        LoraPair other =
                LoraAdapter.create(llama, config.withSeed(4), manager).pairs().get(WeightKey.of(WeightRole.DOWN, 1));
        assertThat(doubles(other.a())).isNotEqualTo(a);
        assertThat(doubles(adapter.pairs().get(WeightKey.of(WeightRole.DOWN, 0)).a()))
                .isNotEqualTo(a);
    }

    @Test
    void findsTargetsByTheRulesOfPeft() {
        assertThat(modules(LoraTargets.named("q_proj", "model.layers.1.mlp.up_proj")))
                .containsExactly(
                        "model.layers.0.self_attn.q_proj",
                        "model.layers.1.self_attn.q_proj",
                        "model.layers.1.mlp.up_proj");
        assertThat(modules(LoraTargets.matching(".*layers\\.0\\..*[kv]_proj")))
                .containsExactly("model.layers.0.self_attn.k_proj", "model.layers.0.self_attn.v_proj");
        assertThat(modules(LoraTargets.allLinear())).hasSize(14).doesNotContain("lm_head");
    }

    @Test
    void scalesByRankOrItsRootAndByPatterns() {
        LoraConfig config = LoraConfig.of(4, 8, LoraTargets.allLinear())
                .withPatterns(Map.of("layers.1.self_attn.q_proj", 16, "mlp\\..*", 2), Map.of("down_proj", 3.0));
        assertThat(config.rankOf("model.layers.1.self_attn.q_proj")).isEqualTo(16);
        assertThat(config.rankOf("model.layers.0.self_attn.q_proj")).isEqualTo(4);
        assertThat(config.rankOf("model.layers.0.mlp.down_proj")).isEqualTo(2);
        assertThat(config.scaleOf("model.layers.0.self_attn.q_proj")).isEqualTo(2);
        assertThat(config.scaleOf("model.layers.0.mlp.down_proj")).isEqualTo(1.5);
        assertThat(config.withRankStabilised().scaleOf("model.layers.1.self_attn.q_proj"))
                .isEqualTo(2);
    }

    @Test
    void savesModulesWhole() {
        LoraConfig config = LoraConfig.of(2, 4, LoraTargets.named("q_proj"));
        LoraAdapter adapter = LoraAdapter.create(llama, config.saving("norm", "lm_head"), manager);
        assertThat(adapter.saved().keySet())
                .as("as in PEFT the end of a name is enough")
                .containsExactlyInAnyOrder(
                        WeightKey.of(WeightRole.HEAD),
                        WeightKey.of(WeightRole.FINAL_NORM),
                        WeightKey.of(WeightRole.INPUT_NORM, 0),
                        WeightKey.of(WeightRole.INPUT_NORM, 1),
                        WeightKey.of(WeightRole.FEED_FORWARD_NORM, 0),
                        WeightKey.of(WeightRole.FEED_FORWARD_NORM, 1));
        adapter.saved().forEach((key, weight) -> {
            assertThat(weight).isNotSameAs(llama.weights().get(key));
            assertSameBits(key.toString(), weight, llama.weights().get(key));
        });
        LoraAdapter whole = LoraAdapter.create(
                llama, LoraConfig.of(2, 4, LoraTargets.allLinear()).saving("mlp"), manager);
        assertThat(whole.saved()).hasSize(6);
        assertThat(whole.pairs()).as("saved modules get no pair").hasSize(8);
    }

    @Test
    void saysWhatIsWrongWithTargets() {
        assertThatThrownBy(() -> create(LoraTargets.named("q_prj")))
                .hasMessage(
                        "LoRA target was q_prj, must match a module of the model; near names are [q_proj, k_proj, o_proj];"
                                + " the modules are [model.embed_tokens, model.layers.0.input_layernorm,"
                                + " model.layers.0.self_attn.q_proj, model.layers.0.self_attn.k_proj,"
                                + " model.layers.0.self_attn.v_proj, model.layers.0.self_attn.o_proj,"
                                + " model.layers.0.post_attention_layernorm, model.layers.0.mlp.gate_proj,"
                                + " model.layers.0.mlp.up_proj, model.layers.0.mlp.down_proj, model.norm, lm_head]");
        assertThatThrownBy(() -> create(LoraTargets.named("q_proj", "lm_head")))
                .hasMessage("LoRA targets was [lm_head], must be matrices inside the layers;"
                        + " train embeddings, norms and heads whole: name them in modulesToSave");
        assertThatThrownBy(() -> create(LoraTargets.matching("q_proj")))
                .hasMessageContaining("LoRA targets was Matching[expression=q_proj], must match a module of the model");
        assertThatThrownBy(() -> LoraTargets.matching("(")).hasMessageContaining("must be a regular expression");
        assertThatThrownBy(() -> LoraTargets.named()).hasMessageContaining("names of LoRA targets was []");
        LoraConfig config = LoraConfig.of(2, 4, LoraTargets.named("q_proj"));
        assertThatThrownBy(() -> LoraAdapter.create(llama, config.saving("head2"), manager))
                .hasMessageContaining("module to save was head2, must match a module of the model; near names are [");
        assertThatThrownBy(() -> LoraAdapter.create(llama, config.withPatterns(Map.of("k_proj", 3), Map.of()), manager))
                .hasMessage("rank or alpha pattern was k_proj, must match a module that gets a LoRA pair;"
                        + " remove it; the targets are [model.layers.0.self_attn.q_proj]");
        ModelWeights tied = new TinyCheckpoint("gemma2", manager).load();
        assertThatThrownBy(() -> LoraAdapter.create(tied, config.saving("embed_tokens"), manager))
                .hasMessageContaining("must leave out the embedding where the head is the same matrix");
    }

    @Test
    void refusesSizesThatMakeNoSense() {
        assertThatThrownBy(() -> LoraConfig.of(0, 4, LoraTargets.allLinear()))
                .hasMessageContaining("rank was 0, must be at least 1");
        assertThatThrownBy(() -> LoraConfig.of(4, 0, LoraTargets.allLinear()))
                .hasMessageContaining("alpha was 0.0, must be finite and positive");
        assertThatThrownBy(
                        () -> LoraConfig.of(4, 4, LoraTargets.allLinear()).withPatterns(Map.of("q_proj", 0), Map.of()))
                .hasMessageContaining("rank of q_proj was 0");
        LoraConfig config = LoraConfig.of(4, 4, LoraTargets.allLinear());
        assertThatThrownBy(() -> config.withPatterns(Map.of(), Map.of("[", 2.0)))
                .hasMessageContaining("alpha pattern was [, must be a regular expression");
        assertThatThrownBy(() ->
                        new LoraConfig(4, 4, false, LoraTargets.allLinear(), List.of(), Map.of(), Map.of(), 1.5, 0))
                .hasMessageContaining("dropout was 1.5, must be between 0 and 1");
    }

    private LoraAdapter create(LoraTargets targets) {
        return LoraAdapter.create(llama, LoraConfig.of(2, 4, targets), manager);
    }

    private List<String> modules(LoraTargets targets) {
        return create(targets).named(llama).keySet().stream()
                .filter(name -> name.endsWith(LoraAdapter.A))
                .map(name -> name.substring(0, name.length() - LoraAdapter.A.length()))
                .toList();
    }
}
