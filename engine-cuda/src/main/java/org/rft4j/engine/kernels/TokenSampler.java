package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
     */
    public record Draw(NDArray tokens, NDArray logProbs) {}

    /**
     * Draws tokens.
     *
     * @param logits [N,V], any float type, not changed
     * @param filters one filter for all rows or one per row
     * @param seenTokens [N,S] int64, the text so far (negative = padding); needed for repetition penalties, null otherwise
     * @param uniforms one number in [0,1) per row
     * @param scope owns the results
     * @return tokens and their log-probs
     */
    public static Draw draw(
            NDArray logits,
            List<SamplingFilter> filters,
            @Nullable NDArray seenTokens,
            double[] uniforms,
            NDManager scope) {
        Shapes.require(logits, "logits [N,V]", Shapes.ANY, Shapes.ANY);
        Check.that(logits.size() > 0, "logits [N,V]", logits.getShape(), "must not be empty", "skip empty batches");
        Shapes.requireType(logits, "logits", DataType.FLOAT32, DataType.BFLOAT16, DataType.FLOAT16);
        int rows = (int) logits.getShape().get(0);
        requireArguments(logits, filters, seenTokens, uniforms, rows);
        NDList results = TensorProgram.named("support")
                .call("sample")
                .with("logits", logits)
                .with("seen_tokens", seenTokens)
                .with("filters", SamplingFilter.tableFor(filters, rows, logits, scope))
                .with("uniforms", scope.create(uniforms).toDevice(logits.getDevice(), false))
                .run(scope);
        long problems = results.get(2).getLong();
        if (problems > 0) {
            throw new InvalidInputException(
                    "logits",
                    "without a finite maximum in " + problems + " of " + rows + " row(s)",
                    "must have no NaN and at least one finite value per row",
                    "check the weights for NaN, and logit masks for rows that forbid every token");
        }
        return new Draw(results.get(0), results.get(1));
    }

    private static void requireArguments(
            NDArray logits, List<SamplingFilter> filters, @Nullable NDArray seenTokens, double[] uniforms, int rows) {
        Check.that(
                uniforms.length == rows, "number of uniforms", uniforms.length, "must be " + rows, "pass one per row");
        for (double u : uniforms) {
            Check.that(u >= 0 && u < 1, "uniform", u, "must be at least 0 and below 1", "draw it from a generator");
        }
        boolean penalised = filters.stream().anyMatch(f -> f.repetitionPenalty() != 1);
        if (seenTokens == null) {
            Check.that(
                    !penalised, "seenTokens", null, "must be given with a repetition penalty", "pass the text so far");
        } else {
            SeenTokens.requireTokens(seenTokens, rows, logits.getShape().get(1), logits);
        }
    }
}
