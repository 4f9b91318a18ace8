package org.rft4j.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.policy.MicroBatches.TooLong;
import org.rft4j.engine.random.KeyedRandom;

/** Plans of micro-batches keep their promises for any lengths. */
class MicroBatchesTest {
    private static final int ROUNDS = 300;

    @Test
    void plansAreWithinBudgetAndComplete() {
        for (int round = 0; round < ROUNDS; round++) {
            KeyedRandom random = KeyedRandom.ofSeed(7).derive("plans").derive(round);
            int[] lengths = IntStream.range(0, 1 + (int) (random.uniform(0) * 60))
                    .map(n -> 1 + (int) (random.uniform(10 + n) * 90))
                    .toArray();
            int budget = 90 + (int) (random.uniform(1) * 400);
            int maxRows = 1 + (int) (random.uniform(2) * 12);

            List<List<Integer>> plan = MicroBatches.plan(lengths, budget, maxRows, TooLong.REFUSE);

            List<Integer> all = new ArrayList<>();
            int shortestBefore = Integer.MAX_VALUE;
            for (List<Integer> part : plan) {
                int longest = part.stream().mapToInt(n -> lengths[n]).max().orElseThrow();
                assertThat(part).hasSizeBetween(1, maxRows);
                assertThat(part.size() * longest).isLessThanOrEqualTo(budget);
                assertThat(longest).as("buckets do not overlap").isLessThanOrEqualTo(shortestBefore);
                shortestBefore = part.stream().mapToInt(n -> lengths[n]).min().orElseThrow();
                all.addAll(part);
            }
            assertThat(all)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, lengths.length).boxed().toList());
            assertThat(MicroBatches.plan(lengths.clone(), budget, maxRows, TooLong.REFUSE))
                    .isEqualTo(plan);
        }
    }

    @Test
    void keepsTheOrderOfEqualLengths() {
        assertThat(MicroBatches.plan(new int[] {3, 5, 3, 3}, 9, 8, TooLong.REFUSE))
                .containsExactly(List.of(1), List.of(0, 2, 3));
    }

    @Test
    void saysWhatBecomesOfALongSequence() {
        assertThatThrownBy(() -> MicroBatches.plan(new int[] {4, 11}, 10, 8, TooLong.REFUSE))
                .hasMessage(
                        "length of sequence 1 was 11, must be at most the token budget 10; cut it, raise the budget,"
                                + " or let it stand alone with TooLong.ALONE");
        assertThat(MicroBatches.plan(new int[] {4, 11, 4}, 10, 8, TooLong.ALONE))
                .containsExactly(List.of(1), List.of(0, 2));
        assertThatThrownBy(() -> MicroBatches.plan(new int[] {0}, 10, 8, TooLong.ALONE))
                .hasMessageContaining("length of sequence 0 was 0, must be positive");
        assertThatThrownBy(() -> MicroBatches.plan(new int[] {1}, 10, 0, TooLong.ALONE))
                .hasMessageContaining("tokenBudget and maxRows was 10 and 0, must be positive");
        assertThat(MicroBatches.plan(new int[0], 10, 8, TooLong.REFUSE)).isEmpty();
    }
}
