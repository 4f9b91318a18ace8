package org.rft4j.rollout.selection;

import org.rft4j.engine.Check;

/**
 * A range of numbers.
 *
 * @param above all numbers are greater
 * @param upTo no number is greater
 */
public record NumberRange(double above, double upTo) {
    /** Refuses a range without numbers. */
    public NumberRange {
        Check.that(
                above < upTo,
                "range of numbers",
                "(" + above + "," + upTo + "]",
                "must have its lower end below its upper end",
                "give the lower end first");
    }

    /**
     * All numbers up to one.
     *
     * @param last the greatest
     * @return the range
     */
    public static NumberRange upTo(double last) {
        return new NumberRange(Double.NEGATIVE_INFINITY, last);
    }

    boolean contains(double number) {
        return number > above && number <= upTo;
    }
}
