package org.rft4j.benchmarks.head;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Runs contenders in turn, so that whatever else the machine does hits them alike, and compares medians. */
final class Contest {
    private final Map<String, Runnable> contenders = new LinkedHashMap<>();
    private final Map<String, double[]> seconds = new LinkedHashMap<>();

    Contest with(String name, Runnable contender) {
        contenders.put(name, contender);
        return this;
    }

    /** Runs everyone warm-up times unmeasured (programs are slow until libtorch has profiled them), then in turn. */
    Contest run(int warmUp, int rounds) {
        for (int i = 0; i < warmUp; i++) {
            contenders.values().forEach(Runnable::run);
        }
        contenders.keySet().forEach(name -> seconds.put(name, new double[rounds]));
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Runnable> contender : contenders.entrySet()) {
                long start = System.nanoTime();
                contender.getValue().run();
                secondsOf(contender.getKey())[round] = (System.nanoTime() - start) * 1e-9;
            }
        }
        return this;
    }

    double median(String name) {
        return median(secondsOf(name));
    }

    /** The median over rounds of one contender's time as a share of another's in the same round. */
    double medianRatio(String name, String baseline) {
        double[] ratios = secondsOf(name).clone();
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] /= secondsOf(baseline)[i];
        }
        return median(ratios);
    }

    String describe(String name) {
        double[] sorted = secondsOf(name).clone();
        Arrays.sort(sorted);
        return String.format(Locale.ROOT, "%.3f s (%.3f to %.3f)", median(name), sorted[0], sorted[sorted.length - 1]);
    }

    private double[] secondsOf(String name) {
        return Objects.requireNonNull(seconds.get(name), name);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
