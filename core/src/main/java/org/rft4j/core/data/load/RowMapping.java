package org.rft4j.core.data.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.Stepwise;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.rows.Row;

/**
 * Which columns of a data set are what. Columns have TRL's names unless they are renamed, and are texts or lists of messages:
 * {@code prompt}, {@code completion}, {@code chosen}, {@code rejected}, {@code label}, {@code text}, {@code messages}, {@code
 * completions}, {@code labels}, and {@code tools} beside messages. All others stay with the record, for rewards.
 *
 * <pre>{@code
 * RowMapping.asIs().rename("question", "prompt").withId(IdRule.column("task_id")).tasks()
 * }</pre>
 */
public final class RowMapping {
    private final List<UnaryOperator<Row>> steps;
    private final IdRule ids;

    private RowMapping(List<UnaryOperator<Row>> steps, IdRule ids) {
        this.steps = List.copyOf(steps);
        this.ids = ids;
    }

    /**
     * Columns as they are, named by their place.
     *
     * @return the mapping
     */
    public static RowMapping asIs() {
        return new RowMapping(List.of(), IdRule.place());
    }

    /**
     * Renames a column. Rows without it stay as they are.
     *
     * @param from its name in the file
     * @param to its new name, which the row must not have yet
     * @return this mapping and then that
     */
    public RowMapping rename(String from, String to) {
        return then(row -> {
            if (!row.columns().containsKey(from)) {
                return row;
            }
            if (row.has(to)) {
                throw row.wrong(to, "there already", "must not be there when '" + from + "' is renamed to it");
            }
            Map<String, @Nullable Object> renamed = new LinkedHashMap<>();
            row.columns().forEach((name, value) -> {
                if (!name.equals(to)) {
                    renamed.put(name.equals(from) ? to : name, value);
                }
            });
            return new Row(row.source(), row.number(), renamed);
        });
    }

    /**
     * Sets a column to the same value in each row.
     *
     * @param column its name
     * @param value null, boolean, number, string, list or map
     * @return this mapping and then that
     */
    public RowMapping constant(String column, @Nullable Object value) {
        return then(row -> row.with(column, value));
    }

    /**
     * Sets a column to a function of the row. The value may be a {@code Prompt}, an {@code Answer} or a list of {@code ChatMessage}
     * where one is expected.
     *
     * @param column its name
     * @param value makes it, the same each time; whatever it throws makes the row a bad one
     * @return this mapping and then that
     */
    public RowMapping compute(String column, Function<Row, @Nullable Object> value) {
        return then(row -> row.with(column, value.apply(row)));
    }

    /**
     * Says what names the records.
     *
     * @param rule sees the row with its columns mapped
     * @return this mapping with that rule
     */
    public RowMapping withId(IdRule rule) {
        return new RowMapping(steps, rule);
    }

    private RowMapping then(UnaryOperator<Row> step) {
        List<UnaryOperator<Row>> more = new ArrayList<>(steps);
        more.add(step);
        return new RowMapping(more, ids);
    }

    /**
     * Reads {@code prompt}.
     *
     * @return a reader of tasks
     */
    public ExampleReader<TaskRecord> tasks() {
        return reader(Shape::task);
    }

    /**
     * Reads {@code prompt} and {@code completion}.
     *
     * @return a reader of pairs
     */
    public ExampleReader<PromptCompletion> promptCompletions() {
        return reader(Shape::promptCompletion);
    }

    /**
     * Reads {@code chosen} and {@code rejected}, and {@code prompt} if it is there; else both begin with it, and what they share is
     * cut off, as TRL does it.
     *
     * @return a reader of preferences
     */
    public ExampleReader<Preference> preferences() {
        return reader(Shape::preference);
    }

    /**
     * Reads {@code prompt}, {@code completion} and {@code label}.
     *
     * @return a reader of labelled answers
     */
    public ExampleReader<UnpairedPreference> unpairedPreferences() {
        return reader(Shape::unpaired);
    }

    /**
     * Reads {@code messages} or {@code text}.
     *
     * @return a reader of whole texts
     */
    public ExampleReader<LanguageModeling> languageModeling() {
        return reader(Shape::languageModeling);
    }

    /**
     * Reads {@code prompt}, {@code completions} and {@code labels}.
     *
     * @return a reader of solutions in steps
     */
    public ExampleReader<Stepwise> stepwise() {
        return reader(Shape::stepwise);
    }

    private <T extends org.rft4j.core.data.Example> ExampleReader<T> reader(Function<Shape, T> shape) {
        return row -> {
            Row mapped = row;
            for (UnaryOperator<Row> step : steps) {
                mapped = step.apply(mapped);
            }
            return shape.apply(new Shape(ids.of(mapped), mapped));
        };
    }
}
