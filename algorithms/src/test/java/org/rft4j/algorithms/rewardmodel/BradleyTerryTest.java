package org.rft4j.algorithms.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.algorithms.rewardmodel.TextRows.Outcome;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.engine.InvalidInputException;

class BradleyTerryTest {
    private static final double TOLERANCE_F64 = 1e-12;
    private static final double TOLERANCE_F32 = 1e-6;
    private static final double TOLERANCE_REFERENCE = 5e-8;
    private static final double STEP = 1e-6;
    private static final double TOLERANCE_DIFFERENCES = 1e-8;
    private static final JsonNode GOLDEN = TextRows.golden();
    private static final BradleyTerry PLAIN = new BradleyTerry(BradleyTerry.Options.DEFAULT);
    private static final int[] ALL = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

    static Stream<Arguments> cases() {
        BradleyTerry.Options plain = BradleyTerry.Options.DEFAULT;
        return Stream.of(
                Arguments.of("plain", plain),
                Arguments.of("margin", plain),
                Arguments.of("centred", plain.withCentring(0.01)),
                Arguments.of("margin, centred", plain.withCentring(0.3)),
                Arguments.of("smoothed", plain.withNoise(new LabelNoise.Smoothed(0.1))),
                Arguments.of("flipped", plain.withNoise(new LabelNoise.Flipped(0.2))),
                Arguments.of(
                        "flipped, margin, centred", plain.withCentring(0.02).withNoise(new LabelNoise.Flipped(0.1))),
                Arguments.of(
                        "smoothed, margin, centred",
                        plain.withCentring(0.02).withNoise(new LabelNoise.Smoothed(0.25))));
    }

    private static TextRows rows(String name) {
        TextRows rows = TextRows.pairs(TextRows.numbers(GOLDEN.required("rewards")));
        return name.contains("margin") ? rows.with(TokenColumn.MARGIN, twice(GOLDEN.required("margins"))) : rows;
    }

    private static double[] twice(JsonNode ofPairs) {
        double[] ofTexts = new double[2 * ofPairs.size()];
        for (int row = 0; row < ofTexts.length; row++) {
            ofTexts[row] = ofPairs.get(row / 2).doubleValue();
        }
        return ofTexts;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void lossGradientAndMetricsAreThoseOfPyTorch(String name, BradleyTerry.Options options) {
        JsonNode expected = GOLDEN.required("bradleyTerry").required(name);
        Outcome exact = rows(name).run(new BradleyTerry(options));
        assertThat(exact.loss()).isCloseTo(expected.required("loss").doubleValue(), within(TOLERANCE_F64));
        assertThat(exact.gradient())
                .containsExactly(TextRows.numbers(expected.required("gradient")), within(TOLERANCE_F64));
        Outcome single = rows(name).run(new BradleyTerry(options), DataType.FLOAT32, ALL);
        assertThat(single.metrics()).hasSize(expected.required("metrics").size());
        expected.required("metrics")
                .properties()
                .forEach(metric -> assertThat(single.metric(metric.getKey()))
                        .as(metric.getKey())
                        .isCloseTo(metric.getValue().doubleValue(), within(TOLERANCE_F32)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void gradientsAreDifferences(String name, BradleyTerry.Options options) {
        BradleyTerry objective = new BradleyTerry(options);
        TextRows rows = rows(name);
        double[] gradient = rows.run(objective).gradient();
        for (int row = 0; row < gradient.length; row++) {
            double[] above = rows.rewards().clone();
            double[] below = rows.rewards().clone();
            above[row] += STEP;
            below[row] -= STEP;
            double slope = (rows.withRewards(above).run(objective).loss()
                            - rows.withRewards(below).run(objective).loss())
                    / (2 * STEP);
            assertThat(slope).as("text " + row).isCloseTo(gradient[row], within(TOLERANCE_DIFFERENCES));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void neitherSplitNorOrderNorPaddingMatters(String name, BradleyTerry.Options options) {
        BradleyTerry objective = new BradleyTerry(options);
        TextRows rows = rows(name);
        Outcome whole = rows.run(objective);
        int[][] split = {{8, 9, 0, 1}, {6, 7}, {2, 3, 4, 5}};
        requireSame(rows.run(objective, DataType.FLOAT64, split), whole);
        requireSame(rows.paddedOnTheLeft().run(objective), whole);
        Outcome told = rows.run(objective, DataType.FLOAT32, ALL);
        Outcome toldInParts = rows.run(objective, DataType.FLOAT32, split);
        told.metrics()
                .forEach((metric, number) -> assertThat(toldInParts.metric(metric))
                        .as(metric)
                        .isCloseTo(number.value(), within(TOLERANCE_F32)));
    }

    private static void requireSame(Outcome found, Outcome expected) {
        assertThat(found.loss()).isCloseTo(expected.loss(), within(TOLERANCE_F64));
        assertThat(found.gradient()).containsExactly(expected.gradient(), within(TOLERANCE_F64));
    }

    /** Rewards 1 and 0: the number of the reference. */
    @Test
    void thePairOfTheReference() {
        assertThat(TextRows.pairs(1, 0).run(PLAIN).loss()).isCloseTo(.3132617, within(TOLERANCE_REFERENCE));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "0, 1", "-3.5, 2.25", "0.5, 0.5"})
    void withoutMarginItIsTheLogarithmOfExponentials(double chosen, double rejected) {
        double naive = Math.log(1 + Math.exp(rejected - chosen));
        assertThat(TextRows.pairs(chosen, rejected).run(PLAIN).loss()).isCloseTo(naive, within(TOLERANCE_F64));
    }

    @Test
    void limits() {
        TextRows rows = rows("plain");
        Outcome plain = rows.run(PLAIN);
        for (LabelNoise none : new LabelNoise[] {new LabelNoise.Smoothed(0), new LabelNoise.Flipped(0)}) {
            requireSame(rows.run(new BradleyTerry(BradleyTerry.Options.DEFAULT.withNoise(none))), plain);
        }
        requireSame(rows.with(TokenColumn.MARGIN, new double[10]).run(PLAIN), plain);
        assertThat(TextRows.pairs(2, 2).run(PLAIN).loss()).isCloseTo(Math.log(2), within(TOLERANCE_F64));
        double[] moved = rows.rewards().clone();
        for (int row = 0; row < moved.length; row++) {
            moved[row] += 7;
        }
        requireSame(rows.withRewards(moved).run(PLAIN), plain);
    }

    /** Labels that are wrong with the known probability give, in the mean, the loss of right ones. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCorrectionForFlipsIsRightInTheMean(boolean margin) {
        double p = 0.3;
        BradleyTerry corrected = new BradleyTerry(BradleyTerry.Options.DEFAULT.withNoise(new LabelNoise.Flipped(p)));
        TextRows right = TextRows.pairs(1.25, -0.5);
        TextRows wrong = TextRows.pairs(-0.5, 1.25);
        if (margin) {
            right = right.with(TokenColumn.MARGIN, 0.75, 0.75);
            wrong = wrong.with(TokenColumn.MARGIN, 0.75, 0.75);
        }
        double mean =
                (1 - p) * right.run(corrected).loss() + p * wrong.run(corrected).loss();
        assertThat(mean).isCloseTo(right.run(PLAIN).loss(), within(TOLERANCE_F64));
    }

    @Test
    void smoothedLabelsAimAtABoundedMargin() {
        double aim = Math.log(0.9 / 0.1);
        BradleyTerry smoothed = new BradleyTerry(BradleyTerry.Options.DEFAULT.withNoise(new LabelNoise.Smoothed(0.1)));
        assertThat(TextRows.pairs(aim, 0).run(smoothed).gradient()[0]).isCloseTo(0, within(TOLERANCE_F64));
        assertThat(TextRows.pairs(aim + 1, 0).run(smoothed).gradient()[0]).isPositive();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void extremesStayFinite(String name, BradleyTerry.Options options) {
        Outcome outcome = rows(name)
                .withRewards(1e4, -1e4, -1e4, 1e4, 0, 0, 80, -80, 1e-30, -1e-30)
                .run(new BradleyTerry(options), DataType.FLOAT32, ALL);
        assertThat(outcome.loss()).isFinite();
        for (double slope : outcome.gradient()) {
            assertThat(slope).isFinite();
        }
        outcome.metrics()
                .forEach((metric, number) ->
                        assertThat(number.value()).as(metric).isFinite());
    }

    @Test
    void aStepOfTheGradientWidensTheMargin() {
        double[] gradient = TextRows.pairs(0.5, 1).run(PLAIN).gradient();
        assertThat(gradient[0]).isNegative();
        assertThat(gradient[1]).isPositive();
    }

    @Test
    void itSaysWhatItNeedsAndRefusesWhatIsNoPair() {
        assertThat(PLAIN.name()).isEqualTo("bradley-terry");
        assertThat(PLAIN.needs()).isEqualTo(Needs.NOTHING_MORE);
        assertThat(PLAIN.weights().of(new int[] {1, 1})).containsExactly(0.5, 0.5);
        String rule =
                ", must be that of one other row: the chosen text, then the rejected one; arrange preferences with"
                        + " ExampleRows.preferences(...)";
        assertThatThrownBy(() -> TextRows.single(1, 2).run(PLAIN))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("unit of row 1 of a micro-batch was 1" + rule);
        assertThatThrownBy(() -> new TextRows(new double[3], java.util.Map.of(), new int[] {0, 0, 1}, false).run(PLAIN))
                .hasMessage("unit of row 0 of a micro-batch was 0" + rule);
        assertThatThrownBy(
                        () -> new TextRows(new double[4], java.util.Map.of(), new int[] {0, 0, 0, 0}, false).run(PLAIN))
                .hasMessage("unit of row 2 of a micro-batch was 0" + rule);
    }

    @Test
    void optionsAreChecked() {
        for (double centring : new double[] {-0.01, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> BradleyTerry.Options.DEFAULT.withCentring(centring))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "centring was " + centring + ", must be finite and at least 0; use 0.01, or 0 for none");
        }
        for (double share : new double[] {-0.1, 0.5, Double.NaN}) {
            String wayOut =
                    " was " + share + ", must be at least 0 and below 0.5; use 0.1; where most labels are wrong,"
                            + " exchange chosen and rejected";
            assertThatThrownBy(() -> new LabelNoise.Smoothed(share)).hasMessage("share of smoothed labels" + wayOut);
            assertThatThrownBy(() -> new LabelNoise.Flipped(share))
                    .hasMessage("probability of flipped labels" + wayOut);
        }
    }
}
