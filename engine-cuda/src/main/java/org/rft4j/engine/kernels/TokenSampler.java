package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.TensorProgram;

/**
 * Draws one token per row by inverse CDF: the first token, in vocabulary order, at which the cumulative probability
 * exceeds the row's uniform number. A draw depends on its own row only, so it is the same in every batch.
 */
public final class TokenSampler {
    private TokenSampler() {}

    /**
     * What was drawn.
     *
     * @param tokens [N] int64
     * @param logProbs [N] fp32, under the distribution they were drawn from; for greedy rows (temperature 0) under the
     *     penalised distribution at temperature 1
     * @param supportSizes [N] int64, among how many tokens each was drawn; 0 where no filter left any out, and for greedy rows
     */
    public record Draw(NDArray tokens, NDArray logProbs, NDArray supportSizes) {}

    /**
     * How tokens are drawn.
     *
     * @param filters one for all rows or one per row
     * @param rules one for all rows or one per row
     * @param histories one per row; needed where a filter has a penalty or a rule forbids end tokens, else may be empty
     */
    public record Rules(List<SamplingFilter> filters, List<TokenRules> rules, List<TokenHistory> histories) {
        /** Copies the lists. */
        public Rules {
            filters = List.copyOf(filters);
            rules = List.copyOf(rules);
            histories = List.copyOf(histories);
            Check.that(
                    !histories.isEmpty()
                            || (filters.stream().noneMatch(SamplingFilter::penalised)
                                    && rules.stream().noneMatch(TokenRules::forbidsEnds)),
                    "histories",
                    "empty",
                    "must be given with a penalty or a least number of new tokens",
                    "pass one TokenHistory per row");
        }

        /**
         * Filters that do not look at the text so far.
         *
         * @param filters one for all rows or one per row
         * @return rules of these filters
         */
        public static Rules of(SamplingFilter... filters) {
            return new Rules(List.of(filters), List.of(TokenRules.NONE), List.of());
        }
    }

    /**
     * Draws tokens.
     *
     * @param logits [N,V], any float type, not changed
     * @param rules how
     * @param uniforms one number in [0,1) per row
     * @param scope owns the results
     * @return tokens, their log-probs and the sizes of their supports
     */
    public static Draw draw(NDArray logits, Rules rules, double[] uniforms, NDManager scope) {
        Shapes.require(logits, "logits [N,V]", Shapes.ANY, Shapes.ANY);
        Check.that(logits.size() > 0, "logits [N,V]", logits.getShape(), "must not be empty", "skip empty batches");
        Shapes.requireType(logits, "logits", DataType.FLOAT32, DataType.BFLOAT16, DataType.FLOAT16);
        int rows = (int) logits.getShape().get(0);
        long vocabulary = logits.getShape().get(1);
        requireArguments(rules, uniforms, rows);
        List<TokenHistory> histories = rules.histories();
        boolean penalised = rules.filters().stream().anyMatch(SamplingFilter::penalised);
        NDList results = TensorProgram.named("drawing")
                .call("sample")
                .with("logits", logits)
                .with("uniforms", scope.create(uniforms).toDevice(logits.getDevice(), false))
                .with("filters", SamplingFilter.tableFor(rules.filters(), rows, logits, scope))
                .with("written", written(histories, rows, logits, scope))
                .with("shifts", TokenRules.tableFor(rules.rules(), rows, vocabulary, logits, scope))
                .with("past", penalised ? TokenHistory.tableFor(histories, 0, vocabulary, logits, scope) : List.of())
                .run(scope);
        requireUsable(results.get(2), rows);
        return new Draw(results.get(0), results.get(1), results.get(3));
    }

    private static NDArray written(List<TokenHistory> histories, int rows, NDArray beside, NDManager scope) {
        return histories.isEmpty()
                ? scope.create(new long[rows]).toDevice(beside.getDevice(), false)
                : TokenHistory.written(histories, beside, scope);
    }

    private static void requireUsable(NDArray broken, int rows) {
        int problems = 0;
        for (boolean one : broken.toBooleanArray()) {
            problems += one ? 1 : 0;
        }
        if (problems > 0) {
            throw new InvalidInputException(
                    "logits",
                    "without a finite maximum in " + problems + " of " + rows + " row(s)",
                    "must have no NaN and at least one finite value per row",
                    "check the weights for NaN, and logit masks for rows that forbid every token");
        }
    }

    private static void requireArguments(Rules rules, double[] uniforms, int rows) {
        Check.that(
                uniforms.length == rows, "number of uniforms", uniforms.length, "must be " + rows, "pass one per row");
        for (double u : uniforms) {
            Check.that(u >= 0 && u < 1, "uniform", u, "must be at least 0 and below 1", "draw it from a generator");
        }
        int given = rules.histories().size();
        Check.that(
                given == 0 || given == rows,
                "number of histories",
                given,
                "must be 0 or the number of rows " + rows,
                "pass one per row");
    }
}
