package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.RTOL_BF16;
import static org.rft4j.engine.testing.Close.RTOL_BF16_GRADIENT;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.golden.GoldenFile;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.SeenTokens;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** The decoder in other formats, batches and filters than the golden ones. */
class DecoderVariantsTest {
    /** What a decoder step and a whole forward pass may differ in: the order of fp32 sums. */
    private static final double RTOL_CACHE = 1e-4;

    private static final int NEW_TOKENS = 6;
    private static final long[][] PROMPTS = {{3, 14, 15, 9}, {26, 5, 0, 0}, {7, 0, 0, 0}};
    private static final long[] LENGTHS = {4, 2, 1};

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final GoldenFile.Case golden = GoldenFile.load("decoder").cases().get(0);
    private final DecoderFixture fixture = DecoderFixture.of(golden, manager);
    private final LmHead head = new LmHead(golden.toArray(manager, "lm_head.weight", DataType.FLOAT32));

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<SamplingFilter> filters() {
        return Stream.of(
                SamplingFilter.NONE,
                SamplingFilter.temperature(0),
                new SamplingFilter(0.7, 12, 0.9, 0.01, 1),
                new SamplingFilter(0.9, 0, 1, 0, 1.3));
    }

    private Decoder.Continuation generate(
            List<SamplingFilter> filters, List<Long> stops, long[][] prompts, long[] lengths) {
        double[][] uniforms = new double[prompts.length][];
        Arrays.setAll(uniforms, b -> Numbers.random("generation", prompts[b][0]).uniforms(0, NEW_TOKENS));
        return fixture.decoder().generate(head, TokenIds.of(prompts), lengths, filters, uniforms, stops, manager);
    }

    /** What the sampler reports of its tokens is what training computes for them: the ratio of the first step is 1. */
    @ParameterizedTest
    @MethodSource("filters")
    void generatedLogProbsAreTheScoresOfTheTokens(SamplingFilter filter) {
        Decoder.Continuation continuation = generate(List.of(filter), List.of(), PROMPTS, LENGTHS);
        long[][] made = split(continuation.tokens().toLongArray(), NEW_TOKENS);
        double[] logProbs = Tensors.doubles(continuation.logProbs());
        for (int b = 0; b < PROMPTS.length; b++) {
            int length = Math.toIntExact(LENGTHS[b]);
            long[] text = Arrays.copyOf(PROMPTS[b], length + NEW_TOKENS);
            System.arraycopy(made[b], 0, text, length, NEW_TOKENS);
            double[] expected = score(text, length, filter);
            assertClose(
                    "row " + b,
                    Arrays.copyOfRange(logProbs, b * NEW_TOKENS, (b + 1) * NEW_TOKENS),
                    expected,
                    RTOL_CACHE);
        }
    }

    private double[] score(long[] text, int promptLength, SamplingFilter filter) {
        DecoderPass pass = fixture.decoder().forward(TokenIds.of(text), ActivationMemory.KEEP_NOTHING, manager);
        long[] targets = Arrays.copyOfRange(text, promptLength, text.length);
        long[] positions = new long[NEW_TOKENS];
        Arrays.setAll(positions, i -> promptLength + i);
        NDArray states = pass.hidden().get(":," + (promptLength - 1) + ":" + (text.length - 1));
        SeenTokens seen =
                new SeenTokens(TokenIds.of(text).toArray(manager), Tensors.ofLongs(manager, positions, 1, NEW_TOKENS));
        ScoreOptions options = new ScoreOptions(
                List.of(filter),
                seen,
                ScoreOptions.OutsideSupport.MINUS_INFINITY,
                false,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
        HeadInput input = new HeadInput(states, Tensors.ofLongs(manager, targets, 1, NEW_TOKENS));
        return Tensors.doubles(TokenScores.of(head, input, options, manager).logProbs());
    }

    @Test
    void aRowContinuesTheSameAloneAndInABatch() {
        List<SamplingFilter> perRow = filters().toList().subList(0, 3);
        Decoder.Continuation together = generate(perRow, List.of(), PROMPTS, LENGTHS);
        long[][] rows = split(together.tokens().toLongArray(), NEW_TOKENS);
        for (int b = 0; b < PROMPTS.length; b++) {
            long[][] prompt = {Arrays.copyOf(PROMPTS[b], Math.toIntExact(LENGTHS[b]))};
            Decoder.Continuation alone = generate(List.of(perRow.get(b)), List.of(), prompt, new long[] {LENGTHS[b]});
            assertThat(alone.tokens().toLongArray()).as("row %d", b).isEqualTo(rows[b]);
        }
    }

    @Test
    void nothingFollowsAStopToken() {
        List<SamplingFilter> filter = List.of(SamplingFilter.NONE);
        long[][] free =
                split(generate(filter, List.of(), PROMPTS, LENGTHS).tokens().toLongArray(), NEW_TOKENS);
        long stop = free[0][2];
        Decoder.Continuation stopped = generate(filter, List.of(stop), PROMPTS, LENGTHS);
        long[][] rows = split(stopped.tokens().toLongArray(), NEW_TOKENS);
        double[] logProbs = Tensors.doubles(stopped.logProbs());
        for (int b = 0; b < rows.length; b++) {
            boolean running = true;
            for (int i = 0; i < NEW_TOKENS; i++) {
                assertThat(rows[b][i]).isEqualTo(running ? free[b][i] : -1);
                assertThat(logProbs[b * NEW_TOKENS + i] == 0).isEqualTo(!running);
                running &= rows[b][i] != stop;
            }
        }
    }

    @Test
    void paddingOnTheRightChangesNothingBeforeIt() {
        TokenIds plain = TokenIds.of(new long[] {3, 14, 15});
        TokenIds padded = TokenIds.of(new long[] {3, 14, 15, 36, 36});
        NDArray expected = fixture.decoder()
                .forward(plain, ActivationMemory.KEEP_NOTHING, manager)
                .hidden();
        NDArray actual = fixture.decoder()
                .forward(padded, ActivationMemory.KEEP_NOTHING, manager)
                .hidden();
        assertClose("hidden", actual.get(":,:3"), Tensors.doubles(expected), RTOL_CACHE);
    }

    @ParameterizedTest
    @EnumSource(
            value = ActivationMemory.class,
            names = {"KEEP_ALL", "RECOMPUTE_LAYERS"})
    void bf16StaysNear(ActivationMemory memory) {
        List<NDArray> weights = new ArrayList<>();
        for (NDArray weight : fixture.decoder().weights()) {
            NDArray narrow = Precision.BF16.convert(weight.stopGradient());
            narrow.setRequiresGradient(true);
            weights.add(narrow);
        }
        Decoder decoder = new Decoder(fixture.decoder().shape(), weights);
        DecoderPass pass = decoder.forward(fixture.ids(), memory, manager);
        assertClose("hidden", pass.hidden(), golden.doubles("hidden"), RTOL_BF16 * 2);
        pass.backward(Precision.BF16.convert(golden.toArray(manager, "grad_hidden", DataType.FLOAT32)));
        for (int i = 0; i < weights.size(); i++) {
            String name = "grad_" + fixture.names().get(i);
            assertClose(name, weights.get(i).getGradient(), golden.doubles(name), RTOL_BF16_GRADIENT * 2);
        }
    }

    @Test
    void frozenWeightsGetNoGradient() {
        List<NDArray> weights = fixture.decoder().weights();
        weights.get(0).setRequiresGradient(false);
        weights.get(2).setRequiresGradient(false);
        for (ActivationMemory memory : List.of(ActivationMemory.KEEP_ALL, ActivationMemory.RECOMPUTE_LAYERS)) {
            DecoderPass pass = fixture.decoder().forward(fixture.ids(), memory, manager);
            pass.backward(pass.hidden().stopGradient().onesLike());
            assertThat(weights.get(0).hasGradient()).isFalse();
            assertThat(weights.get(2).hasGradient()).isFalse();
            assertThat(Tensors.doubles(weights.get(1).getGradient()))
                    .as("%s", memory)
                    .doesNotContain(Double.NaN)
                    .isNotEqualTo(new double[16]);
        }
    }

    @Test
    void aPassRunsBackOnceAndOnlyIfItKeptSomething() {
        DecoderPass pass = fixture.decoder().forward(fixture.ids(), ActivationMemory.RECOMPUTE_LAYERS, manager);
        NDArray gradient = manager.ones(pass.hidden().getShape());
        assertRefused(
                () -> pass.backward(manager.ones(new Shape(2, 7, 3))), "shape of gradHidden [B,T,H] was [2, 7, 3]");
        assertRefused(
                () -> pass.backward(gradient.toType(DataType.FLOAT64, true)), "data type of gradHidden was float64");
        pass.backward(gradient);
        assertRefused(() -> pass.backward(gradient), "pass was already run back", "run forward again");
        DecoderPass empty = fixture.decoder().forward(fixture.ids(), ActivationMemory.KEEP_NOTHING, manager);
        assertRefused(
                () -> empty.backward(gradient), "activation memory was KEEP_NOTHING", "KEEP_ALL or RECOMPUTE_LAYERS");
    }

    @Test
    void unusableWeightsAndShapes() {
        DecoderShape shape = fixture.decoder().shape();
        List<NDArray> weights = fixture.decoder().weights();
        assertRefused(
                () -> new Decoder(shape, weights.subList(1, 20)), "number of decoder weights was 19", "must be 20");
        List<NDArray> swapped = new ArrayList<>(weights);
        swapped.set(3, weights.get(2));
        assertRefused(() -> new Decoder(shape, swapped), "shape of layer 0 key was [16, 16]", "must be [8, 16]");
        List<NDArray> mixed = new ArrayList<>(weights);
        mixed.set(19, weights.get(19).toType(DataType.FLOAT64, true));
        assertRefused(() -> new Decoder(shape, mixed), "data type of final norm was float64", "must be float32");
        assertRefused(() -> new DecoderShape(0, 1, 1, 2, 0, 1), "layers was 0");
        assertRefused(
                () -> new DecoderShape(1, 4, 3, 2, 0, 1), "keyValueHeads was 3", "must divide the number of heads 4");
        assertRefused(() -> new DecoderShape(1, 4, 2, 3, 0, 1), "headWidth was 3", "positive and even");
        assertRefused(
                () -> fixture.decoder().forward(TokenIds.of(new long[] {37}), ActivationMemory.KEEP_ALL, manager),
                "token id at row 0, column 0 was 37",
                "below the vocabulary size 37");
    }

    @Test
    void unusableGenerations() {
        assertRefused(
                () -> generate(head, new long[] {1, 2}, 3, 0.5),
                "prompt length was 3",
                "between 1 and the prompts' width 2");
        assertRefused(() -> generate(head, new long[] {1, 2}, 0, 0.5), "prompt length was 0", "start token");
        assertRefused(() -> generate(head, new long[] {1, -1}, 1, 0.5), "token id at row 0, column 1 was -1");
        for (double u : new double[] {1, -0.1, Double.NaN}) {
            assertRefused(() -> generate(head, new long[] {1}, 1, u), "uniform was " + u, "below 1");
        }
        LmHead other = new LmHead(manager.ones(new Shape(38, 16)));
        assertRefused(() -> generate(other, new long[] {1}, 1, 0.5), "shape of head weight was [38, 16]", "[37, 16]");
        LmHead capped = new LmHead(head.weight(), null, 2);
        assertRefused(() -> generate(capped, new long[] {1}, 1, 0.5), "head was with bias or soft cap");
        NDArray broken = head.weight().duplicate();
        broken.set(new ai.djl.ndarray.index.NDIndex("0,0"), Float.NaN);
        assertRefused(() -> generate(new LmHead(broken), new long[] {1}, 1, 0.5), "logits was not finite in 1 row(s)");
        assertRefused(() -> generate(head, new long[] {1}, 1), "uniforms of row 0 was 0 numbers", "at least 1");
    }

    private void generate(LmHead by, long[] prompt, long length, double... uniforms) {
        fixture.decoder()
                .generate(
                        by,
                        TokenIds.of(prompt),
                        new long[] {length},
                        List.of(SamplingFilter.NONE),
                        new double[][] {uniforms},
                        List.of(),
                        manager);
    }

    private static long[][] split(long[] flat, int width) {
        long[][] rows = new long[flat.length / width][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width));
        return rows;
    }

    private static void assertRefused(ThrowingCallable call, CharSequence... parts) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
    }
}
