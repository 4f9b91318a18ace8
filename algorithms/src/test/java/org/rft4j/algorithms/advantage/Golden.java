package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code golden/advantages.json} (see {@code src/test/golden/generate_advantages.py}) and compares arrays. */
final class Golden {
    /** Two float64 implementations that sum in different orders. */
    static final double TOLERANCE_F64 = 1e-12;

    private Golden() {}

    static JsonNode read(String part) {
        try (InputStream json = Golden.class.getResourceAsStream("/golden/advantages.json")) {
            return new ObjectMapper().readTree(json).required(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Numbers of a possibly nested array, row-major. */
    static double[] numbers(JsonNode array) {
        List<Double> flat = new ArrayList<>();
        collect(array, flat);
        return flat.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static void collect(JsonNode node, List<Double> into) {
        if (node.isArray()) {
            node.forEach(child -> collect(child, into));
        } else {
            into.add(node.isNull() ? Double.NaN : node.doubleValue());
        }
    }

    static int[] integers(JsonNode array) {
        double[] numbers = numbers(array);
        int[] integers = new int[numbers.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) numbers[i];
        }
        return integers;
    }

    /** Rewards in which null means not applicable. */
    static Rewards rewards(JsonNode array) {
        double[] values = numbers(array);
        boolean[] applicable = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            applicable[i] = !Double.isNaN(values[i]);
        }
        return Rewards.of(values, applicable);
    }

    static Groups groups(JsonNode keys) {
        List<Integer> list = new ArrayList<>();
        keys.forEach(key -> list.add(key.intValue()));
        return Groups.ofKeys(list);
    }

    static TokenMask mask(JsonNode rows) {
        int[][] mask = new int[rows.size()][];
        for (int row = 0; row < mask.length; row++) {
            mask[row] = integers(rows.get(row));
        }
        return TokenMask.ofRows(mask);
    }

    static void assertClose(String what, double[] actual, double... expected) {
        assertClose(what, TOLERANCE_F64, actual, expected);
    }

    static void assertClose(String what, double tolerance, double[] actual, double... expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).as(what + "[" + i + "]").isCloseTo(expected[i], within(tolerance));
        }
    }
}
