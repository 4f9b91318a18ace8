package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.engine.testing.Close.RTOL_DIFFERENCES;
import static org.rft4j.engine.testing.Close.RTOL_FP32;
import static org.rft4j.engine.testing.Close.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.BiFunction;
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

/** Whole-distribution losses: against plain loops on random shapes, and their limits. */
class DistributionKernelTest {
    private static final int ROUNDS = 3;
    private static final double STUDENT_TEMPERATURE = 0.8;
    private static final double TEACHER_TEMPERATURE = 1.25;
    private static final DistributionOptions OPTIONS =
            new DistributionOptions(STUDENT_TEMPERATURE, TEACHER_TEMPERATURE, 0, ScoreOptions.DEFAULT_CHUNK_BYTES);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    static Stream<Divergence> divergences() {
        return Stream.of(
                Divergence.forwardKl(),
                Divergence.reverseKl(),
                Divergence.jensenShannon(0.1),
                Divergence.jensenShannon(0.5),
                Divergence.jensenShannon(0.9));
    }

    static Stream<Arguments> divergencesAndRounds() {
        return divergences()
                .flatMap(kind -> Stream.iterate(0, r -> r + 1).limit(ROUNDS).map(round -> Arguments.of(kind, round)));
    }

    /** A student, a teacher of another width, and a gradient to send back. */
    private record Problem(HeadFixture student, HeadFixture teacher, double[] up) {
        static Problem random(int round) {
            KeyedRandom random = Numbers.random("distribution", round);
            HeadFixture student = HeadFixture.random(random, round > 0, round > 1 ? 3 : 0);
            HeadFixture teacher = HeadFixture.random(
                    random.derive("teacher"), round > 1, 0, student.batch(), student.length(), 4, student.vocabulary());
            return new Problem(student, teacher, Numbers.normal(random.derive("up"), student.positions(), 1));
        }

        double[] logP(HeadFixture f, int i) {
            return PlainDistributions.logSoftmax(f.logits(i), STUDENT_TEMPERATURE);
        }

        double[] logQ(int i) {
            return PlainDistributions.logSoftmax(teacher.logits(i), TEACHER_TEMPERATURE);
        }

        double[] values(HeadFixture f, BiFunction<double[], Integer, Double> loss) {
            double[] result = new double[f.positions()];
            Arrays.setAll(result, i -> loss.apply(logP(f, i), i));
            return result;
        }
    }

    @ParameterizedTest
    @MethodSource("divergencesAndRounds")
    void divergencesAgreeWithPlainLoops(Divergence kind, int round) {
        Problem problem = Problem.random(round);
        HeadFixture.Loaded student = problem.student().load(manager);
        HeadFixture.Loaded teacher = problem.teacher().load(manager);
        DistributionKernel kernel = DistributionKernel.divergence(
                kind, student.head(), student.hidden(), teacher.head(), teacher.hidden(), null, OPTIONS, manager);

        assertAgrees(problem, student, kernel, (logP, i) -> PlainDistributions.divergence(kind, logP, problem.logQ(i)));
        assertThat(teacher.gradWeight()).as("the teacher is a constant").containsOnly(0);
    }

    @ParameterizedTest
    @MethodSource("divergencesAndRounds")
    void topKDivergencesAgreeWithPlainLoops(Divergence kind, int round) {
        Problem problem = Problem.random(round);
        int k = 3;
        HeadFixture.Loaded student = problem.student().load(manager);
        HeadFixture.Loaded teacher = problem.teacher().load(manager);
        DistributionOptions teachersOwn =
                new DistributionOptions(TEACHER_TEMPERATURE, 1, 0, ScoreOptions.DEFAULT_CHUNK_BYTES);
        DistributionKernel.TopTokens top =
                DistributionKernel.topTokens(teacher.head(), teacher.hidden(), k, null, teachersOwn, manager);
        DistributionKernel kernel = DistributionKernel.topKDivergence(
                kind, student.head(), student.hidden(), top.tokens(), top.logProbs(), null, OPTIONS, manager);

        long[] ids = top.tokens().toLongArray();
        assertAgrees(problem, student, kernel, (logP, i) -> {
            long[] some = Arrays.copyOfRange(ids, i * k, (i + 1) * k);
            return PlainDistributions.divergence(
                    kind,
                    PlainDistributions.withTail(PlainDistributions.pick(logP, some)),
                    PlainDistributions.withTail(PlainDistributions.pick(problem.logQ(i), some)));
        });
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void sumOfSquaresAgreesWithPlainLoops(int round) {
        Problem problem = Problem.random(round);
        HeadFixture.Loaded student = problem.student().load(manager);
        DistributionKernel kernel =
                DistributionKernel.sumOfSquares(student.head(), student.hidden(), null, OPTIONS, manager);
        assertAgrees(problem, student, kernel, (logP, i) -> PlainDistributions.sumOfSquares(logP));
    }

    /** Ids beyond those that are usable have neither probability nor gradient: all is as under a smaller head. */
    @ParameterizedTest
    @MethodSource("divergences")
    void onlyUsableTokensCount(Divergence kind) {
        Problem problem = Problem.random(2);
        int usable = problem.student().vocabulary() - 2;
        DistributionOptions some = new DistributionOptions(
                STUDENT_TEMPERATURE, TEACHER_TEMPERATURE, usable, ScoreOptions.DEFAULT_CHUNK_BYTES);
        Problem smaller = new Problem(
                firstTokens(problem.student(), usable), firstTokens(problem.teacher(), usable), problem.up());
        HeadFixture.Loaded teacher = problem.teacher().load(manager);
        HeadFixture.Loaded compared = problem.student().load(manager);
        assertAgreesWithin(
                smaller,
                compared,
                DistributionKernel.divergence(
                        kind,
                        compared.head(),
                        compared.hidden(),
                        teacher.head(),
                        teacher.hidden(),
                        null,
                        some,
                        manager),
                (logP, i) -> PlainDistributions.divergence(kind, logP, smaller.logQ(i)));
        HeadFixture.Loaded squared = problem.student().load(manager);
        assertAgreesWithin(
                smaller,
                squared,
                DistributionKernel.sumOfSquares(squared.head(), squared.hidden(), null, some, manager),
                (logP, i) -> PlainDistributions.sumOfSquares(logP));
    }

    private void assertAgreesWithin(
            Problem smaller,
            HeadFixture.Loaded student,
            DistributionKernel kernel,
            BiFunction<double[], Integer, Double> loss) {
        assertClose("values", kernel.values(), smaller.values(smaller.student(), loss), RTOL_FP32);
        NDArray gradHidden = kernel.backward(up(smaller));
        HeadFixture.Gradients expected =
                smaller.student().gradients(f -> Numbers.dot(smaller.up(), smaller.values(f, loss)));
        assertClose("grad hidden", gradHidden, expected.hidden(), RTOL_FP32);
        assertClose(
                "grad weight",
                student.gradWeight(),
                Arrays.copyOf(expected.weight(), student.gradWeight().length),
                RTOL_FP32);
        assertClose(
                "grad bias", student.gradBias(), Arrays.copyOf(expected.bias(), student.gradBias().length), RTOL_FP32);
    }

    private static HeadFixture firstTokens(HeadFixture of, int count) {
        double[] weight = Arrays.copyOf(of.weight(), count * of.width());
        double[] bias = of.bias() == null ? null : Arrays.copyOf(of.bias(), count);
        return new HeadFixture(of.batch(), of.length(), of.width(), count, of.hidden(), weight, bias, of.softcap());
    }

    static Stream<Integer> rounds() {
        return Stream.iterate(0, r -> r + 1).limit(ROUNDS);
    }

    @ParameterizedTest
    @MethodSource("rounds")
    void oneTokenRolloutAgreesWithPlainLoops(int round) {
        Problem problem = Problem.random(round);
        HeadFixture.Loaded student = problem.student().load(manager);
        DistributionKernel kernel = rollout(problem, student, -0.2, 1.5);
        double[][] weights = new double[problem.student().positions()][];
        for (int i = 0; i < weights.length; i++) {
            weights[i] =
                    PlainDistributions.rolloutWeights(problem.logP(problem.student(), i), gold(problem)[i], -0.2, 1.5);
        }
        assertAgrees(problem, student, kernel, (logP, i) -> PlainDistributions.rollout(logP, weights[i]));
    }

    /** With kappa = 1 only the gold token teaches: the gradient is that of DFT, (1 - beta) p(gold) log p(gold). */
    @ParameterizedTest
    @MethodSource("rounds")
    void oneTokenRolloutAtKappaOneIsDftTimesOneMinusBeta(int round) {
        Problem problem = Problem.random(round);
        NDArray up = up(problem);
        for (double beta : new double[] {-0.3, 0, 0.5}) {
            HeadFixture.Loaded student = problem.student().load(manager);
            NDArray gradHidden = rollout(problem, student, beta, 1).backward(up);

            HeadFixture.Loaded dft = problem.student().load(manager);
            TokenScores scores = TokenScores.of(
                    dft.head(),
                    new HeadInput(dft.hidden(), goldArray(problem)),
                    ScoreOptions.of(SamplingFilter.temperature(STUDENT_TEMPERATURE)),
                    manager);
            NDArray expected = scores.backward(scores.logProbs().exp().mul(up).mul(-(1 - beta)), null);
            assertClose("grad hidden", gradHidden, Tensors.doubles(expected), RTOL_FP32);
            assertClose("grad weight", student.gradWeight(), dft.gradWeight(), RTOL_FP32);
        }
    }

    @ParameterizedTest
    @MethodSource("divergences")
    void theSameDistributionIsAtNoDistance(Divergence kind) {
        HeadFixture fixture = HeadFixture.random(Numbers.random("same", 0), true, 2, 2, 3, 5, 20);
        HeadFixture.Loaded student = fixture.load(manager);
        LmHead head = student.head();
        DistributionKernel kernel = DistributionKernel.divergence(
                kind, head, student.hidden(), head, student.hidden(), null, DistributionOptions.plain(), manager);
        NDArray gradient = kernel.backward(kernel.values().onesLike());

        assertClose("value", kernel.values(), new double[6], RTOL_FP32);
        assertClose("grad hidden", gradient, new double[fixture.hidden().length], RTOL_FP32);
        assertClose("grad weight", student.gradWeight(), new double[fixture.weight().length], RTOL_FP32);
    }

    @Test
    void jensenShannonApproachesBothKls() {
        Problem drawn = Problem.random(1);
        Problem problem = new Problem(calm(drawn.student()), calm(drawn.teacher()), drawn.up());
        double tiny = 1e-3; // what is left of the limit is of this size, where no token is nearly impossible
        double[] nearZero = values(problem, Divergence.jensenShannon(tiny));
        double[] nearOne = values(problem, Divergence.jensenShannon(1 - tiny));

        double[] forward = values(problem, Divergence.forwardKl());
        double[] reverse = values(problem, Divergence.reverseKl());
        assertClose("JSD / alpha", scaled(nearZero, 1 / tiny), forward, RTOL_DIFFERENCES * 5);
        assertClose("JSD / (1 - alpha)", scaled(nearOne, 1 / tiny), reverse, RTOL_DIFFERENCES * 5);
    }

    @Test
    void aMaskedPositionIsZeroAndTeachesNothing() {
        Problem problem = Problem.random(2);
        HeadFixture fixture = problem.student();
        double[] mask = new double[fixture.positions()];
        Arrays.setAll(mask, i -> i % 2);
        HeadFixture.Loaded masked = fixture.load(manager);
        HeadFixture.Loaded full = fixture.load(manager);
        NDArray maskArray = Tensors.of(manager, mask, fixture.batch(), fixture.length());
        DistributionKernel some =
                DistributionKernel.sumOfSquares(masked.head(), masked.hidden(), maskArray, OPTIONS, manager);
        DistributionKernel all = DistributionKernel.sumOfSquares(full.head(), full.hidden(), null, OPTIONS, manager);

        assertClose("values", some.values(), Tensors.doubles(all.values().mul(maskArray)), RTOL_FP32);
        NDArray gradient = some.backward(up(problem));
        NDArray expected = all.backward(up(problem).mul(maskArray));
        assertClose("grad hidden", gradient, Tensors.doubles(expected), RTOL_FP32);
        assertClose("grad weight", masked.gradWeight(), full.gradWeight(), RTOL_FP32);
    }

    @Test
    void paddingOfMaskedPositionsMayBeAnything() {
        HeadFixture fixture = HeadFixture.random(Numbers.random("padding", 0), false, 0, 1, 2, 3, 8);
        HeadFixture.Loaded student = fixture.load(manager);
        NDArray ids = Tensors.ofLongs(manager, new long[] {1, 2, -1, -1}, 1, 2, 2);
        NDArray known = Tensors.of(manager, new double[] {-1, -2, 0, 0}, 1, 2, 2);
        NDArray mask = Tensors.of(manager, new double[] {1, 0}, 1, 2);
        DistributionKernel kernel = DistributionKernel.topKDivergence(
                Divergence.forwardKl(),
                student.head(),
                student.hidden(),
                ids,
                known,
                mask,
                DistributionOptions.plain(),
                manager);
        NDArray gathered = DistributionKernel.gatherLogProbs(
                student.head(), student.hidden(), ids, mask, DistributionOptions.plain(), manager);

        assertThat(kernel.values().toFloatArray()[1]).isZero();
        assertThat(gathered.toFloatArray()[2]).isZero();
        assertThat(kernel.backward(kernel.values().onesLike()).toFloatArray()).endsWith(0, 0, 0);
    }

    @Test
    void teachersGiveTheirBestTokensAndAnyOther() {
        Problem problem = Problem.random(1);
        HeadFixture.Loaded loaded = problem.student().load(manager);
        DistributionKernel.TopTokens top =
                DistributionKernel.topTokens(loaded.head(), loaded.hidden(), 4, null, OPTIONS, manager);
        NDArray gathered =
                DistributionKernel.gatherLogProbs(loaded.head(), loaded.hidden(), top.tokens(), null, OPTIONS, manager);

        assertClose("gathered", gathered, Tensors.doubles(top.logProbs()), 0);
        for (int i = 0; i < problem.student().positions(); i++) {
            double[] best = problem.logP(problem.student(), i).clone();
            Arrays.sort(best);
            double[] actual = Arrays.copyOfRange(Tensors.doubles(top.logProbs()), i * 4, (i + 1) * 4);
            double[] expected = {
                best[best.length - 1], best[best.length - 2], best[best.length - 3], best[best.length - 4]
            };
            assertClose("best log-probs", actual, expected, RTOL_FP32);
        }
    }

    private void assertAgrees(
            Problem problem,
            HeadFixture.Loaded student,
            DistributionKernel kernel,
            BiFunction<double[], Integer, Double> loss) {
        assertClose("values", kernel.values(), problem.values(problem.student(), loss), RTOL_FP32);
        NDArray gradHidden = kernel.backward(up(problem));
        HeadFixture.Gradients expected =
                problem.student().gradients(f -> Numbers.dot(problem.up(), problem.values(f, loss)));
        assertClose("grad hidden", gradHidden, expected.hidden(), RTOL_FP32);
        assertClose("grad weight", student.gradWeight(), expected.weight(), RTOL_FP32);
        assertClose("grad bias", student.gradBias(), expected.bias(), RTOL_FP32);
    }

    private double[] values(Problem problem, Divergence kind) {
        HeadFixture.Loaded student = problem.student().load(manager);
        HeadFixture.Loaded teacher = problem.teacher().load(manager);
        return Tensors.doubles(DistributionKernel.divergence(
                        kind,
                        student.head(),
                        student.hidden(),
                        teacher.head(),
                        teacher.hidden(),
                        null,
                        OPTIONS,
                        manager)
                .values());
    }

    private DistributionKernel rollout(Problem problem, HeadFixture.Loaded student, double beta, double kappa) {
        HeadInput input = new HeadInput(student.hidden(), goldArray(problem));
        return DistributionKernel.oneTokenRollout(student.head(), input, beta, kappa, OPTIONS, manager);
    }

    private NDArray up(Problem problem) {
        return Tensors.of(
                manager,
                problem.up(),
                problem.student().batch(),
                problem.student().length());
    }

    private static long[] gold(Problem problem) {
        long[] gold = new long[problem.student().positions()];
        Arrays.setAll(gold, i -> (3L * i + 1) % problem.student().vocabulary());
        return gold;
    }

    private NDArray goldArray(Problem problem) {
        return Tensors.ofLongs(
                manager,
                gold(problem),
                problem.student().batch(),
                problem.student().length());
    }

    private static HeadFixture calm(HeadFixture fixture) {
        return fixture.withHidden(scaled(fixture.hidden(), 0.25));
    }

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(v -> v * factor).toArray();
    }
}
