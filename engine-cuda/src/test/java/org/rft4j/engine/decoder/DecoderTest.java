package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.testing.TestEngine;

/** The decoder body and its decode loop against transformers in float64. */
@Tag("newest-jdk")
class DecoderTest {
    /** Gradients pass through two layers of fp32 products. */
    private static final double RTOL_GRADIENT = 3e-5;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> goldenAndMemory() {
        return Stream.of("decoder", "decoder_padded", "decoder_head_dim")
                .flatMap(file -> Stream.of(ActivationMemory.values())
                        .filter(memory -> memory != ActivationMemory.KEEP_NOTHING)
                        .map(memory -> Arguments.of(file, memory)));
    }

    @ParameterizedTest
    @MethodSource("goldenAndMemory")
    void agreesWithTransformers(String file, ActivationMemory memory) {
        GoldenFile.Case golden = GoldenFile.load(file).cases().get(0);
        DecoderFixture fixture = DecoderFixture.of(golden, manager);

        for (int round = 1; round <= 4; round++) { // libtorch rewrites a program after its first calls
            DecoderPass pass = fixture.decoder().forward(DecoderInput.rightPadded(fixture.ids()), memory, manager);
            assertClose("hidden", unpadded(golden, pass.hidden()), golden.doubles("hidden"), RTOL_FP32);
            pass.backward(golden.toArray(manager, "grad_hidden", DataType.FLOAT32));
            for (WeightKey key : fixture.names().keySet()) {
                if (key.role().isHead()) {
                    continue;
                }
                String name = "grad_" + fixture.names().get(key);
                double[] sum = golden.doubles(name);
                for (int k = 0; k < sum.length; k++) {
                    sum[k] *= round; // gradients add up
                }
                assertClose(name, fixture.decoder().weights().get(key).getGradient(), sum, RTOL_GRADIENT);
            }
        }
    }

    @Test
    void generatesWhatTransformersGenerates() {
        GoldenFile.Case golden = GoldenFile.load("decoder").cases().get(0);
        DecoderFixture fixture = DecoderFixture.of(golden, manager);
        TokenIds prompt = DecoderFixture.rows(golden, "prompt");
        int count = (int) golden.shape("generated").get(1);

        Generator.Request request = new Generator.Request(
                prompt, new long[] {prompt.columns()}, List.of(greedy()), new double[1][count], List.of());
        Generator.Continuation continuation = Generator.generate(fixture.decoder(), request, manager);

        assertThat(continuation.tokens().toLongArray()).isEqualTo(golden.longs("generated"));
        assertClose("log-probs", continuation.logProbs(), golden.doubles("generated_log_probs"), RTOL_FP32);
    }

    @Test
    void refusesWhatNativeCodeWouldCrashOn() {
        DecoderFixture fixture =
                DecoderFixture.of(GoldenFile.load("decoder").cases().get(0), manager);
        Decoder decoder = fixture.decoder();
        assertThatThrownBy(() -> decoder.forward(input(1, 37), ActivationMemory.KEEP_ALL, manager))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "token id at row 0, column 1 was 37, must be at least 0 and below the vocabulary size 37");
        assertThatThrownBy(() -> TokenIds.of(new long[] {1, 2}, new long[] {1}))
                .hasMessageContaining("length of row 1 was 1, must be that of row 0, 2; pad the rows on the right");
        assertThatThrownBy(TokenIds::of).hasMessageContaining("token ids was no rows");
        DecoderInput ids = DecoderInput.rightPadded(fixture.ids());
        DecoderPass blind = decoder.forward(ids, ActivationMemory.KEEP_NOTHING, manager);
        assertThatThrownBy(() -> blind.backward(blind.hidden()))
                .hasMessageContaining("KEEP_PRODUCTS or RECOMPUTE_LAYERS");
        DecoderPass pass = decoder.forward(ids, ActivationMemory.KEEP_ALL, manager);
        pass.backward(pass.hidden().onesLike());
        assertThatThrownBy(() -> pass.backward(pass.hidden().onesLike())).hasMessageContaining("run back once");
    }

    private static DecoderInput input(long... ids) {
        return DecoderInput.rightPadded(TokenIds.of(ids));
    }

    private NDArray unpadded(GoldenFile.Case golden, NDArray hidden) {
        return golden.has("mask")
                ? hidden.mul(golden.toArray(manager, "mask", DataType.FLOAT32).expandDims(2))
                : hidden;
    }

    private static SamplingFilter greedy() {
        return SamplingFilter.temperature(0);
    }
}
