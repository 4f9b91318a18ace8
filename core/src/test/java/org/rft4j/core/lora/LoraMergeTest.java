package org.rft4j.core.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.LoraPair;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.program.Precision;

/** Adapters merged into their models. */
class LoraMergeTest {
    private static final double RTOL = 1e-6;
    /** Half a unit in the last place of a bf16 number, as a share of it. */
    private static final double HALF_ULP_BF16 = 0x1p-8;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "gpt2", "phi3"})
    void mergesAsPeftDoes(String base) {
        ModelWeights model = new TinyCheckpoint(base, manager).load();
        TinyCheckpoint truth = new TinyCheckpoint(base + "_lora", manager);
        LoraAdapter adapter = PeftFolder.load(truth.folder(), model, Set.of(), manager);
        Map<WeightKey, NDArray> before = copies(model);

        LoraMerge merge = LoraMerge.into(model, adapter);

        int changed = 0;
        for (Map.Entry<String, NDArray> weight : model.named().entrySet()) {
            if (truth.hasGolden("merged." + weight.getKey())) {
                assertClose(weight.getKey(), weight.getValue(), truth.golden("merged." + weight.getKey()), RTOL);
                changed++;
            }
        }
        assertThat(changed).isEqualTo(adapter.pairs().size() + adapter.saved().size());
        merge.unmerge();
        model.weights().forEach((key, weight) -> assertSameBits(key.toString(), weight, before.get(key)));
    }

    @Test
    void roundsOnceInBf16AndUnmergesBitForBit() {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load(Precision.BF16);
        LoraAdapter adapter =
                PeftFolder.load(new TinyCheckpoint("qwen2_lora", manager).folder(), model, Set.of(), manager);
        Map<WeightKey, NDArray> before = copies(model);

        LoraMerge merge = LoraMerge.into(model, adapter);

        adapter.pairs().forEach((key, pair) -> {
            double[] exact = plainMerge(before.get(key), pair);
            double[] merged = doubles(model.weights().get(key));
            for (int i = 0; i < exact.length; i++) {
                double bound = HALF_ULP_BF16 * Math.abs(exact[i]) + RTOL;
                assertThat(merged[i]).isBetween(exact[i] - bound, exact[i] + bound);
            }
        });
        merge.unmerge();
        model.weights().forEach((key, weight) -> assertSameBits(key.toString(), weight, before.get(key)));
    }

    @Test
    void leavesNothingBehind() {
        ModelWeights model = new TinyCheckpoint("phi3", manager).load();
        LoraAdapter adapter = LoraAdapter.create(
                model, LoraConfig.of(2, 4, LoraTargets.allLinear()).saving("lm_head"), manager);
        long before = NativeMemory.liveArrays(manager);
        for (int round = 0; round < 5; round++) {
            LoraMerge.into(model, adapter).unmerge();
            LoraMerge.forGood(model, adapter);
        }
        assertThat(NativeMemory.liveArrays(manager)).isEqualTo(before);
        LoraMerge over = LoraMerge.into(model, adapter);
        over.unmerge();
        assertThatThrownBy(over::unmerge).hasMessageContaining("merge was over already, must be undone once");
    }

    @Test
    void mergesWhollyOrNotAtAll() {
        ModelWeights model = new TinyCheckpoint("qwen2", manager).load();
        LoraAdapter adapter =
                PeftFolder.load(new TinyCheckpoint("qwen2_lora", manager).folder(), model, Set.of(), manager);
        Map<WeightKey, LoraPair> pairs = new LinkedHashMap<>(adapter.pairs());
        LoraPair narrow = new LoraPair(manager.ones(new Shape(2, 3)), manager.ones(new Shape(5, 2)), 1);
        pairs.replace(List.copyOf(pairs.keySet()).get(pairs.size() - 1), narrow);
        LoraAdapter wrong = new LoraAdapter(adapter.config(), pairs, Map.of());
        Map<WeightKey, NDArray> before = copies(model);
        long arrays = NativeMemory.liveArrays(manager);

        assertThatThrownBy(() -> LoraMerge.into(model, wrong)).hasMessageContaining("shape of matrix was");

        assertThat(NativeMemory.liveArrays(manager)).isEqualTo(arrays);
        model.weights().forEach((key, weight) -> assertSameBits(key.toString(), weight, before.get(key)));
    }

    private Map<WeightKey, NDArray> copies(ModelWeights model) {
        Map<WeightKey, NDArray> copies = new LinkedHashMap<>();
        model.weights().forEach((key, weight) -> copies.put(key, weight.duplicate()));
        return copies;
    }

    private static double[] plainMerge(NDArray weight, LoraPair pair) {
        double[] sum = doubles(weight);
        double[] a = doubles(pair.a());
        double[] b = doubles(pair.b());
        int rank = (int) pair.a().getShape().get(0);
        int from = (int) pair.a().getShape().get(1);
        for (int o = 0; o < sum.length / from; o++) {
            for (int i = 0; i < from; i++) {
                for (int r = 0; r < rank; r++) {
                    sum[o * from + i] += pair.scale() * b[o * rank + r] * a[r * from + i];
                }
            }
        }
        return sum;
    }
}
