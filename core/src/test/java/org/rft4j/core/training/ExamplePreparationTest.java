package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.random.KeyedRandom;

/** What becomes of the rows of examples. */
class ExamplePreparationTest {
    private static final TokenColumn SIDE = new TokenColumn("side");

    private final LanguageModel model = LanguageModel.fresh(
            DecoderConfig.builder().vocabulary(259).untiedHead().build(),
            Tokenizers.bytes(),
            KeyedRandom.ofSeed(3),
            TestEngine.engine());

    private final Policy policy = Policy.of(model.weights(), Trainable.everything());

    private final Reference reference = Reference.copyOf(policy);

    private final RowScorer scorer = new RowScorer(
            new TrainedModels(policy, Optional.empty(), Optional.of(reference), PolicyScoreOptions.DEFAULT),
            UpdatePlan.DEFAULT,
            TestEngine.engine());

    @AfterEach
    void close() {
        reference.close();
        policy.close();
        model.close();
    }

    @Test
    void rowsWithTheirColumnsAndWhatTheReferenceSays() {
        TrainingBatch batch = prepare(
                true,
                row(0, 1, "0111", new long[] {7, 8, 9, 10}),
                row(0, -1, "01011", new long[] {7, 8, 9, 10, 11}),
                row(1, 1, "00", new long[] {7, 8}),
                row(1, -1, "01", new long[] {7, 8}));
        assertThat(batch.units()).as("a unit that lacks a side is left out").containsExactly(0, 0);
        assertThat(batch.ids().get(1)).containsExactly(7, 8, 9, 10, 11);
        assertThat(batch.turnStarts().get(0)).containsExactly(1);
        assertThat(batch.turnStarts().get(1)).containsExactly(1, 3);
        assertThat(batch.supportSizes().get(1)).containsExactly(0, 0, 0, 0, 0);
        assertThat(batch.columns().get(SIDE)[1]).containsExactly(-1, -1, -1, -1, -1);
        float[][] said = scorer.score(
                        TokenBatch.of(batch.ids(), batch.trained()), new RowScorer.Questions(true, false, false))
                .requireOldLogProbs();
        assertThat(said[1][1]).isNegative();
        assertThat(batch.columns().get(TokenColumn.REFERENCE_LOG_PROB)[1]).containsExactly(said[1]);
    }

    @Test
    void noReferenceIsAskedWhereNobodyNeedsIt() {
        TrainingBatch batch = prepare(false, row(0, 1, "01", new long[] {7, 8}));
        assertThat(batch.columns()).containsOnlyKeys(SIDE);
    }

    @Test
    void nothingToTrain() {
        PreparedExamples prepared = new ExamplePreparation(scorer, UpdatePlan.DEFAULT)
                .prepare(new Fixed(true), ArrangedRows.of(List.of(row(0, 1, "00", new long[] {7, 8}))));
        assertThat(prepared.batch()).isEmpty();
        assertThat(prepared.metrics()).containsEntry("rows", 0.0).containsEntry("rows/without_tokens", 1.0);
    }

    @Test
    void theRoundsFirstWeightsAreAskedWhereItHasSeveralSteps() {
        ArrangedRows rows = ArrangedRows.of(List.of(row(0, 1, "01", new long[] {7, 8})));
        Objective ratio = new Fixed(false, Needs.OldLogProbs.ROUND_START);
        assertThat(new ExamplePreparation(scorer, UpdatePlan.DEFAULT)
                        .prepare(ratio, rows)
                        .batch()
                        .orElseThrow()
                        .columns())
                .containsOnlyKeys(SIDE);
        assertThat(new ExamplePreparation(scorer, UpdatePlan.DEFAULT.withSteps(2, 1))
                        .prepare(ratio, rows)
                        .batch()
                        .orElseThrow()
                        .columns())
                .containsOnlyKeys(SIDE, TokenColumn.OLD_LOG_PROB);
    }

    @Test
    void rowsThatDoNotFit() {
        assertThatThrownBy(() -> prepare(
                        false,
                        row(0, 1, "01", new long[] {7, 8}),
                        new ExampleRow(new long[] {7, 8}, new boolean[] {false, true}, 1, Map.of())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "columns of row 1 of fixed was [], must be those of row 0, [TokenColumn[name=side]]; give each"
                                + " row of a round the same columns");
        assertThatThrownBy(() -> prepare(true, row(0, 1, "11", new long[] {7, 8})))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("mask of the first token of sequence 0 was 1, must be 0, nothing comes before it that could"
                        + " predict it; begin texts with a prompt or a token that marks the beginning");
        assertThatThrownBy(() -> new ExampleRow(new long[] {7, 8}, new boolean[] {true}, 0, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "mask of a row of an example was 1 tokens, must have the tokens of its sequence, 2; say of each"
                                + " token whether it is trained");
        assertThatThrownBy(() -> new ExampleRow(new long[] {7}, new boolean[] {false}, -1, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("unit of a row of an example was -1, must be at least 0; number a round's units from 0");
    }

    private TrainingBatch prepare(boolean withReference, ExampleRow... rows) {
        return new ExamplePreparation(scorer, UpdatePlan.DEFAULT)
                .prepare(new Fixed(withReference), ArrangedRows.of(List.of(rows)))
                .batch()
                .orElseThrow();
    }

    private static ExampleRow row(int unit, float side, String mask, long[] ids) {
        boolean[] trained = new boolean[ids.length];
        float[] sides = new float[ids.length];
        for (int t = 0; t < ids.length; t++) {
            trained[t] = mask.charAt(t) == '1';
            sides[t] = side;
        }
        return new ExampleRow(ids, trained, unit, Map.of(SIDE, sides));
    }

    /** Only asked what it needs. */
    private record Fixed(boolean withReference, Needs.OldLogProbs old) implements Objective {
        Fixed(boolean withReference) {
            this(withReference, Needs.OldLogProbs.NONE);
        }

        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Needs needs() {
            return Needs.ratio(old).withReference(withReference);
        }

        @Override
        public RowWeights weights() {
            throw new UnsupportedOperationException();
        }

        @Override
        public LossResult loss(LossInput input) {
            throw new UnsupportedOperationException();
        }
    }
}
