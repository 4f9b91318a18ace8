package org.rft4j.algorithms.likelihood;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.rft4j.core.data.Example;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.engine.Check;

/**
 * Rows of examples with a number of each example beside them, such as its weight:
 *
 * <pre>{@code
 * new NumberedExamples<>(encoded, LikelihoodColumns.REWARD, NumberedExamples.column("reward"))
 * }</pre>
 *
 * <p>For several numbers, wrap it again.
 *
 * @param arrangement makes the rows; the unit of a row is the place of its example in the round
 * @param column where the number goes
 * @param number of an example
 * @param <T> the shape of the examples
 */
public record NumberedExamples<T extends Example>(
        ExampleArrangement<T> arrangement, TokenColumn column, ToDoubleFunction<? super T> number)
        implements ExampleArrangement<T> {
    /**
     * Reads numbers from a column of the data set.
     *
     * @param name of the column
     * @return the function; an example in which it is absent or no finite number is an error
     */
    public static ToDoubleFunction<Example> column(String name) {
        return example -> ExampleColumns.number(example, name);
    }

    @Override
    public ArrangedRows arrange(List<T> examples) {
        return ExampleColumns.with(arrangement, examples, (example, row) -> {
            double value = number.applyAsDouble(example);
            Check.that(
                    Double.isFinite(value),
                    column.name() + " of example " + example.id(),
                    value,
                    "must be finite",
                    "leave the example out, or correct the function");
            return row.withNumber(column, value);
        });
    }
}
