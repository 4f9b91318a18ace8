package org.rft4j.algorithms.preference;

import ai.djl.ndarray.NDArray;
import java.util.Set;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * By how much the chosen answer's reward should be higher: {@code constant + factor m}, with m the number that a pair has in the column
 * {@link TokenColumn#MARGIN}. A margin of a pair may say how much better the chosen answer is, as in DPO with an offset (arXiv 2402.10571).
 *
 * @param constant the same for all pairs
 * @param factor of a pair's own number; where it is 0 the column need not be there
 */
public record Margin(double constant, double factor) {
    /** None. */
    public static final Margin NONE = new Margin(0, 0);

    /** The pair's own number. */
    public static final Margin OF_PAIR = new Margin(0, 1);

    /** Checks the numbers. */
    public Margin {
        Check.that(Double.isFinite(constant), "constant of a margin", constant, "must be finite", "use 0 for none");
        Check.that(Double.isFinite(factor), "factor of a margin", factor, "must be finite", "use 0 for none");
    }

    /**
     * The same for all pairs.
     *
     * @param gamma by how much
     * @return the margin
     */
    public static Margin of(double gamma) {
        return new Margin(gamma, 0);
    }

    Set<TokenColumn> columns() {
        return factor == 0 ? Set.of() : Set.of(TokenColumn.MARGIN);
    }

    NDArray takenFrom(NDArray z, PairTerms pairs) {
        NDArray shifted = z.sub(constant);
        return factor == 0
                ? shifted
                : shifted.sub(pairs.chosen().number(TokenColumn.MARGIN).mul(factor));
    }
}
