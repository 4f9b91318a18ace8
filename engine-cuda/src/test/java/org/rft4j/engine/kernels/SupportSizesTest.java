package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.ScoreOptions.OutsideSupport;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Scores among as many of the best tokens as a sampler drew from, and the sampler's number of them. */
class SupportSizesTest {
    private static final int POSITIONS = 6;
    private static final int VOCABULARY = 17;
    private static final SamplingFilter FILTER = new SamplingFilter(0.7, 8, 0.9, 0.03, 1);
    private static final double BARELY = 1e-6;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    /** The target and the best others; where the size is 0, what the filter leaves. */
    private static boolean[] support(double[] z, int size, int target, OutsideSupport outside) {
        boolean keep = outside == OutsideSupport.KEEP_TARGET;
        boolean[] support = new boolean[z.length];
        if (size == 0) {
            boolean[] filtered = new PlainFilter(FILTER).support(z);
            for (int v = 0; v < z.length; v++) {
                filtered[v] |= keep && z[v] >= z[target];
            }
            return filtered;
        }
        support[target] = keep;
        IntStream.range(0, z.length)
                .boxed()
                .filter(v -> !keep || v != target)
                .sorted(Comparator.<Integer>comparingDouble(v -> z[v]).reversed())
                .limit(keep ? size - 1 : size)
                .forEach(v -> support[v] = true);
        return support;
    }

    @ParameterizedTest
    @CsvSource({"KEEP_TARGET, false, 0", "KEEP_TARGET, true, 3", "MINUS_INFINITY, true, 0"})
    void agreesWithPlainLoops(OutsideSupport outside, boolean bias, double softcap) {
        for (int round = 0; round < 4; round++) {
            KeyedRandom random = Numbers.random("support sizes", round);
            HeadFixture fixture = HeadFixture.random(random, bias, softcap, 2, POSITIONS / 2, 5, VOCABULARY);
            long[] sizes = new long[POSITIONS];
            long[] targets = new long[POSITIONS];
            List<boolean[]> supports = new ArrayList<>();
            for (int i = 0; i < POSITIONS; i++) {
                double[] z = adjusted(fixture, i);
                boolean mayDependOnRounding = !new PlainFilter(FILTER).isRobust(z);
                sizes[i] = Numbers.between(random.derive("sizes"), i, mayDependOnRounding ? 1 : 0, VOCABULARY);
                targets[i] = Numbers.between(random.derive("targets"), i, 0, VOCABULARY - 1);
                supports.add(support(z, (int) sizes[i], (int) targets[i], outside));
            }
            double[] up = Numbers.normal(random.derive("up"), POSITIONS, 2);
            double[] upEntropy = Numbers.normal(random.derive("up entropy"), POSITIONS, 2);

            HeadFixture.Loaded loaded = fixture.load(manager);
            TokenScores scores = score(loaded, targets, sizes, FILTER, outside);
            float[] logProbs = scores.logProbs().toFloatArray();
            for (int i = 0; i < POSITIONS; i++) {
                double expected = PlainFilter.restricted(adjusted(fixture, i), supports.get(i))[(int) targets[i]];
                if (expected == Double.NEGATIVE_INFINITY) {
                    assertThat(logProbs[i]).isEqualTo(Float.NEGATIVE_INFINITY);
                } else {
                    assertNumber("log-prob", logProbs[i], expected);
                }
            }
            NDArray gradHidden = scores.backward(
                    Tensors.of(manager, up, 2, POSITIONS / 2), Tensors.of(manager, upEntropy, 2, POSITIONS / 2));
            HeadFixture.Gradients expected = fixture.gradients(f -> loss(f, targets, supports, up, upEntropy));
            assertClose("grad hidden", gradHidden, expected.hidden(), RTOL_FP32);
            assertClose("grad weight", loaded.gradWeight(), expected.weight(), RTOL_FP32);
            assertClose("grad bias", loaded.gradBias(), expected.bias(), RTOL_FP32);
        }
    }

    private static double[] adjusted(HeadFixture fixture, int position) {
        return Arrays.stream(fixture.logits(position))
                .map(z -> z / FILTER.temperature())
                .toArray();
    }

    private static double loss(
            HeadFixture f, long[] targets, List<boolean[]> supports, double[] up, double[] upEntropy) {
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            double[] logP = PlainFilter.restricted(adjusted(f, i), supports.get(i));
            double own = logP[(int) targets[i]];
            sum += (own == Double.NEGATIVE_INFINITY ? 0 : own * up[i])
                    + PlainDistributions.entropy(logP) * upEntropy[i];
        }
        return sum;
    }

    /** Rounding has put the drawn token, the last of two, behind one that is as likely: it takes that one's place. */
    @Test
    void aTargetAtTheBoundaryTakesTheLastPlace() {
        double[] logits = {2, 1 + BARELY, 1, -1};
        double expected = 1 - Math.log(Math.exp(2) + Math.exp(1));
        SamplingFilter twoBest = new SamplingFilter(1, 2, 1, 0, 1);
        assertNumber("sized", logProb(logits, 2, 2, twoBest), expected);
        assertNumber(
                "alone, which widens", logProb(logits, 2, 0, twoBest), 1 - Math.log(Math.exp(2) + 2 * Math.exp(1)));
        assertNumber("of one", logProb(logits, 2, 1, twoBest), 0);
        SamplingFilter nucleus = new SamplingFilter(1, 0, 0.75, 0, 1);
        double all = Math.log(Math.exp(2) + 2 * Math.exp(1) + Math.exp(-1));
        assertNumber("wider than the filter is now", logProb(logits, 0, 4, nucleus), 2 - all);
        assertNumber("the filter now", logProb(logits, 0, 0, nucleus), 2 - Math.log(Math.exp(2) + Math.exp(1)));
    }

    /** Which of equal tokens have a place nobody can say: the places are shared, and so are gradients. */
    @Test
    void tokensThatTieShareThePlacesThatAreLeft() {
        double[] logits = {3, 1, 1, 1, 0};
        double[] shares = {1, 2.0 / 3, 2.0 / 3, 2.0 / 3, 0};
        HeadFixture fixture = new HeadFixture(1, 1, 1, 5, new double[] {1}, logits, null, 0);
        HeadFixture.Loaded loaded = fixture.load(manager);
        TokenScores scores = score(loaded, new long[] {2}, new long[] {3}, FILTER, OutsideSupport.KEEP_TARGET);
        assertClose("log-prob", scores.logProbs(), new double[] {sharedLogProb(fixture, 2, shares)}, RTOL_FP32);
        scores.backward(Tensors.of(manager, new double[] {1}, 1, 1), null);
        HeadFixture.Gradients expected = fixture.gradients(f -> sharedLogProb(f, 2, shares));
        assertClose("grad weight", loaded.gradWeight(), expected.weight(), RTOL_FP32);

        double[] behind = {3, 1, 1, 1, 0};
        double withoutOne = Math.exp(3 / 0.7) + Math.exp(1 / 0.7) + Math.exp(0);
        assertNumber("behind the ties", logProb(behind, 4, 3, FILTER), -Math.log(withoutOne));
        SamplingFilter one = new SamplingFilter(1, 1, 1, 0, 1);
        assertNumber("all of them", logProb(new double[] {1, 1, 1, 0}, 1, 3, one), -Math.log(3));
    }

    private static double sharedLogProb(HeadFixture fixture, int target, double[] shares) {
        double[] z = adjusted(fixture, 0);
        double sum = 0;
        for (int v = 0; v < z.length; v++) {
            sum += shares[v] * Math.exp(z[v]);
        }
        return z[target] - Math.log(sum);
    }

    @Test
    void sizesAreNotLookedAtWhereNoFilterLeavesTokensOut() {
        double[] logits = {2, 1, 0, -1};
        double all = Math.log(Arrays.stream(logits).map(Math::exp).sum());
        SamplingFilter greedy = new SamplingFilter(0, 2, 0.5, 0.1, 1);
        assertNumber("greedy", logProb(logits, 1, 2, greedy), 1 - all);
        assertNumber("off", logProb(logits, 1, 2, SamplingFilter.NONE), 1 - all);
    }

    /** The sampler's number is the filter's, ties counted, and scoring among as many gives its log-prob, whatever the filter. */
    @ParameterizedTest
    @ValueSource(ints = {40, 4096})
    void aSamplerSaysAmongHowManyItDraws(int vocabulary) {
        List<SamplingFilter> filters = List.of(
                SamplingFilter.NONE,
                SamplingFilter.temperature(0),
                new SamplingFilter(1, 20, 1, 0, 1),
                new SamplingFilter(1.5, 0, 0.95, 0, 1),
                new SamplingFilter(1, 0, 1, 0.05, 1),
                FILTER);
        int rows = filters.size();
        HeadFixture fixture = HeadFixture.random(Numbers.random("sizes", vocabulary), true, 0, rows, 1, 6, vocabulary);
        double[] flat = IntStream.range(0, rows)
                .mapToObj(fixture::logits)
                .flatMapToDouble(Arrays::stream)
                .toArray();
        TokenSampler.Draw draw = TokenSampler.draw(
                Tensors.of(manager, flat, rows, vocabulary),
                new TokenSampler.Rules(filters, List.of(TokenRules.NONE), List.of()),
                Numbers.random("uniforms", vocabulary).uniforms(0, rows),
                manager);
        long[] sizes = draw.supportSizes().toLongArray();
        assertThat(Arrays.copyOf(sizes, 2)).containsOnly(0);
        for (int n = 2; n < rows; n++) {
            PlainFilter twin = new PlainFilter(filters.get(n));
            boolean[] support = twin.support(twin.adjusted(fixture.logits(n), Set.of()));
            long expected =
                    IntStream.range(0, vocabulary).filter(v -> support[v]).count();
            assertThat(sizes[n]).isBetween(expected - 1, expected + 1); // rounding may move a boundary by a token
        }
        List<SamplingFilter> others = new ArrayList<>(filters.subList(0, 2));
        filters.subList(2, rows).forEach(f -> others.add(new SamplingFilter(f.temperature(), 1, 1, 0, 1)));
        HeadFixture.Loaded loaded = fixture.load(manager);
        NDArray targets = draw.tokens().reshape(rows, 1);
        HeadInput input = new HeadInput(
                loaded.hidden(), targets, null, draw.supportSizes().reshape(rows, 1));
        TokenScores scores = TokenScores.of(loaded.head(), input, options(others, OutsideSupport.KEEP_TARGET), manager);
        assertClose("log-probs", scores.logProbs(), Tensors.doubles(draw.logProbs()), RTOL_FP32);
    }

    @Test
    void equalTokensAreAllCounted() {
        NDArray logits = Tensors.of(manager, new double[] {3, 1, 1, 1, 0}, 1, 5);
        TokenSampler.Rules twoBest = TokenSampler.Rules.of(new SamplingFilter(1, 2, 1, 0, 1));
        assertThat(TokenSampler.draw(logits, twoBest, new double[1], manager)
                        .supportSizes()
                        .toLongArray())
                .containsExactly(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 5})
    void sizesThatNoSupportHasAreRefused(long size) {
        assertThatThrownBy(() -> logProb(new double[] {2, 1, 0, -1}, 1, size, FILTER))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "support size was " + size + ", must be at least 0 and at most the number of usable tokens 4; "
                                + "score among the tokens that the sampler drew from");
    }

    @Test
    void sizesOfAnotherShapeAreRefused() {
        HeadFixture.Loaded loaded = new HeadFixture(1, 1, 1, 2, new double[] {1}, new double[2], null, 0).load(manager);
        HeadInput input = new HeadInput(
                loaded.hidden(),
                Tensors.ofLongs(manager, new long[1], 1, 1),
                null,
                Tensors.ofLongs(manager, new long[2], 1, 2));
        assertThatThrownBy(() -> TokenScores.of(loaded.head(), input, ScoreOptions.of(FILTER), manager))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("shape of support sizes [B,T] was [1, 2], must be [1, 1];");
    }

    private double logProb(double[] logits, int target, long size, SamplingFilter filter) {
        HeadFixture.Loaded loaded =
                new HeadFixture(1, 1, 1, logits.length, new double[] {1}, logits, null, 0).load(manager);
        return score(loaded, new long[] {target}, new long[] {size}, filter, OutsideSupport.KEEP_TARGET)
                .logProbs()
                .getFloat(0, 0);
    }

    private TokenScores score(
            HeadFixture.Loaded loaded, long[] targets, long[] sizes, SamplingFilter filter, OutsideSupport outside) {
        long batch = loaded.hidden().getShape().get(0);
        long length = loaded.hidden().getShape().get(1);
        HeadInput input = new HeadInput(
                loaded.hidden(),
                Tensors.ofLongs(manager, targets, batch, length),
                null,
                Tensors.ofLongs(manager, sizes, batch, length));
        return TokenScores.of(loaded.head(), input, options(List.of(filter), outside), manager);
    }

    private static ScoreOptions options(List<SamplingFilter> filters, OutsideSupport outside) {
        return new ScoreOptions(
                filters, List.of(TokenRules.NONE), 0, null, outside, true, 0, ScoreOptions.DEFAULT_CHUNK_BYTES);
    }

    private static void assertNumber(String what, double actual, double expected) {
        assertClose(what, new double[] {actual}, new double[] {expected}, RTOL_FP32);
    }
}
