package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Score;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.NativeScope;

/** What becomes of sampled groups before a step is taken on them. */
class RoundPreparationTest {
    /** The same text in another micro-batch. */
    private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

    /** What another prompt changes, at least. */
    private static final double SEEN = 1e-3;

    private static final long[] PROMPT = {1, 5, 6};
    private static final long[] WITHOUT_CRITIQUE = {1, 9};
    private static final long[] ANSWER = {10, 11, 12, 13};
    private static final List<Trajectory> EPISODES = List.of(
            TrainedTexts.episode("t", 0, PROMPT, ANSWER, EndReason.DONE),
            TrainedTexts.episode("t", 1, PROMPT, new long[] {14, 15}, EndReason.DONE),
            TrainedTexts.episode("t", 2, PROMPT, new long[] {16, 17}, EndReason.SAMPLER_FAILED),
            TrainedTexts.episode("t", 3, PROMPT, new long[] {18, 19, 20}, EndReason.DONE));
    private static final List<TrajectoryGroup> GROUPS = List.of(
            TrainedTexts.group(EPISODES, Score.of(1), Score.of(0), Score.of(0), Score.notApplicable("no answer")));

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.everything());

    @AfterEach
    void free() {
        policy.close();
        scope.close();
    }

    private PreparedRound prepare(Algorithm algorithm) {
        TrainedModels models =
                new TrainedModels(policy, Optional.empty(), Optional.empty(), PolicyScoreOptions.DEFAULT);
        RowScorer scorer = new RowScorer(models, UpdatePlan.DEFAULT, TestEngine.engine());
        return new RoundPreparation(scorer, UpdatePlan.DEFAULT).prepare(algorithm, GROUPS);
    }

    private float[] scored(long[] prompt, long[] answer) {
        NDArray logProbs = policy.score(
                        TokenBatch.ofResponses(List.of(prompt), List.of(answer)), PolicyScoreOptions.DEFAULT, manager)
                .logProbs();
        return logProbs.toFloatArray();
    }

    @Test
    void aSwappedRowIsScoredUnderItsNewPromptAndNothingElse() {
        Choosing algorithm = new Choosing(Needs.OldLogProbs.BEFORE_ESTIMATE, true);
        TrainingBatch batch = prepare(algorithm).batch().orElseThrow();
        assertThat(batch.ids().get(0)).containsExactly(1, 9, 10, 11, 12, 13);
        float[] old = batch.columns().get(TokenColumn.OLD_LOG_PROB)[0];
        float[] expected = scored(WITHOUT_CRITIQUE, ANSWER);
        float[] underItsOwn = scored(PROMPT, ANSWER);
        for (int t = 0; t < old.length; t++) {
            assertThat(old[t]).as("token %d", t).isCloseTo(expected[t], ROUNDING);
        }
        assertThat(Math.abs(old[2] - underItsOwn[3])).isGreaterThan((float) SEEN);
        assertThat(batch.columns().get(TokenColumn.SAMPLER_LOG_PROB)[0]).containsOnly(Float.NaN);
        assertThat(batch.upload(batch.columns().get(TokenColumn.SAMPLER_LOG_PROB), List.of(0, 1), manager)
                        .toFloatArray())
                .containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0);
    }

    @Test
    void rowsWithoutATrainedTokenAreLeftOut() {
        PreparedRound round = prepare(new Choosing(Needs.OldLogProbs.BEFORE_ESTIMATE, false));
        TrainingBatch batch = round.batch().orElseThrow();
        assertThat(round.rows()).hasSize(4);
        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.ids().get(1)).containsExactly(1, 5, 6, 14, 15);
        assertThat(batch.units()).containsExactly(0, 1);
        assertThat(batch.columns().get(TokenColumn.ADVANTAGE))
                .isDeepEqualTo(new float[][] {{7, 7, 7, 7, 7, 7, 7}, {8, 8, 8, 8, 8}});
    }

    @Test
    void failedEpisodesAndThoseWithoutAScoreAreNotScored() {
        Choosing algorithm = new Choosing(Needs.OldLogProbs.BEFORE_ESTIMATE, false);
        prepare(algorithm);
        float[][] said = algorithm.heard.get(0).requireOldLogProbs();
        assertThat(said[0][3]).isNegative();
        assertThat(said[2]).containsOnly(0);
        assertThat(said[3]).containsOnly(0);
    }

    @Test
    void aRoundOfOneStepIsNotScoredTwice() {
        Choosing algorithm = new Choosing(Needs.OldLogProbs.ROUND_START, false);
        TrainingBatch batch = prepare(algorithm).batch().orElseThrow();
        assertThat(batch.columns()).doesNotContainKey(TokenColumn.OLD_LOG_PROB);
        assertThat(algorithm.heard.get(0)).isEqualTo(RowScores.NONE);
    }

    @Test
    void aSwappedRowHasNoRatioAgainstTheSampler() {
        assertThatThrownBy(() -> prepare(new Choosing(Needs.OldLogProbs.SAMPLER, true)))
                .hasMessageStartingWith("row 0 of choosing was ")
                .hasMessageEndingWith(
                        "must have been drawn under the prompt that it is trained under, because its ratio is"
                                + " taken against the sampler's log-probs; take the ratio against OldLogProbs.ROUND_START");
    }

    @Test
    void tokensThatThePolicyDidNotDrawAreRefused() {
        Choosing algorithm = new Choosing(Needs.OldLogProbs.ROUND_START, false);
        algorithm.tooMuch = true;
        assertThatThrownBy(() -> prepare(algorithm))
                .hasMessage("token 0 of row 0 of choosing was trained, must be one that the policy drew; begin with"
                        + " sequence().trained() and take tokens away");
    }

    /** Trains usable rows with advantage 7, 8, ...; the first one under another prompt if asked. */
    private static final class Choosing implements Algorithm {
        private final Needs.OldLogProbs old;
        private final boolean swaps;
        private final List<RowScores> heard = new ArrayList<>();
        private boolean tooMuch;

        Choosing(Needs.OldLogProbs old, boolean swaps) {
            this.old = old;
            this.swaps = swaps;
        }

        @Override
        public String name() {
            return "choosing";
        }

        @Override
        public Needs needs() {
            return Needs.ratio(old);
        }

        @Override
        public RowWeights weights() {
            return TrainedTexts.TOKEN_MEAN;
        }

        @Override
        public List<TrainingRow> arrange(List<TrajectoryGroup> groups) {
            List<TrainingRow> rows = new ArrayList<>(Algorithm.super.arrange(groups));
            if (swaps) {
                rows.set(
                        0,
                        new TrainingRow(
                                TrainingSequence.swapped(EPISODES.get(0), 0, WITHOUT_CRITIQUE), 0, Score.of(1)));
            }
            return rows;
        }

        @Override
        public Estimate estimate(List<TrainingRow> rows, RowScores scores) {
            heard.add(scores);
            boolean[][] trained = new boolean[rows.size()][];
            float[][] advantages = new float[rows.size()][];
            for (int n = 0; n < trained.length; n++) {
                boolean[] possible = rows.get(n).sequence().trained();
                trained[n] = rows.get(n).usable() ? possible : new boolean[possible.length];
                advantages[n] = new float[possible.length];
                Arrays.fill(advantages[n], 7 + n);
            }
            trained[0][0] |= tooMuch;
            Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
            columns.put(TokenColumn.ADVANTAGE, advantages);
            return new Estimate(columns, trained, Map.of());
        }

        @Override
        public LossResult loss(LossInput input) {
            throw new AssertionError("nothing is trained here");
        }
    }
}
