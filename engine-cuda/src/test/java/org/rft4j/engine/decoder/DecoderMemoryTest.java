package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.TestEngine;

/** Who holds native memory, and for how long. */
class DecoderMemoryTest {
    private static final DecoderConfig CONFIG =
            DecoderConfig.builder().vocabulary(64).width(16).inner(24).build();
    private static final DecoderInput INPUT = DecoderInput.rightPadded(TokenIds.of(new long[] {1, 2, 3}));

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final Decoder decoder = RandomDecoder.of(
            CONFIG, Numbers.random("memory", 0), Precision.FP32, key -> true, key -> key.layer() == 1, manager);

    @AfterEach
    void free() {
        scope.close();
    }

    private void train(Decoder trained) {
        try (NativeScope step = TestEngine.scope()) {
            DecoderPass pass = trained.forward(INPUT, ActivationMemory.KEEP_PRODUCTS, step.manager());
            pass.backward(step.manager().ones(pass.hidden().getShape()));
        }
    }

    private long live() {
        return NativeMemory.liveArrays(manager);
    }

    private void assumeSpareSlabs() {
        Assumptions.assumeFalse(manager.getDevice().isGpu(), "skipped: devices have a pool of their own");
    }

    @Test
    void aPassThatWasRunBackHoldsItsResultsOnly() {
        for (ActivationMemory memory : List.of(ActivationMemory.KEEP_PRODUCTS, ActivationMemory.RECOMPUTE_LAYERS)) {
            decoder.forward(INPUT, ActivationMemory.KEEP_NOTHING, manager);
            long before = live();
            decoder.forward(INPUT, ActivationMemory.KEEP_NOTHING, manager);
            long blind = live() - before;
            DecoderPass pass = decoder.forward(INPUT, memory, manager);
            NDArray gradient = manager.ones(pass.hidden().getShape());
            pass.backward(gradient);
            gradient.close();
            decoder.releaseSpareMemory();
            assertThat(live() - before).as("two passes, %s", memory).isEqualTo(2 * blind);
        }
    }

    @Test
    void generationFreesTheSpareSlabFirst() {
        assumeSpareSlabs();
        train(decoder);
        long before = live();
        Generator.Request request = new Generator.Request(
                TokenIds.of(new long[] {1}), new long[] {1}, List.of(SamplingFilter.NONE), new double[1][2], List.of());
        try (NativeScope step = TestEngine.scope()) {
            Generator.generate(decoder, request, step.manager());
        }
        assertThat(live()).as("all but the slab").isEqualTo(before - 1);
    }

    @Test
    void aForwardPassThatFailsLosesNoSlab() {
        assumeSpareSlabs();
        train(decoder);
        long before = live();
        decoder.weights().get(WeightKey.of(WeightRole.UP, 1)).close();
        try (NativeScope step = TestEngine.scope()) {
            assertThatThrownBy(() -> decoder.forward(INPUT, ActivationMemory.KEEP_PRODUCTS, step.manager()))
                    .isInstanceOf(RuntimeException.class);
        }
        decoder.releaseSpareMemory();
        assertThat(live()).as("without that weight and the slab").isEqualTo(before - 2);
    }

    @Test
    void aSpareSlabThatIsTooSmallIsFreedBeforeTheNextOneIsMade() {
        for (int call = 0; call < 4; call++) {
            for (int size : new int[] {10, 1_000_000}) {
                NDArray spare = manager.ones(new Shape(size)).duplicate();
                DecoderPass.Tokens tokens = new DecoderPass.Tokens(
                        decoder.onDevice(INPUT.ids().toArray(manager)),
                        decoder.onDevice(INPUT.positions().toArray(manager)),
                        null);
                tokens.passTo(decoder.call("decoder", "forward_keeping"))
                        .with("keep_products", true)
                        .with("first_trained", 0)
                        .with("spare", spare)
                        .run(manager)
                        .close();
                assertThat(spare.size()).as("numbers that it holds now").isEqualTo(size == 10 ? 0 : size);
            }
        }
    }

    @Test
    void closingAViewLeavesItsParentAlone() {
        assumeSpareSlabs();
        long before = live();
        Decoder view = decoder.withoutLora();
        train(view);
        assertThat(live()).as("with the view's slab").isEqualTo(before + 1);
        view.close();
        assertThat(live()).isEqualTo(before);
        train(decoder);
        decoder.close();
        view.close(); // too late to matter
    }

    @Test
    void aDecoderThatIsRefusedLeavesNothingBehind() {
        PositionConfig.Kind kind =
                new PositionConfig.Kind(100, 4, new RopeScaling.LongRope(List.of(1.0), List.of(1.0), 16, 1));
        DecoderConfig config = new DecoderConfig(
                CONFIG.vocabulary(),
                CONFIG.width(),
                CONFIG.layers(),
                CONFIG.contextLength(),
                CONFIG.attention(),
                CONFIG.feedForward(),
                CONFIG.norms(),
                new PositionConfig.Rotary(List.of(kind), List.of(0, 0)),
                CONFIG.head(),
                1,
                false);
        long before = live();
        assertThatThrownBy(() -> Decoder.of(config, decoder.weights()))
                .hasMessage("number of long-rope factors was 1, must be half the rotated width, 2;"
                        + " check rope_scaling in config.json");
        assertThat(live()).isEqualTo(before);
    }

    @Test
    void aHeadWithoutItsBiasIsRefused() {
        DecoderConfig config = CONFIG.withHead(new HeadConfig(true, true, 0));
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>(decoder.weights());
        try (Decoder without = Decoder.of(config, weights)) {
            assertThatThrownBy(without::head)
                    .hasMessage(
                            "bias of the language-model head was missing, must be among the weights to score tokens;"
                                    + " load it too, or describe a head without one");
        }
        NDArray bias = manager.zeros(new Shape(CONFIG.vocabulary()));
        weights.put(WeightKey.of(WeightRole.HEAD_BIAS), bias);
        try (Decoder with = Decoder.of(config, weights)) {
            assertThat(with.head().bias()).isSameAs(bias);
        }
    }
}
