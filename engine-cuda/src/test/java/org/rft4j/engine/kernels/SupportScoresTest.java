package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Scores on the support of a filtered sampler, against sorting and loops. */
class SupportScoresTest {
    private static final int BATCH = 2;
    private static final int LENGTH = 3;
    private static final int VOCABULARY = 17;
    private static final int PROMPT = 2;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    /** Sequences whose tokens may lie outside the support. {@code text} holds prompt and scored tokens. */
    private record Problem(
            HeadFixture fixture,
            List<SamplingFilter> filters,
            TokenRules rules,
            long[][] text,
            double[] up,
            double[] upEntropy) {
        static Problem random(List<SamplingFilter> filters, TokenRules rules, boolean bias, double softcap, int round) {
            KeyedRandom random = Numbers.random("support", round);
            HeadFixture fixture = HeadFixture.random(random, bias, softcap, BATCH, LENGTH, 5, VOCABULARY);
            long[][] text = new long[BATCH][PROMPT + LENGTH];
            for (int i = 0; i < BATCH * text[0].length; i++) {
                text[i / text[0].length][i % text[0].length] =
                        Numbers.between(random.derive("text"), i, 0, VOCABULARY - 1);
            }
            Problem problem = new Problem(
                    fixture,
                    filters,
                    rules,
                    text,
                    Numbers.normal(random.derive("up"), BATCH * LENGTH, 2),
                    Numbers.normal(random.derive("up entropy"), BATCH * LENGTH, 2));
            boolean robust = IntStream.range(0, BATCH * LENGTH)
                    .allMatch(i -> problem.filter(i).isRobust(problem.adjusted(fixture, i)));
            return robust ? problem : random(filters, rules, bias, softcap, round + 1000);
        }

        PlainFilter filter(int i) {
            return new PlainFilter(filters.get(filters.size() == 1 ? 0 : i / LENGTH));
        }

        int target(int i) {
            return Math.toIntExact(text[i / LENGTH][PROMPT + i % LENGTH]);
        }

        Set<Long> seen(int i) {
            Set<Long> seen = new HashSet<>();
            for (int s = 0; s < PROMPT + i % LENGTH; s++) {
                seen.add(text[i / LENGTH][s]);
            }
            return seen;
        }

        double[] adjusted(HeadFixture f, int i) {
            List<Long> generated = Arrays.stream(text[i / LENGTH], PROMPT, PROMPT + i % LENGTH)
                    .boxed()
                    .toList();
            return filter(i).adjusted(f.logits(i), seen(i), generated, rules);
        }

        /** The supports at the given numbers, which gradients take for constants. */
        List<boolean[]> supports(ScoreOptions.OutsideSupport outside) {
            List<boolean[]> supports = new ArrayList<>();
            for (int i = 0; i < BATCH * LENGTH; i++) {
                double[] z = adjusted(fixture, i);
                boolean[] support = filter(i).support(z);
                boolean widen = outside == ScoreOptions.OutsideSupport.KEEP_TARGET && Double.isFinite(z[target(i)]);
                for (int v = 0; v < z.length; v++) {
                    support[v] |= widen && z[v] >= z[target(i)];
                    support[v] &= Double.isFinite(z[v]);
                }
                supports.add(support);
            }
            return supports;
        }

        double[] logProbs(HeadFixture f, List<boolean[]> supports) {
            double[] result = new double[BATCH * LENGTH];
            Arrays.setAll(result, i -> PlainFilter.restricted(adjusted(f, i), supports.get(i))[target(i)]);
            return result;
        }

        double[] entropies(HeadFixture f, List<boolean[]> supports) {
            double[] result = new double[BATCH * LENGTH];
            Arrays.setAll(
                    result, i -> PlainDistributions.entropy(PlainFilter.restricted(adjusted(f, i), supports.get(i))));
            return result;
        }

        double loss(HeadFixture f, List<boolean[]> supports) {
            double[] logProbs = logProbs(f, supports);
            double sum = Numbers.dot(entropies(f, supports), upEntropy);
            for (int i = 0; i < logProbs.length; i++) {
                sum += logProbs[i] == Double.NEGATIVE_INFINITY ? 0 : logProbs[i] * up[i];
            }
            return sum;
        }
    }

    static Stream<Arguments> variants() {
        SamplingFilter all = new SamplingFilter(0.7, 8, 0.9, 0.03, 1.3);
        SamplingFilter penalty = new SamplingFilter(1, 0, 1, 0, 1.5);
        List<List<SamplingFilter>> filters = List.of(
                List.of(new SamplingFilter(1, 4, 1, 0, 1)),
                List.of(new SamplingFilter(1, 0, 0.7, 0, 1)),
                List.of(new SamplingFilter(1, 0, 1, 0.1, 1)),
                List.of(penalty),
                List.of(new SamplingFilter(1.5, 0, 1, 0, 0.7)),
                List.of(all),
                List.of(all, SamplingFilter.temperature(0)),
                List.of(SamplingFilter.temperature(0.5), penalty),
                List.of(SamplingFilter.NONE.withPenalties(0.8, 0)),
                List.of(SamplingFilter.NONE, all.withPenalties(-0.4, 0.7)));
        TokenRules rules = new TokenRules(Map.of(2L, 1.5, 9L, -0.75), 2, List.of(4L, 5L, 6L, 7L));
        return filters.stream()
                .flatMap(filter -> Stream.of(ScoreOptions.OutsideSupport.values())
                        .flatMap(outside -> Stream.of(
                                Arguments.of(filter, TokenRules.NONE, outside, false, 0.0),
                                Arguments.of(filter, rules, outside, true, 3.0))));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void agreesWithPlainLoops(
            List<SamplingFilter> filters,
            TokenRules rules,
            ScoreOptions.OutsideSupport outside,
            boolean bias,
            double softcap) {
        for (int round = 0; round < 3; round++) {
            Problem problem = Problem.random(filters, rules, bias, softcap, round);
            HeadFixture.Loaded loaded = problem.fixture().load(manager);
            TokenScores scores = score(problem, loaded, outside);
            List<boolean[]> supports = problem.supports(outside);

            assertLogProbs(scores.logProbs(), problem.logProbs(problem.fixture(), supports));
            assertClose("entropies", scores.entropies(), problem.entropies(problem.fixture(), supports), RTOL_FP32);
            NDArray gradHidden = scores.backward(
                    Tensors.of(manager, problem.up(), BATCH, LENGTH),
                    Tensors.of(manager, problem.upEntropy(), BATCH, LENGTH));
            HeadFixture.Gradients expected = problem.fixture().gradients(f -> problem.loss(f, supports));
            assertClose("grad hidden", gradHidden, expected.hidden(), RTOL_FP32);
            assertClose("grad weight", loaded.gradWeight(), expected.weight(), RTOL_FP32);
            assertClose("grad bias", loaded.gradBias(), expected.bias(), RTOL_FP32);
        }
    }

    /** The support's program on filters that are off, which only rows of different temperature force. */
    @Test
    void withFiltersOffItIsTheHeadKernel() {
        List<SamplingFilter> perRow = List.of(SamplingFilter.temperature(0.7), SamplingFilter.temperature(1.4));
        Problem problem = Problem.random(perRow, TokenRules.NONE, true, 2, 0);
        NDArray up = Tensors.of(manager, problem.up(), BATCH, LENGTH);
        NDArray upEntropy = Tensors.of(manager, problem.upEntropy(), BATCH, LENGTH);
        HeadFixture.Loaded loaded = problem.fixture().load(manager);
        TokenScores support = score(problem, loaded, ScoreOptions.OutsideSupport.KEEP_TARGET);
        float[] gradHidden = support.backward(up, upEntropy).toFloatArray();

        for (int b = 0; b < BATCH; b++) {
            HeadFixture.Loaded other = problem.fixture().load(manager);
            TokenScores head = TokenScores.of(
                    other.head(),
                    new HeadInput(other.hidden(), ids(problem)),
                    ScoreOptions.of(perRow.get(b)).withEntropy(),
                    manager);
            assertClose("log-probs", row(support.logProbs(), b), row(head.logProbs(), b), RTOL_FP32);
            assertClose("entropies", row(support.entropies(), b), row(head.entropies(), b), RTOL_FP32);
            assertClose("log-norms", row(support.logNormalisers(), b), row(head.logNormalisers(), b), RTOL_FP32);
            double[] expected = Tensors.doubles(head.backward(up, upEntropy));
            int size = expected.length / BATCH;
            double[] actual = IntStream.range(b * size, (b + 1) * size)
                    .mapToDouble(i -> gradHidden[i])
                    .toArray();
            assertClose("grad hidden", actual, Arrays.copyOfRange(expected, b * size, (b + 1) * size), RTOL_FP32);
        }
    }

    @Test
    void aTokenOutsideTheSupportIsKeptOrImpossible() {
        HeadFixture fixture = new HeadFixture(1, 1, 1, 3, new double[] {1}, new double[] {3, -7, -5}, null, 0);
        HeadFixture.Loaded loaded = fixture.load(manager);
        HeadInput input = new HeadInput(loaded.hidden(), Tensors.ofLongs(manager, new long[] {2}, 1, 1));
        SamplingFilter best = new SamplingFilter(1, 1, 1, 0, 1);
        TokenScores kept = TokenScores.of(loaded.head(), input, ScoreOptions.of(best), manager);
        ScoreOptions strict = new ScoreOptions(
                List.of(best),
                List.of(TokenRules.NONE),
                0,
                null,
                ScoreOptions.OutsideSupport.MINUS_INFINITY,
                false,
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
        TokenScores impossible = TokenScores.of(loaded.head(), input, strict, manager);

        assertClose("kept", kept.logProbs(), new double[] {-8 - Math.log1p(Math.exp(-8))}, RTOL_FP32);
        assertThat(impossible.logProbs().getFloat(0, 0)).isEqualTo(Float.NEGATIVE_INFINITY);
        NDArray gradient = impossible.backward(Tensors.of(manager, new double[] {1}, 1, 1), null);
        assertThat(gradient.toFloatArray()).containsExactly(0f);
        assertThat(loaded.gradWeight()).containsOnly(0);
    }

    private TokenScores score(Problem problem, HeadFixture.Loaded loaded, ScoreOptions.OutsideSupport outside) {
        long[] positions = new long[BATCH * LENGTH];
        Arrays.setAll(positions, i -> PROMPT + i % LENGTH);
        NDArray where = Tensors.ofLongs(manager, positions, BATCH, LENGTH);
        NDArray begins = where.mul(0).add(PROMPT);
        SeenTokens seen = new SeenTokens(TokenIds.of(problem.text()).toArray(manager), where, begins);
        ScoreOptions options = new ScoreOptions(
                problem.filters(),
                List.of(problem.rules()),
                0,
                seen,
                outside,
                true,
                0,
                ScoreOptions.DEFAULT_CHUNK_BYTES);
        return TokenScores.of(loaded.head(), new HeadInput(loaded.hidden(), ids(problem)), options, manager);
    }

    private NDArray ids(Problem problem) {
        long[] ids = new long[BATCH * LENGTH];
        Arrays.setAll(ids, problem::target);
        return Tensors.ofLongs(manager, ids, BATCH, LENGTH);
    }

    private static double[] row(NDArray array, int b) {
        return Arrays.copyOfRange(Tensors.doubles(array), b * LENGTH, (b + 1) * LENGTH);
    }

    private static void assertLogProbs(NDArray actual, double[] expected) {
        double[] finite = Tensors.doubles(actual);
        double[] finiteExpected = expected.clone();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i] == Double.NEGATIVE_INFINITY) {
                assertThat(finite[i]).as("log-prob %d", i).isEqualTo(Double.NEGATIVE_INFINITY);
                finite[i] = 0;
                finiteExpected[i] = 0;
            }
        }
        assertClose("log-probs", finite, finiteExpected, RTOL_FP32);
    }
}
