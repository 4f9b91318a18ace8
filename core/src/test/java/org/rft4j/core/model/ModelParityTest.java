package org.rft4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.decoder.Generator;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;

/** Every family against transformers: logits, greedy continuations, gradients of a training step. */
class ModelParityTest {
    private static final double LOGIT_TOLERANCE = 1e-4;

    /** Relative to the largest number of the gradient: it passes through several layers of fp32 products. */
    private static final double GRADIENT_TOLERANCE = 1e-4;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static List<String> causal() {
        return GoldenModel.causal();
    }

    @ParameterizedTest
    @MethodSource("causal")
    void logitsAreThoseOfTransformers(String name) {
        try (GoldenModel golden = GoldenModel.named(name)) {
            compareLogits(golden, options(golden, manager), "");
        }
    }

    /** Where frequencies depend on the length that a model is set up for, texts up to the original length have others. */
    @ParameterizedTest
    @ValueSource(strings = {"llama_rope_dynamic", "phi3_longrope"})
    void logitsWithinTheOriginalLengthAreThoseOfTransformers(String name) {
        try (GoldenModel golden = GoldenModel.named(name)) {
            compareLogits(golden, LoadOptions.DEFAULT, ".short");
        }
    }

    private void compareLogits(GoldenModel golden, LoadOptions options, String which) {
        try (ModelWeights model = Checkpoints.load(golden.folder(), options, manager);
                Decoder decoder = Decoder.of(model.config(), model.weights())) {
            TokenIds ids = golden.ids("ids" + which, manager);
            DecoderPass pass = decoder.forward(DecoderInput.rightPadded(ids), ActivationMemory.KEEP_NOTHING, manager);
            NDArray expected = golden.array("logits" + which, manager);
            float worst = logits(decoder.head(), pass.hidden())
                    .sub(expected)
                    .abs()
                    .max()
                    .getFloat();
            assertThat((double) worst).isLessThanOrEqualTo(LOGIT_TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("causal")
    void greedyContinuationsAreThoseOfTransformers(String name) {
        try (GoldenModel golden = GoldenModel.named(name);
                ModelWeights model = Checkpoints.load(golden.folder(), LoadOptions.DEFAULT, manager);
                Decoder decoder = Decoder.of(model.config(), model.weights())) {
            TokenIds prompt = golden.ids("prompt", manager);
            long[] expected = golden.truth().loadExact("greedy", manager).toLongArray();
            Generator.Request request = new Generator.Request(
                    prompt,
                    new long[] {prompt.columns()},
                    List.of(SamplingFilter.temperature(0)),
                    new double[1][expected.length],
                    List.of());
            for (int round = 0; round < 4; round++) { // libtorch rewrites a program after its first calls
                long[] made =
                        Generator.generate(decoder, request, manager).tokens().toLongArray();
                assertThat(made).as("round %d", round).isEqualTo(expected);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> gradientsAreThoseOfTransformers() {
        return causal().stream()
                .flatMap(name -> Stream.of(
                                ActivationMemory.KEEP_ALL,
                                ActivationMemory.KEEP_PRODUCTS,
                                ActivationMemory.RECOMPUTE_LAYERS)
                        .map(memory -> DynamicTest.dynamicTest(name + ", " + memory, () -> {
                            try (NativeScope own = TestEngine.scope()) {
                                compareGradients(name, memory, own.manager());
                            }
                        })));
    }

    private static void compareGradients(String name, ActivationMemory memory, NDManager manager) {
        try (GoldenModel golden = GoldenModel.named(name);
                ModelWeights model = Checkpoints.load(golden.folder(), options(golden, manager), manager)) {
            model.weights().values().forEach(weight -> weight.setRequiresGradient(true));
            try (Decoder decoder = Decoder.of(model.config(), model.weights())) {
                double loss = trainingLoss(decoder, golden.ids("ids", manager), memory, manager);
                assertThat(loss).isCloseTo(golden.array("loss", manager).getFloat(), within(LOGIT_TOLERANCE));
                Map<String, NDArray> named = model.named();
                List<String> keys = golden.truth().names().stream()
                        .filter(key -> key.startsWith("grad."))
                        .toList();
                assertThat(keys).hasSizeGreaterThanOrEqualTo(6);
                for (String key : keys) {
                    NDArray weight = named.get(key.substring("grad.".length()));
                    assertClose(key, weight.getGradient(), golden.array(key, manager));
                }
            }
        }
    }

    /** The mean negative log-prob of each next token, run back. */
    private static double trainingLoss(Decoder decoder, TokenIds ids, ActivationMemory memory, NDManager manager) {
        int last = ids.columns() - 1;
        DecoderPass pass = decoder.forward(DecoderInput.rightPadded(ids), memory, manager);
        long[][] following = new long[ids.rows()][ids.columns()];
        for (int b = 0; b < ids.rows(); b++) {
            for (int t = 0; t < last; t++) {
                following[b][t] = ids.get(b, t + 1);
            }
        }
        NDArray next = TokenIds.of(following).toArray(manager);
        float[] used = new float[ids.columns()];
        Arrays.fill(used, 0, last, 1);
        NDArray mask = manager.create(used).reshape(1, used.length).broadcast(new Shape(ids.rows(), used.length));
        TokenScores scores =
                TokenScores.of(decoder.head(), new HeadInput(pass.hidden(), next, mask), ScoreOptions.plain(), manager);
        double count = (double) ids.rows() * last;
        pass.backward(scores.backward(mask.mul(-1 / count), null));
        return -scores.logProbs().sum().getFloat() / count;
    }

    /** Set up for the length of the golden text, where that matters. */
    private static LoadOptions options(GoldenModel golden, NDManager manager) {
        return golden.has("ids.short")
                ? LoadOptions.DEFAULT.withContextLength(
                        golden.ids("ids", manager).columns())
                : LoadOptions.DEFAULT;
    }

    private static NDArray logits(LmHead head, NDArray hidden) {
        NDArray logits = hidden.matMul(head.weight().transpose());
        NDArray bias = head.bias();
        NDArray biased = bias == null ? logits : logits.add(bias);
        return head.softcap() == 0 ? biased : biased.div(head.softcap()).tanh().mul(head.softcap());
    }

    private static void assertClose(String what, NDArray actual, NDArray expected) {
        double worst = actual.sub(expected).abs().max().getFloat();
        double largest = Math.max(0.1, expected.abs().max().getFloat());
        assertThat(worst).as(what).isLessThanOrEqualTo(GRADIENT_TOLERANCE * largest);
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }
}
