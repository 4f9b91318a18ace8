package org.rft4j.examples.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;
import java.util.function.Supplier;

/** Prints a row per check: what, the largest difference from the obvious computation, both times. */
public final class CheckTable {
    private static final double TOLERANCE = 1e-5;
    private static final int WARM_UP = 3; // libtorch profiles a program's first calls
    private boolean failed;

    /** Prints the header. */
    public CheckTable() {
        System.out.printf("%-44s %12s %10s %10s%n", "kernel", "difference", "kernel", "plain");
    }

    /**
     * Runs a kernel and the plain computation of the same, compares and times them.
     *
     * @param name what is checked
     * @param kernel the kernel
     * @param plain the plain way
     */
    public void compare(String name, Supplier<NDArray> kernel, Supplier<NDArray> plain) {
        NDArray expected = plain.get();
        NDArray actual = kernel.get();
        double kernelSeconds = warmSeconds(kernel);
        double plainSeconds = warmSeconds(plain);
        double difference = difference(actual, expected);
        boolean fine = difference <= TOLERANCE;
        failed |= !fine;
        System.out.printf(
                Locale.ROOT,
                "%-44s %12.1e %7.1f ms %7.1f ms  %s%n",
                name,
                difference,
                kernelSeconds * 1e3,
                plainSeconds * 1e3,
                fine ? "ok" : "WRONG");
    }

    /**
     * Prints a number that must have a given value.
     *
     * @param name what is counted
     * @param value the number
     * @param expected what it must be
     */
    public void row(String name, long value, String expected) {
        boolean fine = expected.equals(Long.toString(value));
        failed |= !fine;
        System.out.printf("%-44s %12d %s%n", name, value, fine ? "ok" : "WRONG, must be " + expected);
    }

    /**
     * Whether any check failed.
     *
     * @return true if a row says WRONG
     */
    public boolean failed() {
        return failed;
    }

    /** The largest difference as a share of the largest expected number. */
    private static double difference(NDArray actual, NDArray expected) {
        NDArray a = actual.toType(DataType.FLOAT64, false);
        NDArray b = expected.toType(DataType.FLOAT64, false);
        return a.sub(b).abs().max().getDouble() / Math.max(1e-6, b.abs().max().getDouble());
    }

    private static double warmSeconds(Supplier<NDArray> work) {
        double last = 0;
        for (int i = 0; i <= WARM_UP; i++) {
            last = seconds(work);
        }
        return last;
    }

    private static double seconds(Supplier<NDArray> work) {
        long start = System.nanoTime();
        NDArray result = work.get();
        result.sum().toType(DataType.FLOAT64, false).getDouble(); // a device works behind the caller's back until asked
        return (System.nanoTime() - start) * 1e-9;
    }
}
