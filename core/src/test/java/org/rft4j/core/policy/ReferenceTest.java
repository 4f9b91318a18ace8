package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.assertSameBits;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.WeightKey;
import org.rft4j.engine.decoder.WeightRole;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.program.Precision;

/** What policies are compared with. */
class ReferenceTest {
    private static final double RTOL = 1e-6;
    /** One rounding of the fp32 average to bf16. */
    private static final double RTOL_BF16 = 0x1p-8;

    private static final WeightKey NORM = WeightKey.of(WeightRole.FINAL_NORM);
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void copyStaysUntilItIsSynchronised() {
        try (Policy policy = policy(Precision.FP32, Trainable.everything());
                FrozenReference copy = Reference.copyOf(policy)) {
            NDArray before = logProbs(copy);
            twofold(policy);
            assertSameBits("log-probs", logProbs(copy), before);

            copy.sync();

            assertSameBits(
                    "log-probs",
                    logProbs(copy),
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs());
            assertThat(doubles(logProbs(copy))).isNotEqualTo(doubles(before));
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void averageFollowsItsFormula(Precision precision) {
        try (Policy policy = policy(precision, Trainable.everything());
                AverageReference average = Reference.averageOf(policy)) {
            double[] expected = doubles(policy.decoder().weights().get(NORM));
            for (int step = 0; step < 4; step++) {
                twofold(policy);
                double[] now = doubles(policy.decoder().weights().get(NORM));
                average.update(0.9);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = 0.9 * expected[i] + 0.1 * now[i];
                }
                assertClose(
                        "average",
                        doubles(average.decoder().weights().get(NORM)),
                        expected,
                        precision == Precision.FP32 ? RTOL : RTOL_BF16);
            }
            average.update(0);
            assertSameBits(
                    "log-probs",
                    logProbs(average),
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs());
        }
    }

    @Test
    void slowAveragesOfBf16WeightsMove() {
        try (Policy policy = policy(Precision.BF16, Trainable.everything());
                AverageReference average = Reference.averageOf(policy)) {
            double[] before = doubles(policy.decoder().weights().get(NORM));
            twofold(policy);
            for (int step = 0; step < 200; step++) {
                average.update(0.999);
            }
            double moved = 2 - Math.pow(0.999, 200);
            assertClose(
                    "average",
                    doubles(average.decoder().weights().get(NORM)),
                    java.util.Arrays.stream(before).map(w -> w * moved).toArray(),
                    RTOL_BF16);
        }
    }

    @Test
    void sharesWhatIsNotTrained() {
        try (Policy policy = policy(Precision.FP32, Trainable.lastLayers(1, true));
                FrozenReference copy = Reference.copyOf(policy)) {
            policy.decoder().weights().forEach((key, weight) -> {
                NDArray there = copy.decoder().weights().get(key);
                assertThat(there == weight).as("shares %s", key).isEqualTo(!weight.hasGradient());
                assertThat(there.hasGradient()).isFalse();
            });
        }
    }

    @Test
    void scoringLeavesTheResultOnly() {
        try (Policy policy = policy(Precision.FP32, Trainable.lora(LoraConfig.of(2, 2, LoraTargets.allLinear())));
                Reference off = Reference.withoutAdapter(policy);
                AverageReference average = Reference.averageOf(policy)) {
            long before = NativeMemory.liveArrays(TestEngine.engine().manager());
            for (int round = 0; round < 3; round++) {
                off.score(BATCH, PolicyScoreOptions.DEFAULT.withLayout(BatchLayout.packed(20)), manager);
                average.score(BATCH, PolicyScoreOptions.DEFAULT.withEntropy(), manager);
                average.update(0.5);
            }
            assertThat(NativeMemory.liveArrays(TestEngine.engine().manager()) - before)
                    .as("three times log-probs, and log-probs with entropies")
                    .isEqualTo(9);
        }
    }

    @Test
    void closingFreesTheCopies() {
        try (Policy policy = policy(Precision.BF16, Trainable.everything())) {
            long before = NativeMemory.liveArrays(TestEngine.engine().manager());
            Reference.copyOf(policy).close();
            Reference.averageOf(policy).close();
            assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
        }
    }

    @Test
    void saysWhatItCannotDo() {
        try (Policy policy = policy(Precision.FP32, Trainable.everything());
                FrozenReference other = Reference.of(new TinyCheckpoint("llama", manager).load());
                AverageReference average = Reference.averageOf(policy)) {
            assertThatThrownBy(() -> Reference.withoutAdapter(policy))
                    .hasMessage("policy was without an adapter, must train one to be compared with the model under it;"
                            + " use Reference.copyOf(policy)");
            assertThatThrownBy(other::sync)
                    .hasMessageContaining("must be a copy of a policy to be synchronised with it");
            assertThatThrownBy(() -> average.update(1.1))
                    .hasMessageContaining("decay was 1.1, must be between 0 and 1");
        }
    }

    private Policy policy(Precision precision, Trainable trainable) {
        ModelWeights model = new TinyCheckpoint("llama", manager).load(precision);
        return Policy.of(model, trainable);
    }

    private NDArray logProbs(Reference reference) {
        return reference.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs();
    }

    /** Doubles a weight of the policy, which is exact in every format. */
    private void twofold(Policy policy) {
        NDArray norm = policy.decoder().weights().get(NORM);
        NDArray twice = norm.stopGradient().mul(2);
        WeightUpdates.copy(List.of(norm), List.of(twice));
    }
}
