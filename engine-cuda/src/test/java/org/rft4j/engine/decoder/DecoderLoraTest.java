package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Decoders with LoRA pairs, and with weights that are frozen at a bad moment. */
class DecoderLoraTest {
    private static final double RTOL_ORDER = 1e-5;
    private static final DecoderConfig CONFIG = DecoderConfig.builder()
            .vocabulary(64)
            .width(16)
            .keyValueHeads(2)
            .layers(3)
            .untiedHead()
            .build();
    private static final DecoderInput INPUT =
            DecoderInput.rightPadded(TokenIds.of(new long[][] {{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}}));

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    private Decoder decoder(Precision precision) {
        return RandomDecoder.of(
                CONFIG, Numbers.random("lora", 0), precision, key -> !key.role().isHead(), key -> true, manager);
    }

    /** What is scored without a way back and what is trained are the same numbers: the ratio of the first step is 1. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void allMemoriesGiveTheSameBits(Precision precision) {
        Decoder decoder = decoder(precision);
        for (int round = 0; round < 4; round++) {
            double[] expected = hidden(decoder, ActivationMemory.KEEP_NOTHING);
            for (ActivationMemory memory : ActivationMemory.values()) {
                assertThat(hidden(decoder, memory)).as("%s", memory).isEqualTo(expected);
            }
            assertThat(hidden(decoder.withoutLora(), ActivationMemory.KEEP_NOTHING))
                    .as("under the adapter")
                    .isNotEqualTo(expected);
        }
    }

    private double[] hidden(Decoder decoder, ActivationMemory memory) {
        return Tensors.doubles(decoder.forward(INPUT, memory, manager).hidden());
    }

    @ParameterizedTest
    @EnumSource(
            value = ActivationMemory.class,
            names = {"KEEP_PRODUCTS", "RECOMPUTE_LAYERS"})
    void layersMayBeFrozenBetweenForwardAndBackward(ActivationMemory memory) {
        Decoder expected = decoder(Precision.FP32);
        backward(expected.forward(INPUT, ActivationMemory.KEEP_ALL, manager));
        Decoder decoder = decoder(Precision.FP32);
        DecoderPass pass = decoder.forward(INPUT, memory, manager);
        for (int layer = WeightKey.NO_LAYER; layer < 2; layer++) {
            train(decoder, layer, false);
        }
        backward(pass);

        List<Parameter> left = decoder.trained();
        assertThat(left).isNotEmpty().allMatch(parameter -> parameter.name().matches("layer 2 .*|final_norm"));
        assertSameGradients(left, expected);
    }

    /** The other way round there is nothing to run back to: those weights keep the gradient of zeros that they get. */
    @ParameterizedTest
    @EnumSource(
            value = ActivationMemory.class,
            names = {"KEEP_PRODUCTS", "RECOMPUTE_LAYERS"})
    void layersThatAreTrainedTooLateDisturbNobody(ActivationMemory memory) {
        Decoder expected = decoder(Precision.FP32);
        backward(expected.forward(INPUT, ActivationMemory.KEEP_ALL, manager));
        Decoder decoder = decoder(Precision.FP32);
        for (int layer = WeightKey.NO_LAYER; layer < 2; layer++) {
            train(decoder, layer, false);
        }
        List<Parameter> early = decoder.trained();
        DecoderPass pass = decoder.forward(INPUT, memory, manager);
        train(decoder, 0, true);
        backward(pass);

        assertSameGradients(early, expected);
        NDArray late = decoder.weights().get(WeightKey.of(WeightRole.QUERY, 0));
        assertThat(Tensors.doubles(late.getGradient())).containsOnly(0);
    }

    private static void train(Decoder decoder, int layer, boolean trained) {
        decoder.weights().forEach((key, weight) -> {
            if (key.layer() == layer
                    && key.role() != WeightRole.FINAL_NORM
                    && !key.role().isHead()) {
                weight.setRequiresGradient(trained);
            }
        });
        decoder.lora().forEach((key, pair) -> {
            if (key.layer() == layer) {
                pair.a().setRequiresGradient(trained);
                pair.b().setRequiresGradient(trained);
            }
        });
    }

    private static void assertSameGradients(List<Parameter> actual, Decoder expected) {
        for (Parameter parameter : actual) {
            NDArray twin = expected.trained().stream()
                    .filter(other -> other.name().equals(parameter.name()))
                    .findFirst()
                    .orElseThrow()
                    .weight();
            double[] gradient = Tensors.doubles(twin.getGradient());
            assertClose(parameter.name(), parameter.weight().getGradient(), gradient, RTOL_ORDER);
        }
    }

    private void backward(DecoderPass pass) {
        int size = Math.toIntExact(pass.hidden().size());
        double[] gradient = Numbers.normal(Numbers.random("lora gradient", 0), size, 1);
        pass.backward(Tensors.of(manager, gradient, pass.hidden().getShape().getShape()));
    }

    @Test
    void refusesUnusablePairs() {
        NDArray a = manager.zeros(new Shape(2, 16));
        NDArray b = manager.zeros(new Shape(16, 2));
        assertThatThrownBy(() -> new LoraPair(manager.zeros(new Shape(0, 16)), manager.zeros(new Shape(16, 0)), 1))
                .hasMessage("rank of a LoRA pair was 0, must be at least 1; leave the pair out");
        assertThatThrownBy(() -> new LoraPair(a, manager.zeros(new Shape(16, 3)), 1))
                .hasMessageContaining("shape of LoRA B [out,r] was [16, 3], must be [any, 2]");
        assertThatThrownBy(() -> new LoraPair(a, b, Double.NaN))
                .hasMessage("LoRA scale was NaN, must be finite; use alpha / rank");
        Map<WeightKey, NDArray> weights = decoder(Precision.FP32).weights();
        assertThatThrownBy(() ->
                        Decoder.of(CONFIG, weights, Map.of(WeightKey.of(WeightRole.EMBEDDING), new LoraPair(a, b, 1))))
                .hasMessageContaining(
                        "place of a LoRA pair was embedding, must be a matrix inside a layer of the model");
        assertThatThrownBy(() ->
                        Decoder.of(CONFIG, weights, Map.of(WeightKey.of(WeightRole.KEY, 0), new LoraPair(a, b, 1))))
                .hasMessageContaining("shape of LoRA B of layer 0 key was [16, 2], must be [8, any]");
    }
}
