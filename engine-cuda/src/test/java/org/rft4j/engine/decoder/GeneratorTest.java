package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** What a generation draws from, what it says of unusable logits, and what a request protects. */
class GeneratorTest {
    private static final double RTOL_CACHE = 1e-4;
    private static final int VOCABULARY = 40;
    private static final int USABLE = 5;
    private static final int NEW_TOKENS = 8;
    private static final int LARGEST_IN_PROMPTS = 6;
    private static final TokenIds PROMPTS = TokenIds.of(new long[][] {{1, 2}, {3, 4}, {5, 6}});

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final Decoder decoder = RandomDecoder.of(
            DecoderConfig.builder()
                    .vocabulary(VOCABULARY)
                    .width(16)
                    .untiedHead()
                    .build(),
            Numbers.random("generator", 0),
            Precision.FP32,
            key -> false,
            key -> false,
            manager);

    @AfterEach
    void free() {
        scope.close();
    }

    private Generator.Continuation generate(SamplingFilter filter, List<Long> stops, long usable) {
        double[][] uniforms = new double[PROMPTS.rows()][];
        Arrays.setAll(uniforms, b -> Numbers.random("uniforms", b).uniforms(0, NEW_TOKENS));
        Generator.Request request =
                new Generator.Request(PROMPTS, new long[] {2, 2, 1}, List.of(filter), uniforms, stops, usable);
        return Generator.generate(decoder, request, manager);
    }

    @Test
    void idsBeyondTheUsableOnesAreNeverDrawn() {
        List<SamplingFilter> filters = List.of(
                SamplingFilter.NONE,
                SamplingFilter.temperature(0),
                new SamplingFilter(0.7, 12, 0.9, 0.01, 1),
                new SamplingFilter(1.5, 0, 1, 0, 1.3));
        for (SamplingFilter filter : filters) {
            long[] all = generate(filter, List.of(), 0).tokens().toLongArray();
            assertThat(LongStream.of(all).max().orElseThrow()).isGreaterThanOrEqualTo(USABLE);
            long[] few = generate(filter, List.of(), USABLE).tokens().toLongArray();
            assertThat(LongStream.of(few).boxed()).allMatch(id -> id >= 0 && id < USABLE);
            assertThat(generate(filter, List.of(), VOCABULARY).tokens().toLongArray())
                    .as("as many as there are")
                    .isEqualTo(all);
        }
    }

    @Test
    void logProbsAreThoseAmongUsableTokens() {
        Generator.Continuation made = generate(SamplingFilter.NONE, List.of(), USABLE);
        NDArray hidden = decoder.forward(DecoderInput.rightPadded(PROMPTS), ActivationMemory.KEEP_NOTHING, manager)
                .hidden();
        double[] logits = Tensors.doubles(
                hidden.get("0,1:2").matMul(decoder.head().weight().transpose()).get("0,:" + USABLE));
        double sum = Arrays.stream(logits).map(Math::exp).sum();
        int first = Math.toIntExact(made.tokens().toLongArray()[0]);
        double[] actual = {Tensors.doubles(made.logProbs())[0]};
        assertClose("log-prob", actual, new double[] {logits[first] - Math.log(sum)}, RTOL_CACHE);
    }

    @Test
    void countsRowsWithUnusableLogitsOnceEach() {
        decoder.head().weight().set(new NDIndex("0,0"), Float.NaN);
        assertThatThrownBy(() -> generate(SamplingFilter.NONE, List.of(), 0))
                .hasMessage("logits was not finite in 3 row(s), must be finite; check the weights for NaN");
    }

    @Test
    void aRowThatHasEndedNeedsNoLogits() {
        long[] free = generate(SamplingFilter.NONE, List.of(), 0).tokens().toLongArray();
        long[] others = Arrays.copyOfRange(free, NEW_TOKENS, free.length);
        int end = 0; // a place in the first row with a token that the others do not use
        while (contains(others, free[end]) || free[end] <= LARGEST_IN_PROMPTS) {
            end++;
        }
        long stop = free[end];
        decoder.weights().get(WeightKey.of(WeightRole.EMBEDDING)).set(new NDIndex(stop + ",:"), Float.NaN);
        long[] stopped =
                generate(SamplingFilter.NONE, List.of(stop), 0).tokens().toLongArray();
        assertThat(end).isLessThan(NEW_TOKENS - 1);
        for (int i = 0; i < NEW_TOKENS; i++) {
            assertThat(stopped[i]).isEqualTo(i <= end ? free[i] : -1);
        }
        assertThat(Arrays.copyOfRange(stopped, NEW_TOKENS, free.length)).isEqualTo(others);
    }

    private static boolean contains(long[] tokens, long id) {
        return LongStream.of(tokens).anyMatch(token -> token == id);
    }

    @Test
    void aRequestCannotBeChanged() {
        long[] lengths = {2};
        double[][] uniforms = {{0.25, 0.5}};
        Generator.Request request = new Generator.Request(
                TokenIds.of(new long[] {1, 2}), lengths, List.of(SamplingFilter.NONE), uniforms, List.of());
        lengths[0] = 99;
        uniforms[0][0] = 7;
        request.lengths()[0] = 99;
        request.uniforms()[0][0] = 7;
        assertThat(request.lengths()).containsExactly(2);
        assertThat(request.uniforms()).isDeepEqualTo(new double[][] {{0.25, 0.5}});
        assertThat(request.usableTokens()).isZero();
    }

    @Test
    void refusesMoreUsableTokensThanThereAre() {
        assertThatThrownBy(() -> generate(SamplingFilter.NONE, List.of(), VOCABULARY + 1))
                .hasMessage("usableTokens was 41, must be at least 0 and at most the model's vocabulary size 40;"
                        + " pass the tokenizer's vocabulary size, or 0 to draw from all");
    }
}
