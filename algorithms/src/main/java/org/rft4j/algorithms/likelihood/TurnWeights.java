package org.rft4j.algorithms.likelihood;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.rft4j.core.data.Example;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.Check;

/**
 * The data side of EPO: rows of dialogues in which each turn counts by its score, over its length and the number of turns. A turn is a run of
 * trained tokens without a gap, so that between two of them there must be a token that is not trained, such as the user's.
 *
 * <p>Metrics: {@code examples/dropped}, those that the encoder dropped.
 *
 * @param encoder makes the row of an example, of any unit; empty if it is dropped, such as for its length
 * @param scores of the trained turns of an example, in order, see {@link ExampleNumbers#listColumn}
 * @param <T> the shape of the examples
 */
public record TurnWeights<T extends Example>(Function<T, Optional<ExampleRow>> encoder, Function<T, double[]> scores)
        implements ExampleArrangement<T> {
    @Override
    public ArrangedRows arrange(List<T> examples) {
        List<ExampleRow> rows = new ArrayList<>();
        for (int unit = 0; unit < examples.size(); unit++) {
            T example = examples.get(unit);
            Optional<ExampleRow> row = encoder.apply(example);
            if (row.isPresent()) {
                rows.add(weighed(example.id(), row.get(), scores.apply(example), unit));
            }
        }
        return new ArrangedRows(rows, Map.of("examples/dropped", (double) (examples.size() - rows.size())));
    }

    private static ExampleRow weighed(String id, ExampleRow row, double[] scores, int unit) {
        int[] turn = turnsOf(row.trained());
        int turns = Arrays.stream(turn).max().orElse(-1) + 1;
        Check.that(
                turns == scores.length,
                "scores of turns of example " + id,
                scores.length,
                "must be the number of its trained turns " + turns,
                "score each turn, and drop examples that are too long in place of cutting them");
        int[] lengths = new int[turns];
        for (int of : turn) {
            if (of >= 0) {
                lengths[of]++;
            }
        }
        float[] weights = new float[turn.length];
        for (int t = 0; t < turn.length; t++) {
            weights[t] = turn[t] < 0 ? 0 : (float) (scores[turn[t]] / lengths[turn[t]] / turns);
        }
        Map<TokenColumn, float[]> columns = new LinkedHashMap<>(row.columns());
        columns.put(TokenColumn.WEIGHT, weights);
        return new ExampleRow(row.ids(), row.trained(), unit, columns);
    }

    /** Which turn each token belongs to, -1 = none. */
    private static int[] turnsOf(boolean[] trained) {
        int[] turn = new int[trained.length];
        int last = -1;
        for (int t = 0; t < trained.length; t++) {
            if (trained[t] && (t == 0 || !trained[t - 1])) {
                last++;
            }
            turn[t] = trained[t] ? last : -1;
        }
        return turn;
    }
}
