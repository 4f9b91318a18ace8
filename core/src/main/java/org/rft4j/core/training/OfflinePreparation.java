package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.rft4j.core.data.Example;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.Check;

/** Makes of examples what is trained: rows, and what a reference says of them. */
public final class OfflinePreparation {
    private final RowScorer scorer;

    /**
     * A preparation.
     *
     * @param scorer asks the reference
     */
    public OfflinePreparation(RowScorer scorer) {
        this.scorer = scorer;
    }

    /**
     * Prepares a round.
     *
     * @param method what it is for
     * @param examples of the round
     * @param <T> their shape
     * @return the rows whose units can be trained; empty if there are none
     */
    public <T extends Example> Optional<TrainingBatch> prepare(OfflineMethod<T> method, List<T> examples) {
        List<ExampleRow> rows = trainable(method.arrange(examples));
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<long[]> ids = rows.stream().map(ExampleRow::ids).toList();
        List<boolean[]> trained = rows.stream().map(ExampleRow::trained).toList();
        Map<TokenColumn, float[][]> columns = columns(method, rows);
        RowScores scores = scorer.score(
                TokenBatch.of(ids, trained),
                new RowScorer.Questions(false, method.needs().reference(), false));
        scores.referenceLogProbs().ifPresent(values -> columns.put(TokenColumn.REFERENCE_LOG_PROB, values));
        return Optional.of(new TrainingBatch(
                ids,
                trained,
                trained.stream().map(OfflinePreparation::starts).toList(),
                ids.stream().map(row -> new int[row.length]).toList(),
                columns,
                rows.stream().mapToInt(ExampleRow::unit).toArray()));
    }

    private static List<ExampleRow> trainable(List<ExampleRow> rows) {
        Set<Integer> without = new HashSet<>();
        rows.stream().filter(row -> !row.hasTrained()).forEach(row -> without.add(row.unit()));
        return rows.stream().filter(row -> !without.contains(row.unit())).toList();
    }

    private static Map<TokenColumn, float[][]> columns(OfflineMethod<?> method, List<ExampleRow> rows) {
        Set<TokenColumn> names = rows.get(0).columns().keySet();
        for (int n = 0; n < rows.size(); n++) {
            Check.that(
                    rows.get(n).columns().keySet().equals(names),
                    "columns of row " + n + " of " + method.name(),
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
