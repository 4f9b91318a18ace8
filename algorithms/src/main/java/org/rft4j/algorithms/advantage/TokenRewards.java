package org.rft4j.algorithms.advantage;

import org.rft4j.engine.InvalidInputException;

/**
 * Rewards on the tokens of a grid, zero wherever the mask is 0. Immutable.
 *
 * <p>Estimators skip masked tokens, so a reward put on one (after the last policy token, on tool output) would be lost
 * without a trace. That is why the three ways to build this type differ in what they do with such a reward.
 */
public final class TokenRewards {
    private final TokenMask mask;
    private final double[] values;
    private final int excludedRows;

    private TokenRewards(TokenMask mask, double[] values, int excludedRows) {
        this.mask = mask;
        this.values = values;
        this.excludedRows = excludedRows;
    }

    /**
     * Rewards for every position. A reward other than 0 at a masked position is an error.
     *
     * @param mask the policy tokens
     * @param values B * T rewards, row-major
     * @return the rewards
     */
    public static TokenRewards of(TokenMask mask, double... values) {
        mask.requireGrid(values, "token rewards");
        for (int i = 0; i < values.length; i++) {
            if (!mask.isPolicy(i) && values[i] != 0) {
                throw new InvalidInputException(
                        "token reward[" + i / mask.columns() + "][" + i % mask.columns() + "]",
                        values[i],
                        "must be 0 where the mask is 0, because estimators skip that token and the reward would be"
                                + " lost",
                        "put it on the last policy token before it, or use TokenRewards.ignoringMasked if it is"
                                + " meaningless");
            }
        }
        return ignoringMasked(mask, values);
    }

    /**
     * Rewards for every position, of which those at masked positions are meaningless (a KL penalty computed on the whole
     * grid, say) and are dropped.
     *
     * @param mask the policy tokens
     * @param values B * T rewards, row-major; anything where the mask is 0
     * @return the rewards
     */
    public static TokenRewards ignoringMasked(TokenMask mask, double... values) {
        mask.requireUsable(values, "token reward");
        double[] copy = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            copy[i] = mask.isPolicy(i) ? values[i] : 0;
        }
        return new TokenRewards(mask, copy, 0);
    }

    /**
     * One outcome reward for each row, put on its last policy token. Rows whose reward does not apply lose their tokens
     * in {@link #mask()}, so that no statistic sees them, and are counted by {@link #excludedRows()}. A row without policy
     * tokens has nothing to train, and its reward has no place.
     *
     * @param mask the policy tokens
     * @param outcomes one reward for each row
     * @return the rewards
     */
    public static TokenRewards atLastToken(TokenMask mask, Rewards outcomes) {
        TokenMask applicable = mask.onlyApplicable(outcomes);
        double[] values = new double[mask.size()];
        for (int row = 0; row < mask.rows(); row++) {
            int last = applicable.lastToken(row);
            if (last >= 0) {
                values[last] = outcomes.value(row);
            }
        }
        return new TokenRewards(applicable, values, outcomes.notApplicable());
    }

    /**
     * The tokens that take part.
     *
     * @return the mask, without the rows whose reward does not apply
     */
    public TokenMask mask() {
        return mask;
    }

    /**
     * Rows left out because their reward does not apply.
     *
     * @return the count
     */
    public int excludedRows() {
        return excludedRows;
    }

    /**
     * The reward of one position.
     *
     * @param index {@code row * columns + column}
     * @return the reward, 0 where the mask is 0
     */
    public double value(int index) {
        return values[index];
    }
}
