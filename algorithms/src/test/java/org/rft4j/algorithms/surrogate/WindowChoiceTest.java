package org.rft4j.algorithms.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** Which tokens of an optimiser step Clip-Cov and KL-Cov choose. */
final class WindowChoiceTest {
    /** Inputs are exact in float32; sums of 26 numbers in two orders. */
    private static final double TOLERANCE_F64 = 1e-12;

    private static final Grid GRID = Grid.golden();
    private static final JsonNode GOLDEN = Grid.read("choices");

    @Test
    void covariancesAreThoseOfAllTrainedTokens() {
        double[] found =
                tokens().stream().mapToDouble(WindowTokens.Token::covariance).toArray();
        double[] expected = GOLDEN.required("covariances")
                .valueStream()
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within(TOLERANCE_F64));
        }
    }

    private static List<WindowTokens.Token> tokens() {
        return WindowTokens.of(rows(1)).tokens();
    }

    @Test
    void klCovChoosesTheLargest() {
        KlCov surrogate = new KlCov(GOLDEN.required("klShare").doubleValue(), 0.1);
        assertThat(surrogate.choosesTokens()).isTrue();
        assertThat(places(surrogate.window(rows(1)), "kl_cov_chosen")).isEqualTo(places("klChosen"));
    }

    @Test
    void aShareThatIsTooSmallIsOneToken() {
        assertThat(places(KlCov.VERL.window(rows(1)), "kl_cov_chosen"))
                .hasSize(1)
                .isSubsetOf(places("klChosen"));
        assertThat(places(clipCov(2e-4).window(rows(1)), "clip_cov_left_out"))
                .hasSize(1)
                .isSubsetOf(places("candidates"));
    }

    @Test
    void clipCovDrawsFromTheCandidatesWithoutBias() {
        assertThat(clipCov(1).choosesTokens()).isTrue();
        assertThat(places(clipCov(1).window(rows(1)), "clip_cov_left_out")).isEqualTo(places("candidates"));
        Map<String, Integer> counts = new LinkedHashMap<>();
        Set<Set<String>> pairs = new LinkedHashSet<>();
        for (int seed = 0; seed < 600; seed++) {
            Set<String> two = places(clipCov(0.08).window(rows(seed)), "clip_cov_left_out"); // 2 of 26
            assertThat(two).hasSize(2).isSubsetOf(places("candidates"));
            pairs.add(two);
            two.forEach(place -> counts.merge(place, 1, Integer::sum));
        }
        assertThat(pairs).hasSize(6);
        // 300 expected, standard deviation 12
        assertThat(counts)
                .hasSize(4)
                .allSatisfy((place, count) -> assertThat(count).isBetween(250, 350));
    }

    @Test
    void theSameStepChoosesTheSameTokens() {
        assertThat(places(clipCov(0.08).window(rows(5)), "clip_cov_left_out"))
                .isEqualTo(places(clipCov(0.08).window(rows(5)), "clip_cov_left_out"));
    }

    @Test
    void withoutOldLogProbsNothingIsClippedYet() {
        WindowRows rows = rows(1);
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>(rows.columns());
        columns.remove(TokenColumn.OLD_LOG_PROB);
        WindowRows fresh = new WindowRows(rows.trained(), columns, rows.units(), rows.currentLogProbs(), rows.random());
        assertThat(places(clipCov(1).window(fresh), "clip_cov_left_out"))
                .containsAll(places("candidates"))
                .hasSizeGreaterThan(places("candidates").size());
    }

    @Test
    void otherSurrogatesChooseNothing() {
        assertThat(PpoClip.UNCLIPPED.choosesTokens()).isFalse();
        assertThat(PpoClip.UNCLIPPED.window(rows(1))).isEmpty();
    }

    @Test
    void missingNumbersAreNamed() {
        WindowRows rows = rows(1);
        WindowRows noScores =
                new WindowRows(rows.trained(), rows.columns(), rows.units(), Optional.empty(), rows.random());
        assertThatThrownBy(() -> KlCov.VERL.window(noScores))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "current log-probs of an optimiser step was absent, must be there; let needs() ask for them");
        WindowRows noAdvantages =
                new WindowRows(rows.trained(), Map.of(), rows.units(), rows.currentLogProbs(), rows.random());
        assertThatThrownBy(() -> KlCov.VERL.window(noAdvantages))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("column 'advantage' of an optimiser step was absent, must be there; let the algorithm's"
                        + " estimate() compute it");
    }

    private static ClipCov clipCov(double share) {
        return new ClipCov(
                PpoClip.of(0.2, 0.2),
                share,
                GOLDEN.required("smallest").doubleValue(),
                GOLDEN.required("largest").doubleValue());
    }

    /** The golden batch as rows of different lengths, as an optimiser step has them. */
    private static WindowRows rows(long seed) {
        int[] lengths = {4, 6, 5, 2, 6, 4, 3};
        boolean[][] trained = new boolean[GRID.rows()][];
        for (int row = 0; row < trained.length; row++) {
            trained[row] = new boolean[lengths[row]];
            for (int t = 0; t < lengths[row]; t++) {
                trained[row][t] = GRID.trained(row, t);
            }
        }
        Map<TokenColumn, float[][]> columns = Map.of(
                TokenColumn.ADVANTAGE,
                ragged(Grid.ADVANTAGES, lengths),
                TokenColumn.OLD_LOG_PROB,
                ragged(Grid.OLD, lengths));
        return new WindowRows(
                trained,
                columns,
                new int[trained.length],
                Optional.of(ragged(Grid.LOG_PROBS, lengths)),
                KeyedRandom.ofSeed(seed));
    }

    private static float[][] ragged(String name, int[] lengths) {
        float[][] rows = new float[lengths.length][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = new float[lengths[row]];
            for (int t = 0; t < lengths[row]; t++) {
                rows[row][t] = (float) GRID.get(name)[row][t];
            }
        }
        return rows;
    }

    private static Set<String> places(Map<TokenColumn, float[][]> columns, String name) {
        assertThat(columns.keySet()).containsExactly(new TokenColumn(name));
        float[][] chosen = columns.get(new TokenColumn(name));
        Set<String> places = new TreeSet<>();
        for (int row = 0; row < chosen.length; row++) {
            for (int t = 0; t < chosen[row].length; t++) {
                if (chosen[row][t] != 0) {
                    assertThat(chosen[row][t]).isEqualTo(1);
                    places.add(Arrays.toString(new int[] {row, t}));
                }
            }
        }
        return places;
    }

    private static Set<String> places(String golden) {
        Set<String> places = new TreeSet<>();
        GOLDEN.required(golden)
                .forEach(place -> places.add(Arrays.toString(
                        new int[] {place.get(0).intValue(), place.get(1).intValue()})));
        return places;
    }
}
