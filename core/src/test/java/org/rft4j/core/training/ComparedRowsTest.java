package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.loss.WindowTotals;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.ActivationMemory;

/** Rows that are only compared with are scored before a step and are no part of it. */
class ComparedRowsTest {
    private static final TokenColumn SHIFT = new TokenColumn("shift");
    private static final List<Integer> TRAINED = List.of(0, 2, 3, 5);
    private static final List<Integer> ALL = List.of(0, 1, 2, 3, 4, 5);
    private static final UpdatePlan PLAN =
            new UpdatePlan(1, 1, 10_000, 2, ActivationMemory.KEEP_PRODUCTS, BatchLayout.rightPadded(), true, false);

    private final NativeScope scope = TestEngine.scope();

    @AfterEach
    void free() {
        scope.close();
    }

    /** Rows 1 and 4 are compared with. Old log-probs would spare the pass that is to be seen. */
    private static TrainingBatch batch() {
        TrainingBatch made = TrainedTexts.batch(12, 5, 20, 9, 16, 7);
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>(made.columns());
        columns.remove(TokenColumn.OLD_LOG_PROB);
        columns.put(
                TokenColumn.COMPARED,
                ALL.stream()
                        .map(row -> filled(made.ids().get(row).length, TRAINED.contains(row) ? 0 : 1))
                        .toArray(float[][]::new));
        return new TrainingBatch(
                made.ids(), made.trained(), made.turnStarts(), made.supportSizes(), columns, new int[] {0, 0, 1, 1, 2, 2
                });
    }

    private static float[] filled(int length, float value) {
        float[] numbers = new float[length];
        Arrays.fill(numbers, value);
        return numbers;
    }

    @Test
    void aStepIsThatOfTheOtherRows() {
        Watching with = new Watching(Needs.CurrentLogProbs.COMPARED, 0);
        Watching without = new Watching(Needs.CurrentLogProbs.COMPARED, 0);
        TinyStep.Outcome all = TinyStep.of(scope.manager(), PLAN, with, batch(), ALL);
        all.requireSame(TinyStep.of(scope.manager(), PLAN, without, batch(), TRAINED));
        assertThat(all.metrics()).containsEntry("update/rows", 4.0);
        assertThat(with.rowsRun).isEqualTo(4);
        int tokens = Arrays.stream(batch().trainedTokens(TRAINED)).sum();
        assertThat(with.totals).containsOnly(new WindowTotals(4, tokens, 3));
        assertThat(with.counts).isEqualTo(batch().trainedTokens(TRAINED));
    }

    @ParameterizedTest
    @EnumSource(Needs.CurrentLogProbs.class)
    void theWindowSeesAllRowsAndTheLogProbsThatWereAskedFor(Needs.CurrentLogProbs asked) {
        Watching watching = new Watching(asked, 0);
        TinyStep.of(scope.manager(), PLAN, watching, batch(), ALL);
        WindowRows seen = watching.seen.get(0);
        assertThat(seen.trained()).hasNumberOfRows(6);
        assertThat(seen.units()).containsExactly(0, 0, 1, 1, 2, 2);
        assertThat(seen.columns().get(TokenColumn.COMPARED)[4]).containsOnly(1);
        assertThat(seen.currentLogProbs().isPresent()).isEqualTo(asked != Needs.CurrentLogProbs.NONE);
        for (int row = 0; row < 6 && seen.currentLogProbs().isPresent(); row++) {
            float[] said = seen.currentLogProbs().get()[row];
            boolean scored = asked == Needs.CurrentLogProbs.ALL || !TRAINED.contains(row);
            for (int t = 0; t < said.length; t++) {
                if (scored && batch().trained().get(row)[t]) {
                    assertThat(said[t]).as("row %d, token %d", row, t).isNegative();
                } else {
                    assertThat(said[t]).as("row %d, token %d", row, t).isZero();
                }
            }
        }
    }

    /** What the window makes of compared rows reaches the loss of the others. */
    @Test
    void columnsOfTheWindowReachTheLoss() {
        TinyStep.Outcome plain =
                TinyStep.of(scope.manager(), PLAN, new Watching(Needs.CurrentLogProbs.COMPARED, 0), batch(), ALL);
        TinyStep.Outcome shifted =
                TinyStep.of(scope.manager(), PLAN, new Watching(Needs.CurrentLogProbs.COMPARED, 1), batch(), ALL);
        assertThat(plain.metrics()).containsEntry("shift", 0.0);
        assertThat(shifted.metrics().get("shift")).isLessThan(-1);
    }

    /** Likelihood; the shift is the mean log-prob of compared rows, as KTO's reference point is of that kind. */
    private static final class Watching implements Objective {
        private final Needs.CurrentLogProbs asked;
        private final double factor;
        private final List<WindowRows> seen = new ArrayList<>();
        private final List<WindowTotals> totals = new ArrayList<>();
        private int rowsRun;
        private int[] counts = {};

        Watching(Needs.CurrentLogProbs asked, double factor) {
            this.asked = asked;
            this.factor = factor;
        }

        @Override
        public String name() {
            return "watching";
        }

        @Override
        public Needs needs() {
            return Needs.NOTHING_MORE.withCurrentLogProbs(asked);
        }

        @Override
        public RowWeights weights() {
            return ofRows -> {
                counts = ofRows.clone();
                return TrainedTexts.SEQUENCE_MEAN.of(ofRows);
            };
        }

        @Override
        public Map<TokenColumn, float[][]> window(WindowRows rows) {
            seen.add(rows);
            double sum = 0;
            int tokens = 0;
            for (int n = 0; n < rows.trained().length && rows.currentLogProbs().isPresent(); n++) {
                for (int t = 0; t < rows.trained()[n].length; t++) {
                    sum += rows.currentLogProbs().get()[n][t];
                    tokens += rows.currentLogProbs().get()[n][t] != 0 ? 1 : 0;
                }
            }
            float shift = tokens == 0 ? 0 : (float) (factor * sum / tokens);
            return Map.of(
                    SHIFT,
                    Arrays.stream(rows.trained())
                            .map(row -> filled(row.length, shift))
                            .toArray(float[][]::new));
        }

        @Override
        public LossResult loss(LossInput input) {
            totals.add(input.window());
            rowsRun += (int) input.mask().getShape().get(0);
            LossMetrics metrics = new LossMetrics().share("shift", input.tokenMean(input.column(SHIFT)));
            return new LossResult(input.weighted(input.logProbs().neg()), metrics);
        }
    }
}
