package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.random.KeyedRandom;

/** Where sequences lie. */
class BatchLayoutTest {
    @Test
    void packsTheLongestFirst() {
        Placement placement = BatchLayout.packed(10).place(Texts.ofLengths(3, 7, 4, 6, 2));
        // 7 and 3 fill the first row, 6 and 4 the second one, 2 is left
        assertThat(placement.rows()).isEqualTo(3);
        assertThat(placement.columns()).isEqualTo(10);
        assertThat(IntStream.range(0, 5).map(n -> placement.placeOf(n, 0)).toArray())
                .containsExactly(7, 0, 16, 10, 20);
    }

    @Test
    void noTwoTokensShareAPlace() {
        for (int round = 0; round < 100; round++) {
            KeyedRandom random = KeyedRandom.ofSeed(7).derive("layouts").derive(round);
            int[] lengths = IntStream.range(0, 1 + (int) (random.uniform(0) * 20))
                    .map(n -> 1 + (int) (random.uniform(10 + n) * 30))
                    .toArray();
            TokenBatch batch = Texts.ofLengths(lengths);
            for (BatchLayout layout :
                    List.of(BatchLayout.rightPadded(), BatchLayout.leftPadded(), BatchLayout.packed(40))) {
                Placement placement = layout.place(batch);
                Set<Integer> places = new HashSet<>();
                for (int n = 0; n < lengths.length; n++) {
                    int row = placement.placeOf(n, 0) / placement.columns();
                    for (int t = 0; t < lengths[n]; t++) {
                        assertThat(places.add(placement.placeOf(n, t))).isTrue();
                        assertThat(placement.placeOf(n, t) / placement.columns())
                                .isEqualTo(row);
                    }
                }
                assertThat(placement.columns()).isLessThanOrEqualTo(40);
                assertThat(placement.rows()).isLessThanOrEqualTo(lengths.length);
            }
        }
    }

    @Test
    void padsOnEitherSide() {
        TokenBatch batch = Texts.ofLengths(2, 5);
        assertThat(BatchLayout.leftPadded().place(batch).placeOf(0, 0)).isEqualTo(3);
        assertThat(BatchLayout.rightPadded().place(batch).placeOf(0, 0)).isZero();
    }

    @Test
    void refusesRowsThatAreTooShort() {
        assertThatThrownBy(() -> BatchLayout.packed(4).place(Texts.ofLengths(2, 5)))
                .hasMessage("length of the longest sequence was 5, must be at most the length of a packed row 4;"
                        + " pack into longer rows, or cut the sequence");
        assertThatThrownBy(() -> BatchLayout.packed(0)).hasMessageContaining("rowLength was 0, must be positive");
    }
}
