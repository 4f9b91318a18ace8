package org.rft4j.algorithms.advantage;

/**
 * A running mean that is exact when all values are equal: {@code 0.1} three times has mean {@code 0.1}, not the rounded
 * sum over 3. Every baseline of this package uses it, so that "nothing to compare" is exactly 0.
 */
final class ExactMean {
    private double sum;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private int count;

    void add(double value) {
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
        count++;
    }

    int count() {
        return count;
    }

    /** Whether there is at least one value and all are equal. */
    boolean isFlat() {
        return min == max;
    }

    /** The mean; 0 without values. */
    double value() {
        return isFlat() ? min : count == 0 ? 0 : sum / count;
    }
}
