package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.lora.LoraConfig;
import org.rft4j.core.lora.LoraTargets;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.WeightUpdates;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/** A resumed run compares with what the stopped one compared with. */
class ReferenceStateTest {
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> policies() {
        LoraConfig lora = LoraConfig.of(2, 4, LoraTargets.named("q_proj", "down_proj"));
        return Stream.of(Precision.values())
                .flatMap(precision -> Stream.of(
                        Arguments.of(precision, Trainable.everything()),
                        Arguments.of(precision, Trainable.lastLayers(1, true)),
                        Arguments.of(precision, Trainable.lora(lora)),
                        Arguments.of(precision, Trainable.lora(lora.saving("lm_head")))));
    }

    /** The policy that was resumed is another one by then: a copy of it would be the wrong reference. */
    @ParameterizedTest
    @MethodSource("policies")
    void aCopyIsThatOfTheStoppedRun(Precision precision, Trainable trainable) throws IOException {
        byte[] state;
        NDArray expected;
        try (Policy policy = policy(precision, trainable);
                FrozenReference copy = Reference.copyOf(policy)) {
            change(policy, 1.5f);
            copy.sync();
            change(policy, 3f);
            state = save(copy);
            expected = logProbs(copy);
            assertThat(copy.version()).isEqualTo(1);
        }
        try (Policy resumed = policy(precision, trainable)) {
            change(resumed, 2f);
            change(resumed, 2f);
            try (FrozenReference copy = Reference.copyOf(resumed)) {
                assertThat(copy.version()).isEqualTo(2);
                copy.restoreState(new ByteArrayInputStream(state));
                assertSameBits("log-probs", logProbs(copy), expected);
                assertThat(copy.version()).isEqualTo(1);
                assertThat(save(copy)).isEqualTo(state);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void anAverageGoesOnBitForBit(Precision precision) throws IOException {
        try (Policy policy = policy(precision, Trainable.everything());
                AverageReference stopped = Reference.averageOf(policy)) {
            for (int step = 0; step < 3; step++) {
                change(policy, 1.01f);
                stopped.update(0.99);
            }
            byte[] state = save(stopped);
            try (AverageReference resumed = Reference.averageOf(policy)) {
                assertThat(save(resumed)).as("before restoring").isNotEqualTo(state);
                resumed.restoreState(new ByteArrayInputStream(state));
                assertThat(save(resumed)).isEqualTo(state);
                assertSameBits("log-probs", logProbs(resumed), logProbs(stopped));
                change(policy, 1.01f);
                stopped.update(0.99);
                resumed.update(0.99);
                assertThat(save(resumed)).isEqualTo(save(stopped));
                assertSameBits("log-probs", logProbs(resumed), logProbs(stopped));
            }
        }
    }

    /** In bf16 the copy that scores is coarser than the average, which must be what is kept. */
    @Test
    void anAverageOfBf16WeightsIsKeptInFp32() throws IOException {
        try (Policy policy = policy(Precision.BF16, Trainable.lastLayers(0, true));
                AverageReference average = Reference.averageOf(policy);
                FrozenReference copy = Reference.copyOf(policy)) {
            long numbers = policy.parameters().stream()
                    .mapToLong(parameter -> parameter.weight().size())
                    .sum();
            assertThat(save(average).length - save(copy).length)
                    .as("two more bytes per number, no version, and another type's name")
                    .isEqualTo(2 * numbers - Long.BYTES - policy.parameters().size());
        }
    }

    @Test
    void whatIsNotItsOwnIsRefused() throws IOException {
        LoraConfig lora = LoraConfig.of(2, 4, LoraTargets.named("q_proj"));
        try (Policy policy = policy(Precision.FP32, Trainable.lora(lora));
                FrozenReference copy = Reference.copyOf(policy);
                AdapterOffReference off = Reference.withoutAdapter(policy);
                FrozenReference other = Reference.of(new TinyCheckpoint("llama", manager).load())) {
            byte[] ofCopy = save(copy);
            byte[] ofOff = save(off);
            off.restoreState(new ByteArrayInputStream(ofOff));
            other.restoreState(new ByteArrayInputStream(save(other)));
            assertThatThrownBy(() -> off.restoreState(new ByteArrayInputStream(ofCopy)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("State of the reference without adapter does not fit: it holds 4 arrays,"
                            + " this reference without adapter has 0");
            assertThatThrownBy(() -> copy.restoreState(new ByteArrayInputStream(ofOff)))
                    .hasMessageContaining("it holds 0 arrays, this reference has 4");
            assertThatThrownBy(
                            () -> copy.restoreState(new ByteArrayInputStream(Arrays.copyOf(ofCopy, ofCopy.length - 1))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("State of the reference is cut off or damaged; restore an intact checkpoint");
        }
    }

    private Policy policy(Precision precision, Trainable trainable) {
        return Policy.of(new TinyCheckpoint("llama", manager).load(precision), trainable);
    }

    private NDArray logProbs(Reference reference) {
        return reference.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs();
    }

    private static byte[] save(Reference reference) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reference.saveState(out);
        return out.toByteArray();
    }

    /** Moves everything that is trained, also what is zero. */
    private static void change(Policy policy, float factor) {
        for (Parameter parameter : policy.parameters()) {
            NDArray moved = parameter.weight().stopGradient().mul(factor).add(0.0625f * factor);
            WeightUpdates.copy(List.of(parameter.weight()), List.of(moved));
        }
        policy.raiseVersion();
    }
}
