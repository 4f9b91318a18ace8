package org.rft4j.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Comparison of arrays by norm: the largest difference may be a share of the largest expected number. */
public final class Close {
    /** Where all expected numbers are smaller than this they are what cancelled among numbers at least of this size. */
    private static final double FLOOR = 0.1;

    private Close() {}

    /**
     * Compares arrays.
     *
     * @param what the quantity, for the message
     * @param actual an array of any float type
     * @param expected an array of any float type and the same shape
     * @param rtol the largest difference, as a share of the largest expected number
     */
    public static void assertClose(String what, NDArray actual, NDArray expected, double rtol) {
        assertThat(actual.getShape()).as("shape of %s", what).isEqualTo(expected.getShape());
        assertClose(what, doubles(actual), doubles(expected), rtol);
    }

    /**
     * Compares numbers.
     *
     * @param what the quantity, for the message
     * @param actual what was computed
     * @param expected what should have been
     * @param rtol the largest difference, as a share of the largest expected number
     */
    public static void assertClose(String what, double[] actual, double[] expected, double rtol) {
        assertThat(actual).as("length of %s", what).hasSameSizeAs(expected);
        double scale = FLOOR;
        for (double e : expected) {
            assertThat(e).as("expected %s", what).isFinite();
            scale = Math.max(scale, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("error of %s[%d]: was %s, expected %s", what, i, actual[i], expected[i])
                    .isLessThanOrEqualTo(rtol * scale);
        }
    }

    /**
     * Compares bit for bit.
     *
     * @param what the quantity, for the message
     * @param actual an array
     * @param expected an array of the same type
     */
    public static void assertSameBits(String what, NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).as("shape of %s", what).isEqualTo(expected.getShape());
        assertThat(doubles(actual)).as(what).isEqualTo(doubles(expected));
    }

    /**
     * Reads an array of any float type.
     *
     * @param array the array
     * @return its numbers, row-major
     */
    public static double[] doubles(NDArray array) {
        try (NDArray constant = array.stopGradient();
                NDArray wide = constant.toType(DataType.FLOAT64, true)) {
            return wide.toDoubleArray();
        }
    }
}
