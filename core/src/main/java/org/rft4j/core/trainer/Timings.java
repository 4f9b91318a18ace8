package org.rft4j.core.trainer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Adds up how long things take, in seconds by name. For one thread at a time. */
final class Timings {
    /** For those that measure by themselves. */
    static final LongSupplier CLOCK = System::nanoTime;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<String, Double> seconds = new LinkedHashMap<>();

    <T> T time(String name, Supplier<T> work) {
        long begin = System.nanoTime();
        try {
            return work.get();
        } finally {
            add(name, (System.nanoTime() - begin) / NANOS_PER_SECOND);
        }
    }

    void add(String name, double more) {
        seconds.merge(name, more, Double::sum);
    }

    void addAll(Map<String, Double> more) {
        more.forEach(this::add);
    }

    double get(String name) {
        return seconds.getOrDefault(name, 0.0);
    }

    /** What has been added up since the last call. */
    Map<String, Double> take() {
        Map<String, Double> taken = new LinkedHashMap<>(seconds);
        seconds.clear();
        return taken;
    }
}
