package org.rft4j.algorithms.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Reads {@code golden/group.json} (see {@code src/test/golden/generate_group.py}) and compares. */
public final class GroupGolden {
    /** fp32 against float64, relative to numbers above 1. */
    public static final double FP32 = 2e-6;

    /** Two float64 implementations, relative to numbers above 1. */
    public static final double FP64 = 1e-12;

    /** Central differences in float64, relative to numbers above 1. */
    public static final double DIFFERENCES = 1e-6;

    private GroupGolden() {}

    /**
     * A part of the file.
     *
     * @param part its name
     * @return the part
     */
    public static JsonNode read(String part) {
        try (InputStream json = GroupGolden.class.getResourceAsStream("/golden/group.json")) {
            return new ObjectMapper().readTree(json).required(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A list of numbers.
     *
     * @param array in the file
     * @return its numbers, NaN for null
     */
    public static double[] numbers(JsonNode array) {
        return array.valueStream()
                .mapToDouble(node -> node.isNull() ? Double.NaN : node.doubleValue())
                .toArray();
    }

    /**
     * Rows of numbers.
     *
     * @param rows in the file
     * @return their numbers
     */
    public static double[][] grid(JsonNode rows) {
        return rows.valueStream().map(GroupGolden::numbers).toArray(double[][]::new);
    }

    /**
     * Compares, relative to numbers above 1.
     *
     * @param what is compared
     * @param actual numbers
     * @param expected numbers
     * @param tolerance how far they may be apart
     */
    public static void assertClose(String what, double[] actual, double[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double margin = tolerance * Math.max(1, Math.abs(expected[i]));
            assertThat(actual[i]).as(what + "[" + i + "]").isCloseTo(expected[i], within(margin));
        }
    }

    /**
     * Compares rows.
     *
     * @param what is compared
     * @param actual numbers
     * @param expected numbers
     * @param tolerance how far they may be apart
     */
    public static void assertClose(String what, double[][] actual, double[][] expected, double tolerance) {
        assertThat(actual.length).as(what).isEqualTo(expected.length);
        for (int row = 0; row < expected.length; row++) {
            assertClose(what + "[" + row + "]", actual[row], expected[row], tolerance);
        }
    }
}
