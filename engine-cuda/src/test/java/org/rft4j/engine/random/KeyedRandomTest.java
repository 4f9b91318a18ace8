package org.rft4j.engine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedRandomTest {
    private static final int DRAWS = 100_000;

    /** The known answers of Random123's kat_vectors for philox4x32 with 10 rounds. */
    static Stream<Arguments> knownAnswers() {
        return Stream.of(
                Arguments.of(new int[] {0, 0, 0, 0}, new int[] {0, 0}, new int[] {
                    0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8
                }),
                Arguments.of(new int[] {-1, -1, -1, -1}, new int[] {-1, -1}, new int[] {
                    0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd
                }),
                Arguments.of(
                        new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                        new int[] {0xa4093822, 0x299f31d0},
                        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
    }

    @ParameterizedTest
    @MethodSource("knownAnswers")
    void philoxGivesTheKnownAnswers(int[] counter, int[] key, int[] expected) {
        assertThat(KeyedRandom.philox(counter, key[0], key[1])).isEqualTo(expected);
    }

    @Test
    void drawsDependOnKeyAndIndexOnly() {
        KeyedRandom one = KeyedRandom.ofSeed(1).derive("rollout").derive(7);
        KeyedRandom same = KeyedRandom.ofSeed(1).derive("rollout").derive(7);
        double[] forwards = one.uniforms(0, 100);
        one.gaussian(3);
        one.derive(5).bits(0);

        for (int i = 99; i >= 0; i--) {
            assertThat(same.uniform(i)).isEqualTo(forwards[i]);
            assertThat(one.uniform(i)).isEqualTo(forwards[i]);
        }
        assertThat(same.uniforms(40, 3)).containsExactly(Arrays.copyOfRange(forwards, 40, 43));
    }

    @Test
    void everyPathHasItsOwnDraws() {
        KeyedRandom root = KeyedRandom.ofSeed(3);
        Stream<KeyedRandom> paths = Stream.of(
                root,
                KeyedRandom.ofSeed(4),
                root.derive(0),
                root.derive(1),
                root.derive(0).derive(1),
                root.derive(1).derive(0),
                root.derive(0).derive(0),
                root.derive("a"),
                root.derive("ab"),
                root.derive("ba"),
                root.derive("a").derive("b"),
                root.derive(-1),
                root.derive(Long.MIN_VALUE));
        Set<Long> first = new HashSet<>();
        paths.forEach(path -> assertThat(first.add(path.bits(0))).isTrue());
    }

    @Test
    void indicesBeyondThirtyTwoBitsCount() {
        KeyedRandom random = KeyedRandom.ofSeed(5);
        assertThat(LongStream.of(0, 1, 1L << 32, (1L << 32) + 1, Long.MAX_VALUE, -1)
                        .map(random::bits)
                        .distinct()
                        .count())
                .isEqualTo(6);
        assertThat(LongStream.range(0, DRAWS).map(random::bits).distinct().count())
                .isEqualTo(DRAWS);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42})
    void uniformsAreUniform(long seed) {
        double[] draws = KeyedRandom.ofSeed(seed).uniforms(0, DRAWS);
        assertThat(Arrays.stream(draws).allMatch(u -> u >= 0 && u < 1 && u * 0x1p53 == Math.rint(u * 0x1p53)))
                .isTrue();

        double mean = Arrays.stream(draws).average().orElseThrow();
        double variance =
                Arrays.stream(draws).map(u -> (u - 0.5) * (u - 0.5)).average().orElseThrow();
        double neighbours = 0;
        int[] bins = new int[100];
        for (int i = 0; i < DRAWS; i++) {
            bins[(int) Math.floor(draws[i] * bins.length)]++;
            neighbours += (draws[i] - 0.5) * (draws[(i + 1) % DRAWS] - 0.5) / DRAWS;
        }
        double perBin = (double) DRAWS / bins.length;
        double chiSquare = Arrays.stream(bins)
                .mapToDouble(n -> (n - perBin) * (n - perBin) / perBin)
                .sum();
        // four standard deviations each; chi-square has 99 degrees of freedom: mean 99, deviation 14
        assertThat(mean).isCloseTo(0.5, within(4e-3));
        assertThat(variance).isCloseTo(1 / 12.0, within(1e-3));
        assertThat(neighbours).isCloseTo(0, within(1.1e-3));
        assertThat(chiSquare).isBetween(99 - 4 * 14.1, 99 + 4 * 14.1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7})
    void gaussiansAreNormal(long seed) {
        KeyedRandom random = KeyedRandom.ofSeed(seed);
        double[] moments = new double[5];
        int beyondTwo = 0;
        for (int i = 0; i < DRAWS; i++) {
            double g = random.gaussian(i);
            beyondTwo += Math.abs(g) > 2 ? 1 : 0;
            for (int m = 1; m < moments.length; m++) {
                moments[m] += Math.pow(g, m) / DRAWS;
            }
        }
        double unit = 4 / Math.sqrt(DRAWS); // four standard deviations of a mean of unit variance
        assertThat(moments[1]).isCloseTo(0, within(unit));
        assertThat(moments[2]).isCloseTo(1, within(unit * Math.sqrt(2)));
        assertThat(moments[3]).isCloseTo(0, within(unit * Math.sqrt(15)));
        assertThat(moments[4]).isCloseTo(3, within(unit * Math.sqrt(96)));
        assertThat((double) beyondTwo / DRAWS).isCloseTo(0.0455, within(unit * 0.21));
    }

    @Test
    void namesAndNumbersAreApart() {
        KeyedRandom root = KeyedRandom.ofSeed(3);
        assertThat(root.derive("q").bits(0))
                .isNotEqualTo(root.derive(1).derive('q').bits(0));
    }
}
