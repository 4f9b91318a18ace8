package org.rft4j.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;

/**
 * Comparison by norm: the largest difference may be a share of the largest expected number. Numbers that are small only
 * because larger ones cancelled cannot be more exact than those, so a comparison number by number would be the wrong one.
 */
public final class Close {
    /** fp32 results against float64 ones. */
    public static final double RTOL_FP32 = 1e-5;

    /** bf16 results against float64 results on the same, already rounded, inputs. */
    public static final double RTOL_BF16 = 2e-2; // tolerance: bf16 numbers have 8 significant bits

    /** The same for gradients: an error of a logit comes back multiplied by the slopes of log p and H. */
    public static final double RTOL_BF16_GRADIENT = 4e-2; // tolerance: bf16 logits have 8 significant bits

    /** Central differences of an fp32 function: rounding over the step width, and the step's curvature. */
    public static final double RTOL_DIFFERENCES = 2e-3;

    /** Where all expected numbers are smaller than this they are what cancelled among numbers at least of this size. */
    private static final double FLOOR = 0.1;

    private Close() {}

    /**
     * Compares an array with expected numbers.
     *
     * @param what the quantity, for the message
     * @param actual an array of any float type
     * @param expected its numbers, row-major
     * @param rtol the largest difference, as a share of the largest expected number
     */
    public static void assertClose(String what, NDArray actual, double[] expected, double rtol) {
        assertClose(what, Tensors.doubles(actual), expected, rtol);
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
            if (!Double.isFinite(e)) {
                assertThat(e).as("expected %s", what).isFinite();
            }
            scale = Math.max(scale, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(actual[i] - expected[i]);
            if (!(error <= rtol * scale)) { // an assertion for each number would take longer than making it
                assertThat(error)
                        .as("error of %s[%d]: was %s, expected %s", what, i, actual[i], expected[i])
                        .isLessThanOrEqualTo(rtol * scale);
            }
        }
    }

    /**
     * Compares two arrays bit for bit.
     *
     * @param what the quantity, for the message
     * @param actual an array
     * @param expected an array of the same type
     */
    public static void assertSameBits(String what, NDArray actual, NDArray expected) {
        assertThat(actual.getDataType()).as("type of %s", what).isEqualTo(expected.getDataType());
        assertThat(actual.getShape()).as("shape of %s", what).isEqualTo(expected.getShape());
        assertThat(actual.toByteArray()).as(what).isEqualTo(expected.toByteArray());
    }
}
