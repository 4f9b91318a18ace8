package org.rft4j.core.report;

import java.util.Arrays;

/** A curve in one line of text: a bar for each stretch of it, as high as the stretch's mean. */
final class Sparkline {
    private static final int MOST_BARS = 40;

    private static final String BARS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    private Sparkline() {}

    /** The lowest bar is the least of the means, the highest the largest; a stretch without a finite value is a blank. */
    static String of(double[] values) {
        int bars = Math.min(MOST_BARS, values.length);
        double[] means = new double[bars];
        for (int i = 0; i < bars; i++) {
            int from = (int) ((long) values.length * i / bars);
            int to = (int) ((long) values.length * (i + 1) / bars);
            means[i] = Arrays.stream(values, from, to)
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN);
        }
        double least = Arrays.stream(means).filter(Double::isFinite).min().orElse(0);
        double most = Arrays.stream(means).filter(Double::isFinite).max().orElse(0);
        StringBuilder line = new StringBuilder();
        for (double mean : means) {
            double height = most > least ? (mean - least) / (most - least) : 0.5;
            line.append(Double.isNaN(mean) ? ' ' : BARS.charAt((int) Math.round(height * (BARS.length() - 1))));
        }
        return line.toString();
    }
}
