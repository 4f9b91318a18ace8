package org.rft4j.core.loss;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * A micro-batch as a loss sees it: B sequences, T tokens. What the model says carries gradients, all else is constant.
 *
 * @param outputs what the model says
 * @param mask [B,T] fp32, 1 = the token is trained
 * @param weights [B,T] fp32, what each token counts in the optimiser step's loss, 0 where the mask is 0
 * @param columns [B,T] fp32 each, 0 where the mask is 0
 * @param units [B], which unit each sequence belongs to, from 0 in the order of the sequences: those of a unit, such as the two answers of a
 *     preference, follow one another in the order in which they were arranged
 * @param window counts over the whole optimiser step
 */
public record LossInput(
        ModelOutputs outputs,
        NDArray mask,
        NDArray weights,
        Map<TokenColumn, NDArray> columns,
        int[] units,
        WindowTotals window) {
    /** Larger than any number that a row has, and not so large that it is infinite in fp32. */
    private static final double BEYOND = 1e30;

    /** Copies the map. */
    public LossInput {
        columns = Map.copyOf(columns);
        units = units.clone();
        long sequences = mask.getShape().get(0);
        Check.that(
                units.length == sequences,
                "units of a micro-batch",
                units.length,
                "must be the number of its sequences " + sequences,
                "say of each sequence which unit it belongs to");
    }

    @Override
    public int[] units() {
        return units.clone();
    }

    /**
     * Log-probs of the tokens.
     *
     * @return [B,T], 0 where the mask is 0
     */
    public NDArray logProbs() {
        return outputs.logProbs();
    }

    /**
     * Entropies, if there are any.
     *
     * @return [B,T] or null
     */
    public @Nullable NDArray entropies() {
        return outputs.entropies();
    }

    /**
     * Values, if there are any.
     *
     * @return [B,T] or null
     */
    public @Nullable NDArray values() {
        return outputs.values();
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
                entropies() != null,
                "entropies",
                "absent",
                "must be there",
                "let the algorithm's needs() ask for them");
        return Objects.requireNonNull(entropies());
    }

    /**
     * Values that must be there.
     *
     * @return [B,T]
     */
    public NDArray requireValues() {
        Check.that(values() != null, "values", "absent", "must be there", "train with a critic, or a model of rewards");
        return Objects.requireNonNull(values());
    }

    /**
     * Divergences that must be there.
     *
     * @return [B,T]
     */
    public NDArray requireDivergences() {
        Check.that(
                outputs.divergences() != null,
                "divergences",
                "absent",
                "must be there",
                "let the objective's needs() ask for them");
        return Objects.requireNonNull(outputs.divergences());
    }

    /**
     * A number that each sequence has, written beside each of its trained tokens.
     *
     * @param column where it is written
     * @return [B], exactly that number; -1e30 for a sequence without a trained token
     */
    public NDArray ofSequence(TokenColumn column) {
        NDArray beside = column(column);
        NDArray left = mask.sub(1).mul(BEYOND);
        return beside.mul(mask).add(left).max(new int[] {1});
    }

    /**
     * Sums over the trained tokens of each sequence.
     *
     * @param perToken [B,T], finite everywhere
     * @return [B]
     */
    public NDArray sequenceSums(NDArray perToken) {
        return perToken.mul(mask).sum(new int[] {1});
    }

    /**
     * How many trained tokens each sequence has.
     *
     * @return [B]
     */
    public NDArray sequenceLengths() {
        return mask.sum(new int[] {1});
    }

    /**
     * The share of this micro-batch in a mean over all units of the optimiser step.
     *
     * @param perUnit [units of this micro-batch]
     * @return a scalar; the shares of all micro-batches add up to the mean
     */
    public NDArray unitMean(NDArray perUnit) {
        return perUnit.sum().div(Math.max(1, window.units()));
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
