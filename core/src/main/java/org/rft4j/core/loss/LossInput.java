package org.rft4j.core.loss;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * A micro-batch as a loss sees it: B sequences, T tokens. Log-probs, entropies and values carry gradients, all else is constant.
 *
 * @param logProbs [B,T] fp32, 0 where the mask is 0
 * @param entropies [B,T] fp32, or null where the loss did not ask for them
 * @param values [B,T] fp32, or null where there is no critic
 * @param mask [B,T] fp32, 1 = the token is trained
 * @param weights [B,T] fp32, what each token counts in the optimiser step's loss, 0 where the mask is 0
 * @param columns [B,T] fp32 each, 0 where the mask is 0
 * @param window counts over the whole optimiser step
 */
public record LossInput(
        NDArray logProbs,
        @Nullable NDArray entropies,
        @Nullable NDArray values,
        NDArray mask,
        NDArray weights,
        Map<TokenColumn, NDArray> columns,
        WindowTotals window) {
    /** Copies the map. */
    public LossInput {
        columns = Map.copyOf(columns);
    }

    /**
     * A column that must be there.
     *
     * @param column which
     * @return [B,T]
     */
    public NDArray column(TokenColumn column) {
        NDArray found = columns.get(column);
        Check.that(
                found != null,
                "column '" + column.name() + "'",
                "absent",
                "must be there, the batch has "
                        + columns.keySet().stream()
                                .map(TokenColumn::name)
                                .sorted()
                                .toList(),
                "let the algorithm's needs() ask for it, or its estimate() compute it");
        return Objects.requireNonNull(found);
    }

    /**
     * Whether a column is there.
     *
     * @param column which
     * @return true if the batch has it
     */
    public boolean has(TokenColumn column) {
        return columns.containsKey(column);
    }

    /**
     * Entropies that must be there.
     *
     * @return [B,T]
     */
    public NDArray requireEntropies() {
        Check.that(
                entropies != null, "entropies", "absent", "must be there", "let the algorithm's needs() ask for them");
        return Objects.requireNonNull(entropies);
    }

    /**
     * Values that must be there.
     *
     * @return [B,T]
     */
    public NDArray requireValues() {
        Check.that(values != null, "values", "absent", "must be there", "train with a critic");
        return Objects.requireNonNull(values);
    }

    /**
     * The share of this micro-batch in a mean over all trained tokens of the optimiser step.
     *
     * @param perToken [B,T]
     * @return a scalar; the shares of all micro-batches add up to the mean
     */
    public NDArray tokenMean(NDArray perToken) {
        return perToken.mul(mask).sum().div(Math.max(1, window.tokens()));
    }

    /**
     * The share of this micro-batch in the loss.
     *
     * @param perToken [B,T], finite everywhere
     * @return a scalar; the shares of all micro-batches add up to the loss of the optimiser step
     */
    public NDArray weighted(NDArray perToken) {
        return perToken.mul(weights).sum();
    }
}
