package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.testing.TestEngine;

/** The decoder against transformers' Llama in float64. */
class DecoderGoldenTest {
    /** Two layers of fp32 products, norms and a softmax, there and back. */
    private static final double RTOL_DECODER = 2e-5;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Arguments> filesAndMemories() {
        return Stream.of("decoder", "decoder_padded", "decoder_head_dim")
                .flatMap(file -> Stream.of(ActivationMemory.KEEP_ALL, ActivationMemory.RECOMPUTE_LAYERS)
                        .map(memory -> Arguments.of(file, memory)));
    }

    @ParameterizedTest
    @MethodSource("filesAndMemories")
    void agreesWithTransformers(String file, ActivationMemory memory) {
        DecoderFixture fixture = DecoderFixture.load(file, DataType.FLOAT32, manager);
        for (int call = 1; call <= 3; call++) { // later calls run the optimised graph, and gradients add up
            DecoderPass pass = fixture.decoder().forward(fixture.tokens("ids"), memory, manager);
            NDArray hidden = pass.hidden();
            if (fixture.golden().has("mask")) { // padding has hidden states too: its caller does not look at them
                hidden = hidden.mul(fixture.golden()
                        .toArray(manager, "mask", DataType.FLOAT32)
                        .expandDims(2));
            }
            assertClose("hidden", hidden, fixture.golden().doubles("hidden"), RTOL_DECODER);
            pass.backward(fixture.golden().toArray(manager, "grad_hidden", DataType.FLOAT32));
            for (int i = 0; i < fixture.names().size(); i++) {
                double[] expected =
                        fixture.golden().doubles("grad_" + fixture.names().get(i));
                for (int j = 0; j < expected.length; j++) {
                    expected[j] *= call;
                }
                assertClose("grad " + fixture.names().get(i), fixture.gradient(i), expected, RTOL_DECODER);
            }
        }
    }

    @Test
    void withoutAWayBackTheHiddenStatesAreTheSame() {
        DecoderFixture fixture = DecoderFixture.load("decoder", DataType.FLOAT32, manager);
        DecoderPass pass = fixture.decoder().forward(fixture.tokens("ids"), ActivationMemory.KEEP_NOTHING, manager);
        assertClose("hidden", pass.hidden(), fixture.golden().doubles("hidden"), RTOL_DECODER);
    }

    @Test
    void continuesGreedilyAsTransformersDoes() {
        DecoderFixture fixture = DecoderFixture.load("decoder", DataType.FLOAT32, manager);
        LmHead head = new LmHead(fixture.golden().toArray(manager, "lm_head.weight", DataType.FLOAT32));
        long[] expected = fixture.golden().longs("generated");
        for (int call = 0; call < 3; call++) {
            Decoder.Continuation continuation = fixture.decoder()
                    .generate(
                            head,
                            fixture.tokens("prompt"),
                            new long[] {3},
                            List.of(SamplingFilter.temperature(0)),
                            new double[1][expected.length],
                            List.of(),
                            manager);
            assertThat(continuation.tokens().toLongArray()).isEqualTo(expected);
            assertClose(
                    "log-probs",
                    continuation.logProbs(),
                    fixture.golden().doubles("generated_log_probs"),
                    RTOL_DECODER);
        }
    }
}
