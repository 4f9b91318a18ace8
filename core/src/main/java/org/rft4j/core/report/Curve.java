package org.rft4j.core.report;

import java.util.Arrays;

/**
 * Numbers over steps.
 *
 * @param name what a legend calls it
 * @param steps rising
 * @param values one per step; NaN where there is none
 */
record Curve(String name, double[] steps, double[] values) {
    /** Below so many points a curve is shown as it is. */
    private static final int FEW = 40;

    private static final int WIDEST_WINDOW = 100;

    /** A curve that goes up and down so many times as far as its means is noisy. */
    private static final double NOISE = 1.5;

    int length() {
        return steps.length;
    }

    /** The same curve under another name and with other values. */
    Curve with(String otherName, double[] otherValues) {
        return new Curve(otherName, steps, otherValues);
    }

    boolean hasValues() {
        return Arrays.stream(values).anyMatch(Double::isFinite);
    }

    double last() {
        for (int i = values.length - 1; i >= 0; i--) {
            if (!Double.isNaN(values[i])) {
                return values[i];
            }
        }
        return Double.NaN;
    }

    /** Over how many points a mean goes: a twentieth of the curve, within limits. */
    int window() {
        return Math.min(WIDEST_WINDOW, Math.max(5, length() / 20)) | 1;
    }

    /**
     * Weighted means over {@link #window} points around each, fewer at both ends; this curve itself where it has few points or no noise.
     * What is not finite does not count.
     */
    Curve smoothed() {
        if (length() < FEW) {
            return this;
        }
        double[] means = means(window());
        return ways(values) > NOISE * ways(means) ? with(name, means) : this;
    }

    /** Whether another curve has the same values. */
    boolean isLike(Curve other) {
        return Arrays.equals(values, other.values);
    }

    private double[] means(int window) {
        int half = window / 2;
        double[] means = new double[length()];
        for (int i = 0; i < means.length; i++) {
            double sum = 0;
            double weights = 0;
            for (int j = Math.max(0, i - half); j <= Math.min(means.length - 1, i + half); j++) {
                double weight = Double.isFinite(values[j]) ? half + 1.0 - Math.abs(i - j) : 0;
                sum += weight == 0 ? 0 : weight * values[j];
                weights += weight;
            }
            means[i] = weights == 0 ? Double.NaN : sum / weights;
        }
        return means;
    }

    /** How far a curve goes up and down in all. */
    private static double ways(double[] values) {
        double ways = 0;
        for (int i = 1; i < values.length; i++) {
            double way = Math.abs(values[i] - values[i - 1]);
            ways += Double.isFinite(way) ? way : 0;
        }
        return ways;
    }

    /** At most about so many points: of each stretch the least and the largest value, so that no spike is lost. */
    Curve thinned(int atMost) {
        if (length() <= atMost) {
            return this;
        }
        int stretches = atMost / 2;
        double[] someSteps = new double[stretches * 2];
        double[] someValues = new double[stretches * 2];
        for (int i = 0; i < stretches; i++) {
            int from = (int) ((long) length() * i / stretches);
            int to = (int) ((long) length() * (i + 1) / stretches);
            int least = from;
            int most = from;
            for (int j = from; j < to; j++) {
                least = values[j] < values[least] || Double.isNaN(values[least]) ? j : least;
                most = values[j] > values[most] || Double.isNaN(values[most]) ? j : most;
            }
            int first = least == most ? from : Math.min(least, most);
            int second = least == most ? to - 1 : Math.max(least, most);
            someSteps[2 * i] = steps[first];
            someValues[2 * i] = values[first];
            someSteps[2 * i + 1] = steps[second];
            someValues[2 * i + 1] = values[second];
        }
        return new Curve(name, someSteps, someValues);
    }
}
