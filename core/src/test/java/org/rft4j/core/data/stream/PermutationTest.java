package org.rft4j.core.data.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.random.KeyedRandom;

class PermutationTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 16, 17, 255, 256, 257, 1000, 65537})
    void everyNumberComesOnce(int size) {
        Permutation permutation = new Permutation(KeyedRandom.ofSeed(size), size);
        int[] order = IntStream.range(0, size).map(permutation::at).toArray();
        Arrays.sort(order);
        assertThat(order).isEqualTo(IntStream.range(0, size).toArray());
    }

    /** Of the largest size there is, a sample: no number twice, none out of range, spread evenly over halves. */
    @Test
    void largeSizesTakeNoMemory() {
        Permutation permutation = new Permutation(KeyedRandom.ofSeed(1), Integer.MAX_VALUE);
        int[] sample =
                IntStream.range(0, 10_000).map(permutation::at).distinct().toArray();
        assertThat(sample).hasSize(10_000);
        assertThat(Arrays.stream(sample).min().orElseThrow()).isNotNegative();
        long upper =
                Arrays.stream(sample).filter(i -> i > Integer.MAX_VALUE / 2).count();
        assertThat(upper).isBetween(4800L, 5200L);
    }

    /** Chi-square of the orders of 4 over 24,000 seeds, 23 degrees of freedom: beyond 52 once in 2,000 times. */
    @Test
    void ordersAreEquallyLikely() {
        Map<String, Integer> counts = new HashMap<>();
        for (int seed = 0; seed < 24_000; seed++) {
            Permutation permutation = new Permutation(KeyedRandom.ofSeed(seed), 4);
            counts.merge(
                    "" + permutation.at(0) + permutation.at(1) + permutation.at(2) + permutation.at(3),
                    1,
                    Integer::sum);
        }
        assertThat(counts).hasSize(24);
        double chiSquare = counts.values().stream()
                .mapToDouble(count -> (count - 1000.0) * (count - 1000.0) / 1000)
                .sum();
        assertThat(chiSquare).isLessThan(52);
    }

    /** Chi-square of where each of 10 numbers goes over 10,000 seeds, 81 degrees of freedom: beyond 130 once in 2,000 times. */
    @Test
    void placesAreEquallyLikely() {
        int[][] counts = new int[10][10];
        for (int seed = 0; seed < 10_000; seed++) {
            Permutation permutation = new Permutation(KeyedRandom.ofSeed(seed), 10);
            for (int i = 0; i < 10; i++) {
                counts[i][permutation.at(i)]++;
            }
        }
        double chiSquare = Arrays.stream(counts)
                .flatMapToInt(Arrays::stream)
                .mapToDouble(count -> (count - 1000.0) * (count - 1000.0) / 1000)
                .sum();
        assertThat(chiSquare).isLessThan(130);
    }
}
