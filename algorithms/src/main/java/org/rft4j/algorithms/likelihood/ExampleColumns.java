package org.rft4j.algorithms.likelihood;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.rft4j.core.data.Example;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** Reads columns of examples, and brings what is read to their rows. */
final class ExampleColumns {
    private ExampleColumns() {}

    static Object value(Example example, String column) {
        Object value = example.columns().get(column);
        if (value == null) {
            throw new InvalidInputException(
                    what(example, column),
                    example.columns().containsKey(column) ? "null" : "absent",
                    "must be there, the example has " + example.columns().keySet(),
                    "name the right column, or map it when the data is read");
        }
        return value;
    }

    static double number(Example example, String column) {
        return number(what(example, column), value(example, column));
    }

    static List<?> list(Example example, String column) {
        Object value = value(example, column);
        if (value instanceof List<?> list) {
            return list;
        }
        throw new InvalidInputException(
                what(example, column), value, "must be a list", "map the column when the data is read");
    }

    static double[] numbers(Example example, String column) {
        String what = "item of " + what(example, column);
        return list(example, column).stream()
                .mapToDouble(item -> number(what, item))
                .toArray();
    }

    private static double number(String what, Object value) {
        double number = value instanceof Number some ? some.doubleValue() : Double.NaN;
        Check.that(Double.isFinite(number), what, value, "must be a finite number", "correct it, or leave the row out");
        return number;
    }

    private static String what(Example example, String column) {
        return "column '" + column + "' of example " + example.id();
    }

    /**
     * Rows of examples, each after something was added of its example.
     *
     * @param arrangement whose units are the places of the examples in the list
     */
    static <T extends Example> ArrangedRows with(
            ExampleArrangement<T> arrangement, List<T> examples, BiFunction<T, ExampleRow, ExampleRow> added) {
        ArrangedRows arranged = arrangement.arrange(examples);
        List<ExampleRow> rows = new ArrayList<>();
        for (ExampleRow row : arranged.rows()) {
            Check.that(
                    row.unit() < examples.size(),
                    "unit of a row",
                    row.unit(),
                    "must be the place of its example among the " + examples.size() + " of the round",
                    "number the units of an arrangement by example");
            rows.add(added.apply(examples.get(row.unit()), row));
        }
        return new ArrangedRows(rows, arranged.metrics());
    }
}
