package org.rft4j.core.data.encode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;

/**
 * Arranges the records of a data set as rows: each record is a unit, and a preference is one of two rows, the chosen answer first. Of each round
 * it tells {@code examples/truncated}, {@code examples/dropped} and {@code examples/encoded_apart}, which count records, see {@link
 * EncodedExample}, and {@code lengths/prompt}, {@code lengths/completion} or {@code lengths/chosen} and {@code lengths/rejected}, means of tokens.
 *
 * @param <T> the shape of the records
 */
public final class ExampleRows<T extends Example> implements ExampleArrangement<T> {
    private static final String COMPLETION = "completion";

    /** Adds what a shape alone has to tell of a record, and says whether the record stays. */
    private interface Look<T> {
        boolean keeps(T record, List<EncodedExample> encoded, Map<String, Double> metrics);
    }

    private interface Reading<T> {
        List<EncodedExample> read(T record);
    }

    private final Reading<T> reading;

    private final List<String> sides;

    private final Look<T> look;

    private final Map<TokenColumn, ToDoubleFunction<T>> numbers;

    private final boolean response;

    private ExampleRows(
            Reading<T> reading,
            List<String> sides,
            Look<T> look,
            Map<TokenColumn, ToDoubleFunction<T>> numbers,
            boolean response) {
        this.reading = reading;
        this.sides = sides;
        this.look = look;
        this.numbers = numbers;
        this.response = response;
    }

    /**
     * Prompts with their completions.
     *
     * @param encoder makes tokens
     * @return a row for each
     */
    public static ExampleRows<PromptCompletion> completions(ExampleEncoder encoder) {
        return new ExampleRows<>(
                of -> encoder.encode(of, of.prompt(), List.of(of.completion())),
                List.of(COMPLETION),
                (record, encoded, metrics) -> true,
                Map.of(),
                false);
    }

    /**
     * Texts and conversations that are learned whole.
     *
     * @param encoder makes tokens
     * @return a row for each
     */
    public static ExampleRows<LanguageModeling> texts(ExampleEncoder encoder) {
        return new ExampleRows<>(
                of -> encoder.encode(of).stream().toList(),
                List.of(COMPLETION),
                (record, encoded, metrics) -> true,
                Map.of(),
                false);
    }

    /**
     * Preferences. {@code examples/equal_pairs} counts those whose answers have the same tokens.
     *
     * @param encoder makes tokens
     * @param equal what becomes of those
     * @return two rows for each, which are a unit
     */
    public static ExampleRows<Preference> preferences(ExampleEncoder encoder, EqualPairs equal) {
        return new ExampleRows<>(
                of -> encoder.encode(of, of.prompt(), List.of(of.chosen(), of.rejected())),
                List.of("chosen", "rejected"),
                (record, encoded, metrics) -> {
                    boolean same =
                            Arrays.equals(encoded.get(0).ids(), encoded.get(1).ids());
                    metrics.merge("examples/equal_pairs", same ? 1.0 : 0.0, Double::sum);
                    return !same || equal == EqualPairs.KEEP;
                },
                Map.of(),
                false);
    }

    /**
     * Answers that are wanted or not, with {@link TokenColumn#LABEL}. {@code examples/desirable} counts those that are.
     *
     * @param encoder makes tokens
     * @return a row for each
     */
    public static ExampleRows<UnpairedPreference> unpaired(ExampleEncoder encoder) {
        return new ExampleRows<>(
                of -> encoder.encode(of, of.prompt(), List.of(of.completion())),
                List.of(COMPLETION),
                (record, encoded, metrics) -> {
                    metrics.merge("examples/desirable", record.label() ? 1.0 : 0.0, Double::sum);
                    return true;
                },
                Map.of(TokenColumn.LABEL, of -> of.label() ? 1 : 0),
                false);
    }

    /**
     * The same with a number of each record beside its tokens, such as how much better an answer is, from a column.
     *
     * @param column what it is
     * @param number takes it from a record
     * @return an arrangement with it
     */
    public ExampleRows<T> withNumber(TokenColumn column, ToDoubleFunction<T> number) {
        Map<TokenColumn, ToDoubleFunction<T>> more = new LinkedHashMap<>(numbers);
        more.put(column, number);
        return new ExampleRows<>(reading, sides, look, more, response);
    }

    /**
     * The same with {@link TokenColumn#RESPONSE}, for objectives that train the prompt too, as that of ORPO does with {@link TrainedTokens#ALL}.
     *
     * @return an arrangement with it
     */
    public ExampleRows<T> withResponse() {
        return new ExampleRows<>(reading, sides, look, numbers, true);
    }

    @Override
    public ArrangedRows arrange(List<T> examples) {
        Map<String, Double> metrics = new TreeMap<>();
        for (String name : List.of("truncated", "dropped", "encoded_apart")) {
            metrics.put("examples/" + name, 0.0);
        }
        List<ExampleRow> rows = new ArrayList<>();
        int kept = 0;
        for (T example : examples) {
            List<EncodedExample> encoded = reading.read(example);
            if (encoded.isEmpty()) {
                metrics.merge("examples/dropped", 1.0, Double::sum);
            } else {
                metrics.merge("examples/truncated", any(encoded.stream().anyMatch(EncodedExample::cut)), Double::sum);
                metrics.merge(
                        "examples/encoded_apart", any(encoded.stream().anyMatch(EncodedExample::apart)), Double::sum);
                if (look.keeps(example, encoded, metrics)) {
                    addRows(example, encoded, kept, rows);
                    measure(encoded, metrics);
                    kept++;
                }
            }
        }
        for (String name : lengths()) {
            int of = kept;
            metrics.computeIfPresent(name, (same, sum) -> sum / of);
        }
        return new ArrangedRows(rows, metrics);
    }

    private static double any(boolean one) {
        return one ? 1 : 0;
    }

    private void addRows(T example, List<EncodedExample> encoded, int unit, List<ExampleRow> rows) {
        for (EncodedExample one : encoded) {
            ExampleRow row = new ExampleRow(one.ids(), one.trained(), unit, Map.of());
            for (Map.Entry<TokenColumn, ToDoubleFunction<T>> number : numbers.entrySet()) {
                row = row.withNumber(number.getKey(), number.getValue().applyAsDouble(example));
            }
            rows.add(response ? row.with(TokenColumn.RESPONSE, responseOf(one)) : row);
        }
    }

    private static float[] responseOf(EncodedExample one) {
        float[] beside = new float[one.ids().length];
        Arrays.fill(beside, one.promptTokens(), beside.length, 1);
        return beside;
    }

    private List<String> lengths() {
        List<String> names = new ArrayList<>(List.of("lengths/prompt"));
        sides.forEach(side -> names.add("lengths/" + side));
        return names;
    }

    private void measure(List<EncodedExample> encoded, Map<String, Double> metrics) {
        List<String> names = lengths();
        metrics.merge(names.get(0), (double) encoded.get(0).promptTokens(), Double::sum);
        for (int side = 0; side < encoded.size(); side++) {
            EncodedExample one = encoded.get(side);
            metrics.merge(names.get(side + 1), (double) (one.ids().length - one.promptTokens()), Double::sum);
        }
    }
}
