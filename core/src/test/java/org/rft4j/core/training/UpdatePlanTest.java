package org.rft4j.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.random.KeyedRandom;

/** How a round becomes optimiser steps, and a step micro-batches. */
class UpdatePlanTest {
    private static final int[] UNITS = {4, 0, 4, 2, 7, 0, 1, 3, 3, 3, 9};
    private static final KeyedRandom RANDOM = KeyedRandom.ofSeed(11);

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 3", "3, 1", "2, 2", "4, 7"})
    void eachIterationTrainsEachRowOnceAndKeepsUnitsTogether(int iterations, int miniBatches) {
        List<List<Integer>> windows =
                UpdatePlan.DEFAULT.withSteps(iterations, miniBatches).windows(UNITS, RANDOM);
        assertThat(windows).hasSize(iterations * miniBatches);
        for (int i = 0; i < iterations; i++) {
            List<List<Integer>> pass = windows.subList(i * miniBatches, (i + 1) * miniBatches);
            assertThat(pass.stream().flatMap(List::stream))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, UNITS.length).boxed().toList());
            Set<Integer> seen = new HashSet<>();
            for (List<Integer> window : pass) {
                Set<Integer> units =
                        new HashSet<>(window.stream().map(row -> UNITS[row]).toList());
                assertThat(units).isNotEmpty();
                assertThat(Collections.disjoint(units, seen)).isTrue();
                seen.addAll(units);
            }
        }
    }

    @Test
    void fewerUnitsThanStepsMakeFewerSteps() {
        assertThat(UpdatePlan.DEFAULT.withSteps(2, 8).windows(new int[] {0, 0, 1}, RANDOM))
                .hasSize(4)
                .allMatch(window -> !window.isEmpty());
    }

    @Test
    void eachIterationHasAnOrderOfItsOwnThatFollowsFromTheKey() {
        UpdatePlan plan = UpdatePlan.DEFAULT.withSteps(2, 4);
        int[] alone = IntStream.range(0, 16).toArray();
        List<List<Integer>> windows = plan.windows(alone, RANDOM);
        assertThat(windows).isEqualTo(plan.windows(alone, KeyedRandom.ofSeed(11)));
        assertThat(windows).isNotEqualTo(plan.windows(alone, KeyedRandom.ofSeed(12)));
        assertThat(windows.subList(0, 4)).isNotEqualTo(windows.subList(4, 8));
    }

    @Test
    void microBatchesKeepUnitsTogetherWithinTheBudgetWhereTheyFit() {
        TrainingBatch rows = TrainedTexts.batch(6, 8, 10, 5, 9, 7);
        TrainingBatch batch = new TrainingBatch(
                rows.ids(), rows.trained(), rows.turnStarts(), rows.supportSizes(), rows.columns(), new int[] {
                    0, 1, 0, 2, 1, 2
                });
        List<List<Integer>> parts =
                MicroBatchPlan.of(batch, List.of(0, 1, 2, 3, 4, 5), UpdatePlan.DEFAULT.withMicroBatches(34, 4));
        assertThat(parts).containsExactly(List.of(0, 2), List.of(1, 4), List.of(3, 5));
        assertThat(MicroBatchPlan.of(batch, List.of(0, 1, 2, 3, 4, 5), UpdatePlan.DEFAULT.withMicroBatches(40, 4)))
                .containsExactly(List.of(0, 2, 1, 4), List.of(3, 5));
        assertThat(MicroBatchPlan.of(batch, List.of(0, 1, 2, 3, 4, 5), UpdatePlan.DEFAULT.withMicroBatches(1, 1)))
                .hasSize(3);
    }

    @Test
    void whatCannotTrainIsRefused() {
        assertThatThrownBy(() -> new UpdatePlan(
                        1, 1, 8, 8, ActivationMemory.KEEP_NOTHING, BatchLayout.rightPadded(), true, false))
                .hasMessage("memory was KEEP_NOTHING, must keep something for the way back; use KEEP_PRODUCTS, or"
                        + " RECOMPUTE_LAYERS where memory is short");
        assertThatThrownBy(() -> UpdatePlan.DEFAULT.withSteps(0, 1))
                .hasMessage("iterations was 0, must be at least 1; 1 is strictly on policy");
    }
}
