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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.SeenTokens;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenRules;
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

    private Generator.Continuation generate(
            List<SamplingFilter> filters, List<Long> stops, long[][] prompts, long[] lengths) {
        double[][] uniforms = new double[prompts.length][];
        Arrays.setAll(uniforms, b -> Numbers.random("generation", prompts[b][0]).uniforms(0, NEW_TOKENS));
        return Generator.generate(
                fixture.decoder(),
                new Generator.Request(TokenIds.of(prompts), lengths, filters, uniforms, stops),
                manager);
    }

    /** What the sampler reports of its tokens is what training computes for them: the ratio of the first step is 1. */
    @ParameterizedTest
    @MethodSource("filters")
    void generatedLogProbsAreTheScoresOfTheTokens(SamplingFilter filter) {
        Generator.Continuation continuation = generate(List.of(filter), List.of(), PROMPTS, LENGTHS);
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
        DecoderPass pass = forward(TokenIds.of(text), ActivationMemory.KEEP_NOTHING);
        long[] targets = Arrays.copyOfRange(text, promptLength, text.length);
        long[] positions = new long[NEW_TOKENS];
        Arrays.setAll(positions, i -> promptLength + i);
        NDArray states = pass.hidden().get(":," + (promptLength - 1) + ":" + (text.length - 1));
        NDArray where = Tensors.ofLongs(manager, positions, 1, NEW_TOKENS);
        SeenTokens seen = new SeenTokens(TokenIds.of(text).toArray(manager), where, where);
        ScoreOptions options = new ScoreOptions(
                List.of(filter),
                List.of(TokenRules.NONE),
                0,
                seen,
                ScoreOptions.OutsideSupport.MINUS_INFINITY,
                false,
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
        HeadInput input = new HeadInput(states, Tensors.ofLongs(manager, targets, 1, NEW_TOKENS));
        return Tensors.doubles(TokenScores.of(fixture.decoder().head(), input, options, manager)
                .logProbs());
    }

    @Test
    void aRowContinuesTheSameAloneAndInABatch() {
        List<SamplingFilter> perRow = filters().toList().subList(0, 3);
        Generator.Continuation together = generate(perRow, List.of(), PROMPTS, LENGTHS);
        long[][] rows = split(together.tokens().toLongArray(), NEW_TOKENS);
        for (int b = 0; b < PROMPTS.length; b++) {
            long[][] prompt = {Arrays.copyOf(PROMPTS[b], Math.toIntExact(LENGTHS[b]))};
            Generator.Continuation alone = generate(List.of(perRow.get(b)), List.of(), prompt, new long[] {LENGTHS[b]});
            assertThat(alone.tokens().toLongArray()).as("row %d", b).isEqualTo(rows[b]);
        }
    }

    @Test
    void nothingFollowsAStopToken() {
        List<SamplingFilter> filter = List.of(SamplingFilter.NONE);
        long[][] free =
                split(generate(filter, List.of(), PROMPTS, LENGTHS).tokens().toLongArray(), NEW_TOKENS);
        long stop = free[0][2];
        Generator.Continuation stopped = generate(filter, List.of(stop), PROMPTS, LENGTHS);
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
        NDArray expected = forward(plain, ActivationMemory.KEEP_NOTHING).hidden();
        NDArray actual = forward(padded, ActivationMemory.KEEP_NOTHING).hidden();
        assertClose("hidden", actual.get(":,:3"), Tensors.doubles(expected), RTOL_CACHE);
    }

    @ParameterizedTest
    @EnumSource(
            value = ActivationMemory.class,
            names = {"KEEP_ALL", "KEEP_PRODUCTS", "RECOMPUTE_LAYERS"})
    void bf16StaysNear(ActivationMemory memory) {
        Map<WeightKey, NDArray> weights = new LinkedHashMap<>();
        fixture.decoder().weights().forEach((key, weight) -> {
            NDArray narrow = Precision.BF16.convert(weight.stopGradient());
            narrow.setRequiresGradient(!key.role().isHead());
            weights.put(key, narrow);
        });
        Decoder decoder = Decoder.of(fixture.decoder().config(), weights);
        DecoderPass pass = decoder.forward(DecoderInput.rightPadded(fixture.ids()), memory, manager);
        assertClose("hidden", pass.hidden(), golden.doubles("hidden"), RTOL_BF16 * 2);
        pass.backward(Precision.BF16.convert(golden.toArray(manager, "grad_hidden", DataType.FLOAT32)));
        for (WeightKey key : weights.keySet()) {
            if (!key.role().isHead()) {
                String name = "grad_" + fixture.names().get(key);
                assertClose(name, weights.get(key).getGradient(), golden.doubles(name), RTOL_BF16_GRADIENT * 2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ActivationMemory.class,
            names = {"KEEP_ALL", "KEEP_PRODUCTS", "RECOMPUTE_LAYERS"})
    void frozenWeightsGetNoGradient(ActivationMemory memory) {
        NDArray embedding = fixture.weight(WeightRole.EMBEDDING, WeightKey.NO_LAYER);
        NDArray query = fixture.weight(WeightRole.QUERY, 0);
        NDArray norm = fixture.weight(WeightRole.INPUT_NORM, 0);
        embedding.setRequiresGradient(false);
        query.setRequiresGradient(false);
        DecoderPass pass = forward(fixture.ids(), memory);
        pass.backward(pass.hidden().stopGradient().onesLike());
        assertThat(embedding.hasGradient()).isFalse();
        assertThat(query.hasGradient()).isFalse();
        assertThat(Tensors.doubles(norm.getGradient()))
                .doesNotContain(Double.NaN)
                .isNotEqualTo(new double[16]);
    }

    /** Training the last layers only: what lies below them is neither kept nor run back. */
    @ParameterizedTest
    @EnumSource(
            value = ActivationMemory.class,
            names = {"KEEP_PRODUCTS", "RECOMPUTE_LAYERS"})
    void theWayBackEndsAtTheFirstTrainedLayer(ActivationMemory memory) {
        fixture.decoder().weights().forEach((key, weight) -> weight.setRequiresGradient(key.layer() == 1));
        DecoderPass pass = forward(fixture.ids(), memory);
        pass.backward(golden.toArray(manager, "grad_hidden", DataType.FLOAT32));
        for (WeightKey key : fixture.names().keySet()) {
            if (key.layer() == 1) {
                String name = "grad_" + fixture.names().get(key);
                NDArray gradient = fixture.decoder().weights().get(key).getGradient();
                assertClose(name, gradient, golden.doubles(name), RTOL_CACHE);
            }
        }
    }

    private DecoderPass forward(TokenIds ids, ActivationMemory memory) {
        return fixture.decoder().forward(DecoderInput.rightPadded(ids), memory, manager);
    }

    @Test
    void aPassRunsBackOnceAndOnlyIfItKeptSomething() {
        DecoderPass pass = forward(fixture.ids(), ActivationMemory.RECOMPUTE_LAYERS);
        NDArray gradient = manager.ones(pass.hidden().getShape());
        assertRefused(
                () -> pass.backward(manager.ones(new Shape(2, 7, 3))), "shape of gradHidden [B,T,H] was [2, 7, 3]");
        assertRefused(
                () -> pass.backward(gradient.toType(DataType.FLOAT64, true)), "data type of gradHidden was float64");
        pass.backward(gradient);
        assertRefused(() -> pass.backward(gradient), "pass was already run back", "run forward again");
        DecoderPass empty = forward(fixture.ids(), ActivationMemory.KEEP_NOTHING);
        assertRefused(
                () -> empty.backward(gradient),
                "activation memory was KEEP_NOTHING",
                "KEEP_PRODUCTS or RECOMPUTE_LAYERS");
    }

    @Test
    void unusableWeightsAndShapes() {
        DecoderConfig config = fixture.decoder().config();
        Map<WeightKey, NDArray> weights = fixture.decoder().weights();
        Map<WeightKey, NDArray> fewer = new LinkedHashMap<>(weights);
        fewer.remove(WeightKey.of(WeightRole.UP, 1));
        assertRefused(() -> Decoder.of(config, fewer), "decoder weight layer 1 up was missing, must be given");
        Map<WeightKey, NDArray> swapped = new LinkedHashMap<>(weights);
        swapped.put(WeightKey.of(WeightRole.KEY, 0), fixture.weight(WeightRole.QUERY, 0));
        assertRefused(() -> Decoder.of(config, swapped), "shape of layer 0 key was [16, 16]", "must be [8, 16]");
        Map<WeightKey, NDArray> mixed = new LinkedHashMap<>(weights);
        WeightKey norm = WeightKey.of(WeightRole.FINAL_NORM);
        mixed.put(norm, weights.get(norm).toType(DataType.FLOAT64, true));
        assertRefused(
                () -> Decoder.of(config, mixed),
                "data type of final_norm was float64",
                "must be one of [float32, bfloat16]");
        Map<WeightKey, NDArray> more = new LinkedHashMap<>(weights);
        more.put(WeightKey.of(WeightRole.GATE_UP, 0), fixture.weight(WeightRole.UP, 0));
        assertRefused(() -> Decoder.of(config, more), "decoder weight was layer 0 gate_up", "configuration asks for");
        assertRefused(
                () -> forward(TokenIds.of(new long[] {37}), ActivationMemory.KEEP_ALL),
                "token id at row 0, column 0 was 37",
                "below the vocabulary size 37");
    }

    @Test
    void unusableGenerations() {
        assertRefused(
                () -> generate(new long[] {1, 2}, 3, 0.5), "prompt length was 3", "between 1 and the prompts' width 2");
        assertRefused(() -> generate(new long[] {1, 2}, 0, 0.5), "prompt length was 0", "start token");
        assertRefused(() -> generate(new long[] {1, -1}, 1, 0.5), "token id at row 0, column 1 was -1");
        for (double u : new double[] {1, -0.1, Double.NaN}) {
            assertRefused(() -> generate(new long[] {1}, 1, u), "uniform was " + u, "below 1");
        }
        assertRefused(() -> generate(new long[] {1}, 1), "uniforms of row 0 was 0 numbers", "at least 1");
        fixture.weight(WeightRole.HEAD, WeightKey.NO_LAYER).set(new ai.djl.ndarray.index.NDIndex("0,0"), Float.NaN);
        assertRefused(() -> generate(new long[] {1}, 1, 0.5), "logits was not finite in 1 row(s)");
    }

    private void generate(long[] prompt, long length, double... uniforms) {
        Generator.Request request = new Generator.Request(
                TokenIds.of(prompt),
                new long[] {length},
                List.of(SamplingFilter.NONE),
                new double[][] {uniforms},
                List.of());
        Generator.generate(fixture.decoder(), request, manager);
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
