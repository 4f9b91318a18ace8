package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.RTOL_DIFFERENCES;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

/** The head without filters: against plain loops, and what must hold of it whatever the numbers. */
class TokenScoresTest {
    private static final int ROUNDS = 4;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    /** With and without bias, soft cap, temperature and mask, on random shapes. */
    static Stream<Arguments> variants() {
        return IntStream.range(0, ROUNDS)
                .boxed()
                .flatMap(round -> Stream.of(
                        Arguments.of(round, false, 0.0, 1.0, false),
                        Arguments.of(round, true, 0.0, 0.7, false),
                        Arguments.of(round, false, 3.0, 1.0, true),
                        Arguments.of(round, true, 2.0, 1.6, true)));
    }

    /** A problem, its tokens, and a gradient to send back. */
    private record Problem(
            HeadFixture fixture, long[] ids, double @Nullable [] mask, double[] gradLogProb, double[] gradEntropy) {
        static Problem random(int round, boolean bias, double softcap, boolean masked) {
            KeyedRandom random = Numbers.random("scores", round);
            HeadFixture fixture = HeadFixture.random(random, bias, softcap);
            int n = fixture.positions();
            long[] ids = new long[n];
            double[] mask = new double[n];
            for (int i = 0; i < n; i++) {
                ids[i] = Numbers.between(random.derive("ids"), i, 0, fixture.vocabulary() - 1);
                mask[i] = Numbers.between(random.derive("mask"), i, 0, 1);
            }
            return new Problem(
                    fixture,
                    ids,
                    masked ? mask : null,
                    Numbers.normal(random.derive("grad log-prob"), n, 2),
                    Numbers.normal(random.derive("grad entropy"), n, 2));
        }

        HeadInput input(NDManager manager, NDArray hidden) {
            NDArray tokens = Tensors.ofLongs(manager, ids, fixture.batch(), fixture.length());
            return new HeadInput(hidden, tokens, mask == null ? null : positions(manager, mask));
        }

        NDArray positions(NDManager manager, double[] values) {
            return Tensors.of(manager, values, fixture.batch(), fixture.length());
        }

        /** The loss whose gradients are sent back, in plain loops. */
        double plainLoss(HeadFixture f, double temperature) {
            PlainScores twin = new PlainScores(ids, mask, temperature);
            return Numbers.dot(twin.logProbs(f), gradLogProb) + Numbers.dot(twin.entropies(f), gradEntropy);
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void agreesWithPlainLoops(int round, boolean bias, double softcap, double temperature, boolean masked) {
        Problem problem = Problem.random(round, bias, softcap, masked);
        HeadFixture.Loaded loaded = problem.fixture().load(manager);
        TokenScores scores = score(problem, loaded, temperature);
        NDArray gradHidden = backward(problem, scores);

        PlainScores twin = new PlainScores(problem.ids(), problem.mask(), temperature);
        assertClose("log-probs", scores.logProbs(), twin.logProbs(problem.fixture()), RTOL_FP32);
        assertClose("entropies", scores.entropies(), twin.entropies(problem.fixture()), RTOL_FP32);
        HeadFixture.Gradients expected = problem.fixture().gradients(f -> problem.plainLoss(f, temperature));
        assertClose("grad hidden", gradHidden, expected.hidden(), RTOL_FP32);
        assertClose("grad weight", loaded.gradWeight(), expected.weight(), RTOL_FP32);
        assertClose("grad bias", loaded.gradBias(), expected.bias(), RTOL_FP32);
    }

    /** The kernel's own loss, moved both ways along a random direction of hidden states and weight. */
    @ParameterizedTest
    @MethodSource("variants")
    void gradientsAreSlopesOfTheKernelItself(
            int round, boolean bias, double softcap, double temperature, boolean masked) {
        Problem problem = Problem.random(round, bias, softcap, masked);
        HeadFixture fixture = problem.fixture();
        HeadFixture.Loaded loaded = fixture.load(manager);
        double[] gradHidden = Tensors.doubles(backward(problem, score(problem, loaded, temperature)));

        KeyedRandom random = Numbers.random("direction", round);
        double[] alongHidden = Numbers.normal(random.derive(0), fixture.hidden().length, 1);
        double[] alongWeight = Numbers.normal(random.derive(1), fixture.weight().length, 1);
        double step = 4e-3;
        double up = kernelLoss(problem, moved(fixture, alongHidden, alongWeight, step), temperature);
        double down = kernelLoss(problem, moved(fixture, alongHidden, alongWeight, -step), temperature);
        double slope = Numbers.dot(gradHidden, alongHidden) + Numbers.dot(loaded.gradWeight(), alongWeight);
        double size = Math.sqrt(Numbers.dot(gradHidden, gradHidden)) + 1;
        assertClose(
                "slope", new double[] {(up - down) / (2 * step) / size}, new double[] {slope / size}, RTOL_DIFFERENCES);
    }

    private static HeadFixture moved(HeadFixture fixture, double[] hidden, double[] weight, double step) {
        return fixture.withHidden(Numbers.moved(fixture.hidden(), hidden, step))
                .withWeight(Numbers.moved(fixture.weight(), weight, step));
    }

    private double kernelLoss(Problem problem, HeadFixture fixture, double temperature) {
        TokenScores scores = score(problem, fixture.load(manager), temperature);
        return Numbers.dot(Tensors.doubles(scores.logProbs()), problem.gradLogProb())
                + Numbers.dot(Tensors.doubles(scores.entropies()), problem.gradEntropy());
    }

    @Test
    void aMaskIsTheSubArray() {
        Problem problem = Problem.random(1, true, 0, true);
        HeadFixture fixture = problem.fixture();
        double[] mask = Arrays.copyOf(new double[] {0, 1, 1, 0, 1, 0, 1}, fixture.positions());
        mask[0] = 0;
        HeadFixture.Loaded loaded = fixture.load(manager);
        NDArray ids = Tensors.ofLongs(manager, problem.ids(), fixture.batch(), fixture.length());
        NDArray maskArray = problem.positions(manager, mask);
        TokenScores masked = TokenScores.of(
                loaded.head(),
                new HeadInput(loaded.hidden(), ids, maskArray),
                ScoreOptions.plain().withEntropy(),
                manager);
        double[] gradHidden = Tensors.doubles(backward(problem, masked));

        for (int i = 0; i < mask.length; i++) {
            HeadFixture one = fixture.withHidden(
                    Arrays.copyOfRange(fixture.hidden(), i * fixture.width(), (i + 1) * fixture.width()));
            HeadFixture.Loaded alone = new HeadFixture(
                            1, 1, one.width(), one.vocabulary(), one.hidden(), one.weight(), one.bias(), 0)
                    .load(manager);
            TokenScores score = TokenScores.of(
                    alone.head(),
                    new HeadInput(alone.hidden(), Tensors.ofLongs(manager, new long[] {problem.ids()[i]}, 1, 1)),
                    ScoreOptions.plain(),
                    manager);
            double expected = mask[i] == 0 ? 0 : score.logProbs().getFloat(0);
            assertClose(
                    "log-prob", new double[] {masked.logProbs().toFloatArray()[i]}, new double[] {expected}, RTOL_FP32);
            boolean hasGradient =
                    IntStream.range(i * one.width(), (i + 1) * one.width()).anyMatch(j -> gradHidden[j] != 0);
            assertThat(hasGradient).as("gradient at position %d", i).isEqualTo(mask[i] != 0);
        }
    }

    @Test
    void everythingMaskedIsZeroAndHasNoGradient() {
        Problem problem = Problem.random(2, true, 0, false);
        HeadFixture.Loaded loaded = problem.fixture().load(manager);
        NDArray ids = Tensors.ofLongs(
                manager,
                problem.ids(),
                problem.fixture().batch(),
                problem.fixture().length());
        NDArray mask = problem.positions(manager, new double[problem.ids().length]);
        TokenScores scores = TokenScores.of(
                loaded.head(),
                new HeadInput(loaded.hidden(), ids, mask),
                ScoreOptions.plain().withEntropy(),
                manager);

        assertThat(Tensors.doubles(scores.logProbs())).containsOnly(0);
        assertThat(Tensors.doubles(backward(problem, scores))).containsOnly(0);
        assertThat(loaded.gradWeight()).containsOnly(0);
    }

    @Test
    void permutedRowsGivePermutedResultsAndTheSameWeightGradient() {
        HeadFixture fixture = HeadFixture.random(Numbers.random("permuted", 0), false, 0, 3, 2, 4, 11);
        long[] ids = {1, 2, 3, 4, 5, 6};
        double[] upstream = {1, -2, 0.5, 3, -1, 0.25};
        Problem straight = new Problem(fixture, ids, null, upstream, new double[6]);
        HeadFixture.Loaded first = fixture.load(manager);
        TokenScores scores = score(straight, first, 1);
        NDArray gradHidden = backward(straight, scores);

        int[] order = {2, 0, 1};
        HeadFixture.Loaded second = fixture.load(manager);
        TokenScores permuted = TokenScores.of(
                second.head(),
                new HeadInput(rows(second.hidden(), order), rows(Tensors.ofLongs(manager, ids, 3, 2), order)),
                ScoreOptions.plain().withEntropy(),
                manager);
        NDArray permutedGrad = permuted.backward(rows(Tensors.of(manager, upstream, 3, 2), order), null);

        assertClose("log-probs", permuted.logProbs(), Tensors.doubles(rows(scores.logProbs(), order)), RTOL_FP32);
        assertClose("grad hidden", permutedGrad, Tensors.doubles(rows(gradHidden, order)), RTOL_FP32);
        assertClose("grad weight", second.gradWeight(), first.gradWeight(), RTOL_FP32);
    }

    @Test
    void aTemperatureIsADivisionOfTheHiddenStates() {
        Problem problem = Problem.random(3, false, 0, false);
        HeadFixture fixture = problem.fixture();
        TokenScores hot = score(problem, fixture.load(manager), 2);
        double[] halved = Arrays.stream(fixture.hidden()).map(x -> x / 2).toArray();
        TokenScores scaled = score(problem, fixture.withHidden(halved).load(manager), 1);

        assertClose("log-probs", hot.logProbs(), Tensors.doubles(scaled.logProbs()), RTOL_FP32);
        assertClose("entropies", hot.entropies(), Tensors.doubles(scaled.entropies()), RTOL_FP32);
    }

    @Test
    void gradientsAddUpOverCalls() {
        Problem problem = Problem.random(1, true, 0, false);
        HeadFixture.Loaded loaded = problem.fixture().load(manager);
        TokenScores scores = score(problem, loaded, 1);
        NDArray first = backward(problem, scores);
        double[] once = loaded.gradWeight();
        double[] biasOnce = loaded.gradBias();
        NDArray second = backward(problem, scores);

        assertClose("grad hidden", second, Tensors.doubles(first), 0);
        assertClose(
                "grad weight",
                loaded.gradWeight(),
                Arrays.stream(once).map(g -> 2 * g).toArray(),
                RTOL_FP32);
        assertClose(
                "grad bias",
                loaded.gradBias(),
                Arrays.stream(biasOnce).map(g -> 2 * g).toArray(),
                RTOL_FP32);
    }

    @ParameterizedTest
    @MethodSource("floatTypes")
    void aTiedWeightKeepsTheGradientItHas(DataType type) {
        Problem problem = Problem.random(1, false, 0, false);
        HeadFixture fixture = problem.fixture().roundedToBf16();
        HeadFixture.Loaded fresh = fixture.load(manager, type);
        HeadFixture.Loaded tied = fixture.load(manager, type);
        backward(problem, score(problem, fresh, 1));
        NDArray three =
                Tensors.of(manager, type, filled(fixture.weight().length, 3), fixture.vocabulary(), fixture.width());
        org.rft4j.engine.Autograd.backward(tied.head().weight(), three);
        backward(problem, score(problem, tied, 1));

        double[] expected = Arrays.stream(fresh.gradWeight()).map(g -> g + 3).toArray();
        double tolerance = type == DataType.FLOAT32 ? RTOL_FP32 : org.rft4j.engine.testing.Close.RTOL_BF16;
        assertClose("grad weight", tied.gradWeight(), expected, tolerance);
    }

    static Stream<DataType> floatTypes() {
        return Stream.of(DataType.FLOAT32, DataType.BFLOAT16);
    }

    @Test
    void aFrozenWeightGetsNoGradient() {
        Problem problem = Problem.random(1, false, 0, false);
        HeadFixture.Loaded trained = problem.fixture().load(manager);
        NDArray weight = Tensors.of(
                manager,
                problem.fixture().weight(),
                problem.fixture().vocabulary(),
                problem.fixture().width());
        HeadFixture.Loaded frozen = new HeadFixture.Loaded(trained.hidden(), new LmHead(weight));
        NDArray gradHidden = backward(problem, score(problem, frozen, 1));

        assertThat(weight.hasGradient()).isFalse();
        assertClose("grad hidden", gradHidden, Tensors.doubles(backward(problem, score(problem, trained, 1))), 0);
    }

    @Test
    void aTokenSwitchedOffByItsBiasHasNoShareInEntropyAndGradient() {
        HeadFixture fixture = HeadFixture.random(Numbers.random("switched off", 0), true, 0, 2, 3, 4, 9);
        double[] bias = java.util.Objects.requireNonNull(fixture.bias()).clone();
        bias[4] = Double.NEGATIVE_INFINITY;
        HeadFixture.Loaded loaded = fixture.withBias(bias).load(manager);
        double[] upstream = {1, -2, 50, 4, -1e3, 1e6};
        Problem problem = new Problem(fixture.withBias(bias), new long[] {0, 1, 2, 3, 5, 6}, null, upstream, upstream);
        TokenScores scores = score(problem, loaded, 1);
        NDArray gradHidden = backward(problem, scores);

        double[] without = IntStream.range(0, 9)
                .filter(v -> v != 4)
                .boxed()
                .flatMapToDouble(v -> Arrays.stream(fixture.weight(), v * 4, v * 4 + 4))
                .toArray();
        double[] shortBias = IntStream.range(0, 9)
                .filter(v -> v != 4)
                .mapToDouble(v -> bias[v])
                .toArray();
        HeadFixture smaller = new HeadFixture(2, 3, 4, 8, fixture.hidden(), without, shortBias, 0);
        Problem reduced = new Problem(smaller, new long[] {0, 1, 2, 3, 4, 5}, null, upstream, upstream);
        TokenScores expected = score(reduced, smaller.load(manager), 1);
        assertClose("log-probs", scores.logProbs(), Tensors.doubles(expected.logProbs()), RTOL_FP32);
        assertClose("entropies", scores.entropies(), Tensors.doubles(expected.entropies()), RTOL_FP32);
        assertClose("grad hidden", gradHidden, Tensors.doubles(backward(reduced, expected)), RTOL_FP32);
    }

    private TokenScores score(Problem problem, HeadFixture.Loaded loaded, double temperature) {
        ScoreOptions options =
                ScoreOptions.of(SamplingFilter.temperature(temperature)).withEntropy();
        return TokenScores.of(loaded.head(), problem.input(manager, loaded.hidden()), options, manager);
    }

    private NDArray backward(Problem problem, TokenScores scores) {
        return scores.backward(
                problem.positions(manager, problem.gradLogProb()), problem.positions(manager, problem.gradEntropy()));
    }

    private static NDArray rows(NDArray array, int... order) {
        NDList picked = new NDList();
        for (int row : order) {
            picked.add(array.get(row + ":" + (row + 1)));
        }
        return NDArrays.concat(picked);
    }

    private static double[] filled(int count, double value) {
        double[] result = new double[count];
        Arrays.fill(result, value);
        return result;
    }
}
