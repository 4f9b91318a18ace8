package org.rft4j.core.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A scale with round numbers on it.
 *
 * @param low where it begins
 * @param high where it ends, larger than low
 * @param ticks the numbers that are written at it, rising
 * @param step how far these are apart
 */
record Axis(double low, double high, List<Double> ticks, double step) {
    private static final double[] ROUND = {1, 2, 5, 10};

    /** Room beside the extreme values, as a share of what is between them. */
    private static final double ROOM = 0.04;

    /** A scale of values, with a little room at both ends, but none below a 0. */
    static Axis ofValues(double least, double most, int atMostTicks) {
        boolean wide = most - least > Math.abs(most) * 1e-9;
        double room = wide ? (most - least) * ROOM : most == 0 ? 1 : Math.abs(most) / 2;
        double low = least == 0 ? 0 : least - room;
        double high = most + room;
        return ticked(low, high, step((high - low) / (atMostTicks - 1)));
    }

    /** A scale of steps, which begins and ends where they do. */
    static Axis ofSteps(long first, long last, int atMostTicks) {
        double low = (double) first;
        double high = (double) Math.max(last, first + 1);
        return ticked(low, high, Math.max(1, step((high - low) / (atMostTicks - 1))));
    }

    private static Axis ticked(double low, double high, double step) {
        List<Double> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return new Axis(low, high, List.copyOf(ticks), step);
    }

    /** The next 1, 2 or 5 times a power of ten. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double round : ROUND) {
            if (round * power >= least * (1 - 1e-9)) {
                return round * power;
            }
        }
        throw new IllegalStateException("no round number is at least " + least);
    }

    /** Where a value is, from 0 to 1. */
    double place(double value) {
        return (value - low) / (high - low);
    }

    /** The words of a tick: all of a scale have as many decimals. */
    String label(double tick) {
        int power = (int) Math.floor(Math.log10(step) + 1e-9);
        double largest = Math.max(Math.abs(low), Math.abs(high));
        if (tick == 0) {
            return "0";
        }
        if (largest >= 1e6) {
            return scaled(tick, 6, power) + "M";
        }
        if (largest >= 1e4) {
            return scaled(tick, 3, power) + "k";
        }
        if (largest < 1e-3) {
            int exponent = (int) Math.floor(Math.log10(largest) + 1e-9);
            return scaled(tick, exponent, power) + "e" + exponent;
        }
        return scaled(tick, 0, power);
    }

    private static String scaled(double tick, int exponent, int powerOfStep) {
        int decimals = Math.max(0, exponent - powerOfStep);
        return new BigDecimal(tick)
                .movePointLeft(exponent)
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .toPlainString()
                .replace("-", "\u2212");
    }
}
