package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.Check;

/** Makes of examples what is trained: rows, and what models say of them before the round. */
public final class ExamplePreparation {
    private final RowScorer scorer;

    private final UpdatePlan plan;

    /**
     * A preparation.
     *
     * @param scorer asks models
     * @param plan says whether a round is a single optimiser step
     */
    public ExamplePreparation(RowScorer scorer, UpdatePlan plan) {
        this.scorer = scorer;
        this.plan = plan;
    }

    /**
     * Prepares a round.
     *
     * @param objective what is minimised
     * @param arranged its rows
     * @return the rows whose units can be trained, and what is told of the round
     */
    public PreparedExamples prepare(Objective objective, ArrangedRows arranged) {
        List<ExampleRow> rows = trainable(arranged);
        Map<String, Double> metrics = new LinkedHashMap<>(arranged.metrics());
        metrics.put("rows", (double) rows.size());
        metrics.put("rows/without_tokens", (double) (arranged.rows().size() - rows.size()));
        return new PreparedExamples(rows.isEmpty() ? Optional.empty() : Optional.of(batch(objective, rows)), metrics);
    }

    private TrainingBatch batch(Objective objective, List<ExampleRow> rows) {
        List<long[]> ids = rows.stream().map(ExampleRow::ids).toList();
        List<boolean[]> trained = rows.stream().map(ExampleRow::trained).toList();
        Map<TokenColumn, float[][]> columns = columns(objective, rows);
        Needs needs = objective.needs();
        boolean old = needs.oldLogProbs() == Needs.OldLogProbs.BEFORE_ESTIMATE
                || (needs.oldLogProbs() == Needs.OldLogProbs.ROUND_START && plan.stepsPerRound() > 1);
        RowScores scores =
                scorer.score(TokenBatch.of(ids, trained), new RowScorer.Questions(old, needs.reference(), false));
        scores.referenceLogProbs().ifPresent(values -> columns.put(TokenColumn.REFERENCE_LOG_PROB, values));
        scores.oldLogProbs().ifPresent(values -> columns.put(TokenColumn.OLD_LOG_PROB, values));
        return new TrainingBatch(
                ids,
                trained,
                trained.stream().map(ExamplePreparation::starts).toList(),
                ids.stream().map(row -> new int[row.length]).toList(),
                columns,
                rows.stream().mapToInt(ExampleRow::unit).toArray());
    }

    /**
     * The rows of units that can be trained: those of which no row is without a trained token.
     *
     * @param arranged all rows
     * @return the rest
     */
    public static List<ExampleRow> trainable(ArrangedRows arranged) {
        List<ExampleRow> rows = arranged.rows();
        Set<Integer> without = new HashSet<>();
        rows.stream().filter(row -> !row.hasTrained()).forEach(row -> without.add(row.unit()));
        return rows.stream().filter(row -> !without.contains(row.unit())).toList();
    }

    private static Map<TokenColumn, float[][]> columns(Objective objective, List<ExampleRow> rows) {
        Set<TokenColumn> names = rows.get(0).columns().keySet();
        for (int n = 0; n < rows.size(); n++) {
            Check.that(
                    rows.get(n).columns().keySet().equals(names),
                    "columns of row " + n + " of " + objective.name(),
                    rows.get(n).columns().keySet(),
                    "must be those of row 0, " + names,
                    "give each row of a round the same columns");
        }
        Map<TokenColumn, float[][]> columns = new LinkedHashMap<>();
        for (TokenColumn name : names) {
            columns.put(
                    name,
                    rows.stream()
                            .map(row -> Objects.requireNonNull(row.columns().get(name)))
                            .toArray(float[][]::new));
        }
        return columns;
    }

    /** Each run of trained tokens is a turn. */
    private static int[] starts(boolean[] trained) {
        List<Integer> starts = new ArrayList<>();
        for (int t = 0; t < trained.length; t++) {
            if (trained[t] && (t == 0 || !trained[t - 1])) {
                starts.add(t);
            }
        }
        return starts.stream().mapToInt(start -> start).toArray();
    }
}
