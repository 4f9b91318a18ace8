package org.rft4j.rollout.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.engine.InvalidInputException;

class UniformSelectorsTest {
    private static final List<TaskRecord> TEN = Tasks.numbered(10);

    @Test
    void everyEpochHasEveryTaskOnce() {
        TaskSelector selector = new EpochSelector(TEN, 3);
        List<String> all = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            List<String> ids = Tasks.ids(selector.select(Tasks.round(round), 5));
            assertThat(ids).hasSize(5);
            all.addAll(ids);
        }
        List<List<String>> epochs = IntStream.range(0, 10)
                .mapToObj(e -> all.subList(10 * e, 10 * e + 10))
                .toList();
        assertThat(epochs).allSatisfy(epoch -> assertThat(epoch).containsExactlyInAnyOrderElementsOf(Tasks.ids(TEN)));
        assertThat(new HashSet<>(epochs)).hasSize(10);
        assertThat(Tasks.ids(new EpochSelector(TEN, 4).select(Tasks.round(0), 10)))
                .isNotEqualTo(epochs.get(0));
    }

    /** Where an epoch ends within a round, tasks that the round has had are put off, and none gets lost. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 9, 10})
    void roundsMayReachOverTheEndOfAnEpoch(int perRound) {
        TaskSelector selector = new EpochSelector(TEN, 3);
        List<String> all = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            List<String> ids = Tasks.ids(selector.select(Tasks.round(round), perRound));
            assertThat(ids).hasSize(perRound).doesNotHaveDuplicates();
            all.addAll(ids);
        }
        for (String id : Tasks.ids(TEN)) {
            assertThat(Collections.frequency(all, id)).as(id).isBetween(perRound - 1, perRound + 1);
        }
    }

    @Test
    void aRoundThatHasHadAllTasksGetsNoMore() {
        for (TaskSelector selector : List.of(new EpochSelector(TEN, 3), new IndependentSelector(TEN, 3))) {
            List<String> ids = new ArrayList<>(Tasks.ids(selector.select(Tasks.round(0), 6)));
            ids.addAll(Tasks.ids(selector.select(Tasks.round(0), 6)));
            assertThat(ids).containsExactlyInAnyOrderElementsOf(Tasks.ids(TEN));
            assertThat(selector.select(Tasks.round(0), 1)).isEmpty();
            assertThat(selector.select(Tasks.round(1), 20)).hasSize(10);
            assertThat(selector.select(Tasks.round(2), 0)).isEmpty();
        }
    }

    @Test
    void independentRoundsDrawFromAllTasksEachTime() {
        TaskSelector selector = new IndependentSelector(TEN, 1);
        int rounds = 4000;
        int[] counts = new int[10];
        int repeated = 0;
        List<String> last = List.of();
        for (int round = 0; round < rounds; round++) {
            List<String> ids = Tasks.ids(selector.select(new RunProgress(round, 0), 2));
            for (String id : ids) {
                counts[Integer.parseInt(id.substring(1))]++;
                repeated += last.contains(id) ? 1 : 0;
            }
            last = ids;
        }
        // 2 of 10 in each round; four standard deviations of sqrt(rounds 0.2 0.8)
        for (int count : counts) {
            assertThat((double) count)
                    .isCloseTo(rounds * 0.2, within(4 * Math.sqrt(rounds * 0.16))); // tolerance: counts
        }
        assertThat((double) repeated)
                .isCloseTo(rounds * 0.4, within(4 * Math.sqrt(rounds * 0.32))); // tolerance: counts
        assertThat(Tasks.ids(new IndependentSelector(TEN, 1).select(new RunProgress(rounds - 1, 0), 2)))
                .as("a round's draw does not depend on rounds before it")
                .isEqualTo(last);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 12, 39})
    void aRestoredSelectorGoesOn(int handover) {
        assertThat(Tasks.run(() -> new EpochSelector(TEN, 3), 20, 3, handover))
                .isEqualTo(Tasks.run(() -> new EpochSelector(TEN, 3), 20, 3, -1));
        assertThat(Tasks.run(() -> new IndependentSelector(TEN, 3), 20, 3, handover))
                .isEqualTo(Tasks.run(() -> new IndependentSelector(TEN, 3), 20, 3, -1));
    }

    @Test
    void statesThatDoNotFitAreRefused() {
        String wayOut = "; restore the state of a selector that was built with the same options and tasks";
        EpochSelector selector = new EpochSelector(TEN, 3);
        selector.select(Tasks.round(4), 3);
        assertThatThrownBy(() -> selector.restore(new IndependentSelector(TEN, 3).state()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("kind of a state was independent, must be epochs" + wayOut);
        assertThatThrownBy(() -> selector.restore(Tasks.JSON.createObjectNode()))
                .hasMessage("kind of a state was absent, must be epochs" + wayOut);
        assertThatThrownBy(() -> new EpochSelector(Tasks.numbered(9), 3).restore(selector.state()))
                .hasMessageMatching("fingerprint of the tasks in a state was [0-9a-f]+, must be [0-9a-f]+" + wayOut);
        assertThatThrownBy(() -> selector.restore(changed(selector, "position", "11")))
                .hasMessage("position of a state was 11, must be a whole number from 0 to 10" + wayOut);
        assertThatThrownBy(() -> selector.restore(changed(selector, "epoch", "1.5")))
                .hasMessage("epoch of a state was 1.5, must be a whole number from 0 to 9223372036854775807" + wayOut);
        assertThatThrownBy(() -> selector.restore(changed(selector, "given", "[10]")))
                .hasMessage("given of a state was 10, must be a whole number from 0 to 9" + wayOut);
        assertThatThrownBy(() -> selector.restore(changed(selector, "putOff", "{}")))
                .hasMessage("putOff of a state was OBJECT, must be an array" + wayOut);
        assertThatThrownBy(() -> selector.restore(changed(selector, "round", null)))
                .hasMessage("round of a state was absent, must be there" + wayOut);
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertThatThrownBy(() -> new EpochSelector(List.of(), 3))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("tasks of a selector was none, must be at least one; read a data set");
        assertThatThrownBy(() -> new EpochSelector(List.of(TEN.get(2), TEN.get(2)), 3))
                .hasMessage("id of task 1 was t2, must be that of no other task; number the tasks");
        EpochSelector selector = new EpochSelector(TEN, 3);
        selector.select(Tasks.round(4), 1);
        assertThatThrownBy(() -> selector.select(Tasks.round(3), 1))
                .hasMessage("round was 3, must be at least the last one, 4; restore an older state to go back");
        assertThatThrownBy(() -> selector.select(Tasks.round(4), -1))
                .hasMessage("number of tasks wanted was -1, must be at least 0; ask for what a round samples");
    }

    private static JsonNode changed(TaskSelector selector, String field, String json) {
        try {
            ObjectNode state = (ObjectNode) Tasks.throughText(selector.state());
            if (json == null) {
                state.remove(field);
            } else {
                state.set(field, Tasks.JSON.readTree(json));
            }
            return state;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
