package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Turns curves into paths of SVG.
 *
 * @param steps the scale from left to right
 * @param values the scale from bottom to top
 * @param width of the picture, in its own units
 * @param height likewise
 */
record ChartLines(Axis steps, Axis values, double width, double height) {
    /** Points of a curve: more than a screen has columns for would only be weight. */
    static final int MOST_POINTS = 400;

    private static final int STEP_TICKS = 7;

    /** The steps that several charts have in common. */
    static Axis steps(List<Chart> charts) {
        double[] all = charts.stream()
                .flatMap(chart -> chart.curves().stream())
                .flatMapToDouble(curve -> DoubleStream.of(curve.steps()))
                .toArray();
        long first = (long) DoubleStream.of(all).min().orElse(0);
        return Axis.ofSteps(first, (long) DoubleStream.of(all).max().orElse(1), STEP_TICKS);
    }

    /** A scale on which all curves fit, from 0 if they are near it. */
    static Axis values(List<Curve> curves, int atMostTicks) {
        double[] finite = curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.values()))
                .filter(Double::isFinite)
                .toArray();
        double least = DoubleStream.of(finite).min().orElse(0);
        double most = DoubleStream.of(finite).max().orElse(0);
        boolean nearZero = least > 0 && least < most / 2;
        return Axis.ofValues(nearZero ? 0 : least, most, atMostTicks);
    }

    /** The lower and the upper edge of a chart's band around its first curve, smoothed as that is; none without a band. */
    static List<Curve> edges(Chart chart) {
        Curve middle = chart.curves().get(0).smoothed();
        return chart.band().map(band -> edges(middle, band.smoothed())).orElse(List.of());
    }

    private static List<Curve> edges(Curve middle, Curve half) {
        double[] low = new double[middle.length()];
        double[] high = new double[middle.length()];
        for (int i = 0; i < low.length; i++) {
            low[i] = middle.values()[i] - half.values()[i];
            high[i] = middle.values()[i] + half.values()[i];
        }
        return List.of(middle.with("low", low), middle.with("high", high));
    }

    /** A curve that pauses where it has no finite value. A point alone is drawn as a line of no length, which has round ends. */
    String line(Curve whole) {
        Curve curve = whole.thinned(MOST_POINTS);
        StringBuilder path = new StringBuilder();
        boolean down = false;
        for (int i = 0; i < curve.length(); i++) {
            double value = curve.values()[i];
            if (Double.isFinite(value)) {
                String point = x(curve.steps()[i]) + " " + y(value);
                path.append(down ? "L" : "M").append(point);
                boolean alone = !down && (i + 1 == curve.length() || !Double.isFinite(curve.values()[i + 1]));
                path.append(alone ? "L" + point : "");
            }
            down = Double.isFinite(value);
        }
        return path.toString();
    }

    /** What lies between two curves. */
    String area(Curve low, Curve high) {
        List<String> there = points(high);
        List<String> back = new ArrayList<>(points(low));
        Collections.reverse(back);
        return there.isEmpty() ? "" : "M" + String.join("L", there) + "L" + String.join("L", back) + "Z";
    }

    private List<String> points(Curve whole) {
        Curve curve = whole.thinned(MOST_POINTS);
        List<String> points = new ArrayList<>();
        for (int i = 0; i < curve.length(); i++) {
            if (Double.isFinite(curve.values()[i])) {
                points.add(x(curve.steps()[i]) + " " + y(curve.values()[i]));
            }
        }
        return points;
    }

    String x(double step) {
        return number(steps.place(step) * width);
    }

    String y(double value) {
        return number((1 - values.place(value)) * height);
    }

    /** A coordinate with at most one decimal. */
    static String number(double value) {
        double rounded = Math.rint(value * 10) / 10;
        return rounded == Math.rint(rounded)
                ? Long.toString(Math.round(rounded))
                : String.format(Locale.ROOT, "%.1f", rounded);
    }
}
