package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.AttentionConfig.Layout;
import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.FeedForwardConfig.Activation;
import org.rft4j.engine.decoder.FeedForwardConfig.Gate;
import org.rft4j.engine.decoder.NormConfig.Kind;
import org.rft4j.engine.decoder.NormConfig.Placement;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** The hand-written ways back against autograd, over configurations that draw every option of a decoder. */
class DecoderFamiliesTest {
    /** fp32 gradients of three layers, summed in another order; some, as those of key biases, are nothing but rounding. */
    private static final double RTOL_ORDER = 1e-4;

    private static final int WIDTH = 16;
    private static final int VOCABULARY = 64;
    private static final int LAYERS = 3;
    /** Slabs that fit, are too small, and are larger than needed. */
    private static final int[][] SHAPES = {{2, 7}, {3, 2}, {1, 9}, {2, 1}, {3, 9}};

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19})
    void bothHandWrittenWaysBackAgreeWithAutograd(int number) {
        KeyedRandom random = KeyedRandom.ofSeed(number);
        DecoderConfig config = config(random);
        Decoder autograd = decoder(config, random);
        Decoder products = decoder(config, random);
        Decoder recomputing = decoder(config, random);
        for (int round = 0; round < SHAPES.length; round++) {
            KeyedRandom ofRound = random.derive("round").derive(round);
            DecoderInput input = input(ofRound, SHAPES[round][0], SHAPES[round][1], round % 2 == 0);
            double[] expected = step(autograd, input, ActivationMemory.KEEP_ALL, ofRound);

            assertThat(step(products, input, ActivationMemory.KEEP_PRODUCTS, ofRound))
                    .as("hidden, products kept, of %s", config)
                    .isEqualTo(expected);
            assertThat(step(recomputing, input, ActivationMemory.RECOMPUTE_LAYERS, ofRound))
                    .as("hidden, recomputed, of %s", config)
                    .isEqualTo(expected);
            assertSameGradients(products, autograd, config);
            assertSameGradients(recomputing, autograd, config);
        }
    }

    private double[] step(Decoder decoder, DecoderInput input, ActivationMemory memory, KeyedRandom random) {
        DecoderPass pass = decoder.forward(input, memory, manager);
        int size = Math.toIntExact(pass.hidden().size());
        double[] gradient = Numbers.normal(random.derive("gradient"), size, 1);
        double[] hidden = Tensors.doubles(pass.hidden());
        pass.backward(Tensors.of(manager, gradient, pass.hidden().getShape().getShape()));
        return hidden;
    }

    private static void assertSameGradients(Decoder decoder, Decoder expected, DecoderConfig config) {
        List<Parameter> trained = decoder.trained();
        assertThat(trained).hasSameSizeAs(expected.trained());
        for (int i = 0; i < trained.size(); i++) {
            assertClose(
                    trained.get(i).name() + " of " + config,
                    gradient(trained.get(i)),
                    gradient(expected.trained().get(i)),
                    RTOL_ORDER);
        }
    }

    private static double[] gradient(Parameter parameter) {
        Autograd.defineGradient(parameter.weight());
        try (NDArray gradient = parameter.weight().getGradient()) {
            return Tensors.doubles(gradient);
        }
    }

    /** Trains everything but the head, half of it and half of the possible LoRA pairs, or pairs alone. */
    private Decoder decoder(DecoderConfig config, KeyedRandom random) {
        int choice = Numbers.between(random.derive("trained"), 0, 0, 2);
        Predicate<WeightKey> half = key -> random.derive(key + " is chosen").uniform(0) < 0.5;
        Predicate<WeightKey> body = key -> !key.role().isHead();
        return RandomDecoder.of(
                config,
                random,
                Precision.FP32,
                choice == 0 ? body : choice == 1 ? body.and(half) : key -> false,
                choice == 0 ? key -> false : half.or(key -> key.role() == WeightRole.DOWN && key.layer() == 1),
                manager);
    }

    private static DecoderInput input(KeyedRandom random, int rows, int columns, boolean packed) {
        long[][] ids = new long[rows][columns];
        long[][] segments = new long[rows][columns];
        for (int b = 0; b < rows; b++) {
            KeyedRandom ofRow = random.derive("row").derive(b);
            int padding = Numbers.between(ofRow.derive("padding"), 0, 0, 2);
            int segment = 1;
            for (int t = 0; t < columns; t++) {
                ids[b][t] = Numbers.between(ofRow, t, 0, VOCABULARY - 1);
                segment += t > 0 && ofRow.derive("cut").uniform(t) < 0.25 ? 1 : 0;
                segments[b][t] = t >= columns - padding ? 0 : segment;
            }
        }
        return packed
                ? DecoderInput.packed(TokenIds.of(ids), TokenIds.of(segments))
                : DecoderInput.rightPadded(TokenIds.of(ids));
    }

    /** Every option of a decoder, drawn. */
    static DecoderConfig config(KeyedRandom random) {
        Kind kind = pick(random, "norm", Kind.values());
        Layout layout = pick(random, "layout", Layout.values());
        Gate gate = pick(random, "gate", Gate.values());
        boolean fused = gate == Gate.FUSED;
        boolean layerNorm = kind == Kind.LAYER;
        AttentionConfig attention = new AttentionConfig(
                4,
                layout == Layout.FUSED_BY_HEAD ? 4 : pick(random, "key and value heads", 1, 2, 4),
                4,
                0.5,
                pick(random, "softcap", 0.0, 0.0, 1.5),
                layout,
                flag(random, "input bias"),
                flag(random, "output bias"),
                layerNorm ? QueryKeyNorm.NONE : pick(random, "query-key norm", QueryKeyNorm.values()),
                flag(random, "windows") ? List.of(0, 3, 0) : List.of(0, 0, 0));
        Placement placement = layerNorm
                ? pick(random, "placement", Placement.BEFORE, Placement.BEFORE_IN_PARALLEL)
                : pick(random, "placement", Placement.values());
        return new DecoderConfig(
                VOCABULARY,
                WIDTH,
                LAYERS,
                WIDTH,
                attention,
                new FeedForwardConfig(
                        24,
                        pick(random, "activation", Activation.values()),
                        gate,
                        !fused && flag(random, "feed-forward bias")),
                new NormConfig(kind, 1e-3, placement),
                positions(random),
                HeadConfig.UNTIED,
                pick(random, "embedding scale", 1.0, 1.5),
                !fused && flag(random, "transposed"));
    }

    /** Learned ones, or heads turned wholly, in part and not at all, layer by layer. */
    private static PositionConfig positions(KeyedRandom random) {
        PositionConfig.Kind whole = new PositionConfig.Kind(100, 4, new RopeScaling.None());
        PositionConfig.Kind part = new PositionConfig.Kind(50, 2, new RopeScaling.Linear(2));
        return pick(
                random,
                "positions",
                new PositionConfig.Learned(WIDTH),
                PositionConfig.rotary(100, 4, LAYERS),
                new PositionConfig.Rotary(List.of(whole, part), List.of(0, 1, PositionConfig.NO_POSITIONS)));
    }

    private static boolean flag(KeyedRandom random, String option) {
        return pick(random, option, true, false);
    }

    @SafeVarargs
    private static <T> T pick(KeyedRandom random, String option, T... values) {
        return values[Numbers.between(random.derive(option), 0, 0, values.length - 1)];
    }
}
