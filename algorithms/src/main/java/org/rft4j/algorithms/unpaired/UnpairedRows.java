package org.rft4j.algorithms.unpaired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.Check;

/**
 * Rows of labelled answers for {@link Kto} and {@link Bco}: each answer is a unit of its own, together with the mismatched row of its
 * prompt that KTO compares with. Answers are mismatched in the order of the round, of which the data set's stream decides; a prompt that
 * stands twice in a row gets an answer to itself, as in TRL.
 *
 * <p>An example that the encoder drops, or of which no token is trained, is left out; a mismatched row likewise, without its example. An
 * example that is alone in its round has no neighbour: it is left out where mismatched rows are wanted, since the zero point would be its
 * own log-ratio. Threads may share it if they may share the encoder.
 *
 * <p>Metrics: {@code unpaired/dropped}, {@code unpaired/mismatched_dropped} and {@code unpaired/alone}, all counts; an example that is
 * alone tells that rounds are too small for KTO.
 *
 * @param encoder makes rows
 * @param neighbour whose answers make mismatched rows
 * @param weight the examples' column that says how much each counts, if one does: a positive number
 */
public record UnpairedRows(RowEncoder encoder, Neighbour neighbour, Optional<String> weight)
        implements ExampleArrangement<UnpairedPreference> {
    /** An example that is kept. */
    private record Kept(UnpairedPreference example, ExampleRow row) {}

    @Override
    public ArrangedRows arrange(List<UnpairedPreference> examples) {
        List<Kept> kept = new ArrayList<>();
        for (UnpairedPreference example : examples) {
            encoder.encode(example, example.prompt(), example.completion())
                    .filter(ExampleRow::hasTrained)
                    .ifPresent(row -> kept.add(new Kept(example, row)));
        }
        int dropped = examples.size() - kept.size();
        boolean alone = kept.size() == 1 && neighbour != Neighbour.NONE;
        if (alone) {
            kept.clear();
        }
        List<ExampleRow> rows = new ArrayList<>();
        int lost = 0;
        for (int n = 0; n < kept.size(); n++) {
            rows.add(row(kept.get(n).row(), kept.get(n).example(), n, 0));
            OptionalInt other = neighbour.of(n, kept.size());
            if (other.isPresent()) {
                Optional<ExampleRow> mismatched = mismatched(
                        kept.get(n).example(), kept.get(other.getAsInt()).example(), n);
                mismatched.ifPresent(rows::add);
                lost += mismatched.isPresent() ? 0 : 1;
            }
        }
        return new ArrangedRows(
                rows,
                Map.of(
                        "unpaired/dropped", (double) dropped,
                        "unpaired/mismatched_dropped", (double) lost,
                        "unpaired/alone", alone ? 1.0 : 0.0));
    }

    private Optional<ExampleRow> mismatched(UnpairedPreference asked, UnpairedPreference answered, int unit) {
        return encoder.encode(asked, asked.prompt(), answered.completion())
                .filter(ExampleRow::hasTrained)
                .map(row -> row(row, asked, unit, 1));
    }

    private ExampleRow row(ExampleRow encoded, UnpairedPreference example, int unit, int compared) {
        ExampleRow row = new ExampleRow(encoded.ids(), encoded.trained(), unit, new LinkedHashMap<>())
                .withNumber(TokenColumn.LABEL, example.label() ? 1 : 0);
        if (neighbour != Neighbour.NONE) {
            row = row.withNumber(TokenColumn.COMPARED, compared);
        }
        return weight.isPresent() ? row.withNumber(TokenColumn.WEIGHT, weightOf(example, weight.get())) : row;
    }

    private static double weightOf(UnpairedPreference example, String column) {
        Object value = example.columns().get(column);
        Check.that(
                value instanceof Number number && number.doubleValue() > 0 && Double.isFinite(number.doubleValue()),
                "column '" + column + "' of example " + example.id(),
                value == null ? "absent" : value,
                "must be a finite number above 0",
                "name the column of weights, or none");
        return ((Number) java.util.Objects.requireNonNull(value)).doubleValue();
    }
}
