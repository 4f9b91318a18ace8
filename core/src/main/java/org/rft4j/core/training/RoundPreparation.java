package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/** Makes of what was sampled and scored what is trained: rows, what models say of them, what the algorithm makes of that. */
public final class RoundPreparation {
    private final RowScorer scorer;

    private final UpdatePlan plan;

    /**
     * A preparation.
     *
     * @param scorer asks models
     * @param plan says whether a round is a single optimiser step
     */
    public RoundPreparation(RowScorer scorer, UpdatePlan plan) {
        this.scorer = scorer;
        this.plan = plan;
    }

    /**
     * Prepares a round.
     *
     * @param algorithm what it is for
     * @param groups what was sampled and scored
     * @return rows and numbers
     */
    public PreparedRound prepare(Algorithm algorithm, List<TrajectoryGroup> groups) {
        List<TrainingRow> rows = algorithm.arrange(groups);
        if (rows.isEmpty()) {
            return new PreparedRound(rows, Optional.empty(), Map.of());
        }
        Needs needs = algorithm.needs();
        boolean old = needs.oldLogProbs() == Needs.OldLogProbs.BEFORE_ESTIMATE
                || (needs.oldLogProbs() == Needs.OldLogProbs.ROUND_START && plan.stepsPerRound() > 1);
        RowScores scores = scorer.score(texts(rows), new RowScorer.Questions(old, needs.reference(), needs.critic()));
        Estimate estimate = algorithm.estimate(rows, scores);
        requireFits(estimate, rows, algorithm);
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>(estimate.columns());
        columns.put(TokenColumn.SAMPLER_LOG_PROB, samplerLogProbs(rows));
        scores.referenceLogProbs().ifPresent(values -> columns.put(TokenColumn.REFERENCE_LOG_PROB, values));
        scores.values().ifPresent(values -> columns.put(TokenColumn.OLD_VALUE, values));
        if (needs.oldLogProbs() == Needs.OldLogProbs.SAMPLER) {
            requireSampled(rows, estimate, algorithm);
            columns.put(TokenColumn.OLD_LOG_PROB, samplerLogProbs(rows));
        }
        scores.oldLogProbs().ifPresent(values -> columns.put(TokenColumn.OLD_LOG_PROB, values));
        return new PreparedRound(rows, batch(rows, estimate.trained(), columns), estimate.metrics());
    }

    private static TokenBatch texts(List<TrainingRow> rows) {
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> asked = new ArrayList<>();
        for (TrainingRow row : rows) {
            ids.add(row.sequence().ids());
            boolean[] trained = row.sequence().trained();
            asked.add(row.usable() ? trained : new boolean[trained.length]);
        }
        return TokenBatch.of(ids, asked)
                .withTurns(rows.stream().map(row -> row.sequence().turnStarts()).toList())
                .withSupportSizes(
                        rows.stream().map(row -> row.sequence().supportSizes()).toList());
    }

    private static float[][] samplerLogProbs(List<TrainingRow> rows) {
        float[][] values = new float[rows.size()][];
        for (int n = 0; n < values.length; n++) {
            TrainingSequence sequence = rows.get(n).sequence();
            values[n] = sequence.samplerLogProbs().orElseGet(() -> unknown(sequence));
        }
        return values;
    }

    private static float[] unknown(TrainingSequence sequence) {
        float[] unknown = new float[sequence.ids().length];
        java.util.Arrays.fill(unknown, Float.NaN);
        return unknown;
    }

    private static void requireSampled(List<TrainingRow> rows, Estimate estimate, Algorithm algorithm) {
        for (int n = 0; n < rows.size(); n++) {
            Check.that(
                    rows.get(n).sequence().samplerLogProbs().isPresent() || !any(estimate.trained()[n]),
                    "row " + n + " of " + algorithm.name(),
                    rows.get(n).sequence(),
                    "must have been drawn under the prompt that it is trained under, because its ratio is taken against the"
                            + " sampler's log-probs",
                    "take the ratio against OldLogProbs.ROUND_START");
        }
    }

    private static void requireFits(Estimate estimate, List<TrainingRow> rows, Algorithm algorithm) {
        Check.that(
                estimate.trained().length == rows.size(),
                "rows of the estimate of " + algorithm.name(),
                estimate.trained().length,
                "must be the number of rows that it chose, " + rows.size(),
                "say of each row which tokens are trained");
        for (int n = 0; n < rows.size(); n++) {
            boolean[] possible = rows.get(n).sequence().trained();
            boolean[] chosen = estimate.trained()[n];
            Check.that(
                    chosen.length == possible.length,
                    "mask of row " + n + " of " + algorithm.name(),
                    chosen.length + " tokens",
                    "must have the tokens of its sequence, " + possible.length,
                    "begin with sequence().trained()");
            for (int t = 0; t < chosen.length; t++) {
                Check.that(
                        !chosen[t] || possible[t],
                        "token " + t + " of row " + n + " of " + algorithm.name(),
                        "trained",
                        "must be one that the policy drew",
                        "begin with sequence().trained() and take tokens away");
            }
        }
    }

    private static Optional<TrainingBatch> batch(
            List<TrainingRow> rows, boolean[][] trained, Map<TokenColumn, float[][]> columns) {
        List<Integer> kept = IntStream.range(0, rows.size())
                .filter(n -> any(trained[n]))
                .boxed()
                .toList();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        Map<TokenColumn, float[][]> ofKept = new LinkedHashMap<>();
        columns.forEach((column, values) ->
                ofKept.put(column, kept.stream().map(n -> values[n]).toArray(float[][]::new)));
        List<TrainingSequence> sequences =
                kept.stream().map(n -> rows.get(n).sequence()).toList();
        return Optional.of(new TrainingBatch(
                sequences.stream().map(TrainingSequence::ids).toList(),
                kept.stream().map(n -> trained[n]).toList(),
                sequences.stream().map(TrainingSequence::turnStarts).toList(),
                sequences.stream().map(TrainingSequence::supportSizes).toList(),
                ofKept,
                IntStream.range(0, kept.size()).toArray()));
    }

    private static boolean any(boolean[] mask) {
        for (boolean one : mask) {
            if (one) {
                return true;
            }
        }
        return false;
    }
}
