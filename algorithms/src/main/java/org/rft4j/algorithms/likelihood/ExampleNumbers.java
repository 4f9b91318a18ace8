package org.rft4j.algorithms.likelihood;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.rft4j.core.data.Example;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** Functions that read numbers from columns of a data set, for arrangements that put numbers of examples beside their rows. */
public final class ExampleNumbers {
    private ExampleNumbers() {}

    /**
     * Reads a number.
     *
     * @param name of the column
     * @param <T> the shape of the examples
     * @return the function; an example in which the column is absent or no finite number is an error
     */
    public static <T extends Example> ToDoubleFunction<T> column(String name) {
        return example -> number(what(example, name), value(example, name));
    }

    /**
     * Reads a list of numbers, such as one for each turn.
     *
     * @param name of the column
     * @param <T> the shape of the examples
     * @return the function; an example in which the column is no list of finite numbers is an error
     */
    public static <T extends Example> Function<T, double[]> listColumn(String name) {
        return example -> numbers(example, name);
    }

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
}
