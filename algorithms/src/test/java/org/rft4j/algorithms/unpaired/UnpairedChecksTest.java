package org.rft4j.algorithms.unpaired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.algorithms.unpaired.StepBench.Outcome;
import org.rft4j.algorithms.unpaired.StepBench.Padding;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.InvalidInputException;

/** Numbers that were worked out by hand, limits in which one method is another, and what is refused. */
class UnpairedChecksTest {
    /** Seven digits, and columns that are floats. */
    private static final double DIGITS = 1e-6;

    private static final double TOLERANCE_F32 = 1e-5;

    private static final double LOG_2 = Math.log(2);

    private static final int[] EACH_ALONE = {0, 1};
    private static final int[] TOGETHER = {0, 0};

    private static StepRows labelled(double desirable, double undesirable) {
        return StepRows.ofRatios(EACH_ALONE, desirable, undesirable).withNumbers(TokenColumn.LABEL, 1, 0);
    }

    /** A desirable and an undesirable answer, and for each a mismatched one. */
    private static StepRows mismatched(double desirable, double first, double undesirable, double second) {
        return StepRows.ofRatios(new int[] {0, 0, 1, 1}, desirable, first, undesirable, second)
                .withNumbers(TokenColumn.LABEL, 1, 1, 0, 0)
                .withNumbers(TokenColumn.COMPARED, 0, 1, 0, 1);
    }

    private static StepRows rewarded(double[] rewards, double... ratios) {
        return StepRows.ofRatios(new int[ratios.length], ratios).withNumbers(TokenColumn.REWARD, rewards);
    }

    private static Kto halos(double desirable, double undesirable) {
        return new Kto(
                KtoOptions.DEFAULT.withZeroPoint(ZeroPoint.MEAN_OF_NONZERO).withWeights(desirable, undesirable));
    }

    static Stream<Arguments> checks() {
        KtoOptions kto = KtoOptions.DEFAULT;
        StepRows half = mismatched(1, 0.2, -1, 0.8); // z0 = 0.5
        double[] oneAndNothing = {1, 0};
        StepRows pair = StepRows.ofRatios(TOGETHER, 1, -1);
        return Stream.of(
                Arguments.of("KTO", new Kto(kto), half, 0.4750364),
                Arguments.of("KTO, desirable", new Kto(kto.withWeights(1, 0)), half, 0.4875026 / 2),
                Arguments.of("KTO, undesirable", new Kto(kto.withWeights(0, 1)), half, 0.4625702 / 2),
                Arguments.of("KTO, policy = reference", new Kto(kto.withWeights(3, 1)), mismatched(0, 0, 0, 0), 1.0),
                Arguments.of("KTO, beta to 0", new Kto(kto.withBeta(1e-12)), half, 0.5),
                Arguments.of("KTO, mean below 0 is 0", new Kto(kto.withWeights(2, 0)), mismatched(0, -3, 0, 1), 0.5),
                Arguments.of("HALOs, mean below 0 is 0", halos(2, 0), mismatched(0, -3, 0, 1), 0.5),
                Arguments.of("HALOs", UnpairedPresets.ktoHalos(), mismatched(1, 0, -1, 1), 0.4750830),
                Arguments.of("KTO, u = z0", new Kto(kto.withBeta(7)), mismatched(0.5, 0, 0.5, 1), 0.5),
                Arguments.of("BCO", new Bco(Bco.Options.DEFAULT), labelled(1, -1), 0.6443967),
                Arguments.of("BCO, policy = reference", new Bco(Bco.Options.DEFAULT), labelled(0, 0), LOG_2),
                Arguments.of("AOT of one pair is DPO", UnpairedPresets.aot(), pair, 0.5981389),
                Arguments.of("unpaired AOT of one pair is DPO", UnpairedPresets.aotUnpaired(), pair, 0.5981389),
                Arguments.of("AOT is cDPO", new Aot(new Aot.Options(Aot.Sorted.MARGINS, 0.1, 0.1)), pair, 0.6181389),
                Arguments.of("AOT is cDPO", new Aot(new Aot.Options(Aot.Sorted.LOG_RATIOS, 0.1, 0.1)), pair, 0.6181389),
                Arguments.of(
                        "HyPO without answers is DPO",
                        new Hypo(0.1, 5),
                        pair.withNumbers(Hypo.ONLINE, 0, 0),
                        0.5981389),
                Arguments.of("CoPG", new CoPg(0.5), rewarded(oneAndNothing, 0.2, -0.1), -0.2775),
                Arguments.of(
                        "PRDP",
                        new Prdp(0.5, 1),
                        rewarded(oneAndNothing, 0.2, -0.1).with(TokenColumn.OLD_LOG_PROB, new double[][] {
                            {0, -2.8}, {0, -3.1}
                        }),
                        2.89));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("checks")
    void values(String name, Objective objective, StepRows rows, double loss) {
        assertThat(StepBench.run(objective, rows).loss()).isCloseTo(loss, within(DIGITS));
    }

    @Test
    void gradientOfCoPgAndItsOptimum() {
        double[] rewards = {1, 0};
        Outcome outcome = StepBench.run(new CoPg(0.5), rewarded(rewards, 0.2, -0.1));
        assertThat(outcome.gradient()[0][1]).isCloseTo(-0.85, within(DIGITS));
        assertThat(outcome.gradient()[1][1]).isCloseTo(0.85, within(DIGITS));
        Outcome optimum = StepBench.run(new CoPg(0.5), rewarded(rewards, 1.7, -0.3));
        assertThat(optimum.gradient()[0][1]).isCloseTo(0, within(DIGITS));
        assertThat(optimum.loss()).isCloseTo(-1, within(DIGITS)); // -D^2 / (2 beta)
    }

    /** Two answers with log-ratios 0.6 and -0.2 and lambda 0.1: the weights of the reference, in a mean of two. */
    @Test
    void weightsOfHypo() {
        StepRows drawn = StepRows.ofRatios(TOGETHER, 0.6, -0.2).withNumbers(Hypo.ONLINE, 1, 1);
        Outcome outcome = StepBench.run(new Hypo(0.1, 0.1), drawn);
        assertThat(outcome.gradient()[0][1]).isCloseTo(0.08 / 2, within(DIGITS));
        assertThat(outcome.gradient()[1][1]).isCloseTo(-0.08 / 2, within(DIGITS));
        assertThat(outcome.loss()).isCloseTo(0.1 * 0.2, within(DIGITS));
        StepRows equal = StepRows.ofRatios(TOGETHER, 0.6, 0.6).withNumbers(Hypo.ONLINE, 1, 1);
        assertThat(StepBench.run(new Hypo(0.1, 0.1), equal).gradient()[0][1]).isCloseTo(0, within(DIGITS));
        StepRows alone = StepRows.ofRatios(new int[1], 0.6).withNumbers(Hypo.ONLINE, 1);
        assertThat(StepBench.run(new Hypo(0.1, 0.1), alone).gradient()[0][1]).isCloseTo(0.06, within(DIGITS));
    }

    @Test
    void hypoWithoutLambdaIsDpoWhateverIsDrawn() {
        StepRows rows = StepRows.ofRatios(new int[] {0, 0, 1, 1}, 1, -1, 5, 2).withNumbers(Hypo.ONLINE, 0, 0, 1, 1);
        Outcome outcome = StepBench.run(new Hypo(0.1, 0), rows);
        assertThat(outcome.loss()).isCloseTo(0.5981389, within(DIGITS));
        assertThat(outcome.gradient()[0][1]).isCloseTo(-0.0450166, within(DIGITS));
        assertThat(outcome.gradient()[2][1]).isZero();
    }

    /** The printed direction, halfway to tau: (r - b) - tau v of each, over k. */
    @ParameterizedTest
    @CsvSource({"MEAN, 0.5", "LOG_MEAN_EXP, 0.7168904"})
    void kimi(MirrorDescent.Baseline baseline, double compared) {
        StepRows start = rewarded(new double[] {1, 0}, 0.4, -0.3).with(TokenColumn.OLD_LOG_PROB, new double[][] {
            {0, -2.6}, {0, -3.3}
        });
        double[][] gradient =
                StepBench.run(new MirrorDescent(0.5, baseline), start).gradient();
        assertThat(gradient[0][1]).isCloseTo(-(1 - compared) / 2, within(DIGITS));
        assertThat(gradient[1][1]).isCloseTo(compared / 2, within(DIGITS));
        StepRows moved = start.moved(0, 1, 0.2);
        assertThat(StepBench.run(new MirrorDescent(0.5, baseline), moved).gradient()[0][1])
                .isCloseTo(-(1 - compared - 0.5 * 0.2) / 2, within(DIGITS));
    }

    @Test
    void prdpWithoutBoundIsCoPgTimesTwoOverBetaAndAConstant() {
        StepRows rows = StepRows.read("groups").rows(0, 1, 2, 3, 4, 5, 6, 7, 8);
        double beta = 0.7;
        Outcome prdp = StepBench.run(new Prdp(beta, Double.POSITIVE_INFINITY), rows);
        Outcome copg = StepBench.run(new CoPg(beta), rows);
        for (int row = 0; row < 9; row++) {
            for (int t = 0; t < prdp.gradient()[row].length; t++) {
                assertThat(prdp.gradient()[row][t]).isCloseTo(2 / beta * copg.gradient()[row][t], within(DIGITS));
            }
        }
        // the mean of (D / beta)^2: three pairs of 1, 0, 0.25; one of equals; six of -1, 2, 0.75, 2
        double first = (1 + 0.5625 + 0.0625) / 3;
        double last = (9 + 3.0625 + 9 + 1.5625 + 0 + 1.5625) / 6;
        double constant = (first + 0 + last) / 3 / (beta * beta);
        assertThat(prdp.loss()).isCloseTo(2 / beta * copg.loss() + constant, within(DIGITS));
    }

    @Test
    void coPgIsFourTimesKimiWhereLogRatiosAddUpToZero() {
        double[] rewards = {1, 0};
        StepRows rows = rewarded(rewards, 0.3, -0.3).with(TokenColumn.OLD_LOG_PROB, new double[][] {{0, -3}, {0, -3}});
        double[][] copg = StepBench.run(new CoPg(0.5), rows).gradient();
        double[][] kimi = StepBench.run(UnpairedPresets.kimi(0.5), rows).gradient();
        assertThat(copg[0][1]).isCloseTo(4 * kimi[0][1], within(DIGITS));
        assertThat(copg[1][1]).isCloseTo(4 * kimi[1][1], within(DIGITS));
    }

    /** Two desirable answers and no other: what is told of the others is not a number. */
    @Test
    void meansOverNothingAreNoNumbers() {
        StepRows rows = labelled(1, 3).withNumbers(TokenColumn.LABEL, 1, 1);
        Objective objective = UnpairedPresets.apoZeroUnpaired();
        Outcome told = StepBench.run(
                objective, rows, StepBench.window(objective, rows), DataType.FLOAT32, Padding.RIGHT, EACH_ALONE);
        assertThat(told.metric("rewards/chosen")).isCloseTo(0.2, within(TOLERANCE_F32));
        assertThat(told.metric("rewards/rejected")).isNaN();
        assertThat(told.metric("rewards/margins")).isNaN();
        assertThat(told.metric("kto/weight_ratio")).isInfinite();
        assertThat(told.metric("count/chosen")).isEqualTo(2);
        assertThat(told.metric("count/rejected")).isZero();
    }

    /** Where all mismatched rows of a step were dropped there is nothing to take a mean of. */
    @Test
    void aStepWithoutMismatchedRowsHasTheZeroPointZeroAndSaysSo() {
        StepRows rows = labelled(0, 0).withNumbers(TokenColumn.COMPARED, 0, 0);
        for (Kto kto : new Kto[] {UnpairedPresets.kto(), UnpairedPresets.ktoHalos()}) {
            Outcome told =
                    StepBench.run(kto, rows, StepBench.window(kto, rows), DataType.FLOAT32, Padding.RIGHT, EACH_ALONE);
            assertThat(told.loss()).isCloseTo(0.5, within(TOLERANCE_F32));
            assertThat(told.metric("kto/compared_rows")).isZero();
        }
        assertThatThrownBy(() -> UnpairedPresets.kto().window(labelled(0, 0).window(Needs.CurrentLogProbs.COMPARED)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "column 'compared' of a step was absent, must be there; let the arrangement give it to each row,"
                                + " or needs() ask for it");
    }

    static Stream<Arguments> refused() {
        KtoOptions kto = KtoOptions.DEFAULT;
        return Stream.of(
                refusal(() -> kto.withBeta(0), "beta was 0.0, must be finite and above 0; begin with 0.1"),
                refusal(
                        () -> kto.withWeights(-1, 1),
                        "desirableWeight was -1.0, must be finite and at least 0; use 1, or more for the rarer label"),
                refusal(
                        () -> kto.withWeights(1, Double.POSITIVE_INFINITY),
                        "undesirableWeight was Infinity, must be finite and at least 0; use 1, or more for the rarer label"),
                refusal(
                        () -> new Bco.Options(Double.NaN, Bco.Delta.AFTER_USE),
                        "beta was NaN, must be finite and above 0; begin with 0.1"),
                refusal(
                        () -> new Aot.Options(Aot.Sorted.MARGINS, 0, 0),
                        "beta was 0.0, must be finite and above 0; begin with 0.1"),
                refusal(
                        () -> new Aot.Options(Aot.Sorted.MARGINS, 1, 0.5),
                        "labelSmoothing was 0.5, must be at least 0 and below 0.5; use 0 where labels are right"),
                refusal(
                        () -> new Aot.Options(Aot.Sorted.MARGINS, 1, -0.1),
                        "labelSmoothing was -0.1, must be at least 0 and below 0.5; use 0 where labels are right"),
                refusal(
                        () -> new CoPg(0),
                        "beta was 0.0, must be finite and above 0; the paper scans it, from 0.01 to 1 for rewards around 1"),
                refusal(() -> new Prdp(0, 1), "beta was 0.0, must be finite and above 0; scan it from 0.01 to 1"),
                refusal(() -> new Prdp(1, 0), "epsilon was 0.0, must be above 0; use infinity for no bound"),
                refusal(() -> UnpairedPresets.kimi(0), "tau was 0.0, must be finite and above 0; begin with 0.1"),
                refusal(() -> new Hypo(0, 1), "beta was 0.0, must be finite and above 0; begin with 0.1"),
                refusal(() -> new Hypo(1, -1), "lambda was -1.0, must be finite and at least 0; 0 is DPO"),
                refusal(
                        () -> StepBench.run(new Hypo(1, 1), labelled(0, 0).withNumbers(Hypo.ONLINE, 0, 1)),
                        "answers of unit 0 of hypo, which are no drawn ones was 1, must be 2, a chosen and a rejected one;"
                                + " give drawn answers the column 'online'"),
                refusal(
                        () -> StepBench.run(UnpairedPresets.aot(), labelled(0, 0)),
                        "units of rows of aot was [0, 1], must be of 2 rows each, which follow one another; arrange a chosen"
                                + " and a rejected answer in each unit"),
                refusal(
                        () -> StepBench.run(UnpairedPresets.aot(), StepRows.ofRatios(new int[4], 0, 0, 0, 0)),
                        "units of rows of aot was [0, 0, 0, 0], must be of 2 rows each, which follow one another; arrange a"
                                + " chosen and a rejected answer in each unit"),
                refusal(
                        () -> UnpairedPresets.aot()
                                .window(StepRows.ofRatios(TOGETHER, 0, 0).window(Needs.CurrentLogProbs.NONE)),
                        "current log-probs of a step was absent, must be there; let needs() ask for them"));
    }

    private static Arguments refusal(Supplier<Object> what, String message) {
        return Arguments.of(what, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refused")
    void whatMakesNoSenseIsRefused(Supplier<Object> what, String message) {
        assertThatThrownBy(what::get).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }

    @Test
    void whatTheyAreCalledAndNeed() {
        Needs reference = Needs.NOTHING_MORE.withReference(true);
        Map<Objective, Map.Entry<String, Needs>> expected = Map.of(
                UnpairedPresets.kto(),
                Map.entry("kto", reference.withCurrentLogProbs(Needs.CurrentLogProbs.COMPARED)),
                UnpairedPresets.apoZeroUnpaired(),
                Map.entry("apo_zero_unpaired", reference),
                UnpairedPresets.bco(),
                Map.entry("bco", reference.withCurrentLogProbs(Needs.CurrentLogProbs.ALL)),
                new Bco(new Bco.Options(1, Bco.Delta.AFTER_USE)),
                Map.entry("bco", reference),
                UnpairedPresets.aot(),
                Map.entry("aot", reference.withCurrentLogProbs(Needs.CurrentLogProbs.ALL)),
                UnpairedPresets.aotUnpaired(),
                Map.entry("aot_unpaired", reference.withCurrentLogProbs(Needs.CurrentLogProbs.ALL)),
                new CoPg(1),
                Map.entry("copg", reference),
                new Prdp(1, 1),
                Map.entry("prdp", reference.withOldLogProbs(Needs.OldLogProbs.ROUND_START)),
                UnpairedPresets.kimi(1),
                Map.entry("mirror_descent", Needs.ratio(Needs.OldLogProbs.ROUND_START)),
                new Hypo(1, 1),
                Map.entry("hypo", reference));
        expected.forEach((objective, told) -> {
            assertThat(objective.name()).isEqualTo(told.getKey());
            assertThat(objective.needs()).as(told.getKey()).isEqualTo(told.getValue());
            assertThat(objective.weights().of(new int[] {2, 4})).containsExactly(0.5, 0.5);
        });
    }
}
