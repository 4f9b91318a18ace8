package org.rft4j.rollout.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.core.selection.TierSchedules;

/** What states of all selectors have in common. */
class SelectorStatesTest {
    private static final List<TaskRecord> TASKS =
            Tasks.numbered(6).stream().map(task -> task.with("tier", "a")).toList();

    private static Map<String, TaskSelector> selectors() {
        BotsOptions bots = BotsOptions.example().withRho(0, false);
        return new TreeMap<>(Map.of(
                "epochs", new EpochSelector(TASKS, 1),
                "independent", new IndependentSelector(TASKS, 1),
                "curriculum", CurriculumSelector.byTier(TASKS, "tier", TierSchedules.only("a"), 1),
                "bots", new BotsSelector(TASKS, BotsReferences.NONE, bots, 1),
                "difficultyFilter",
                        new DifficultyFilter(new EpochSelector(TASKS, 1), DifficultyFilterOptions.neverOrAlways(1, 5)),
                "mixture",
                        new MixtureSelector(List.of(
                                new MixtureSelector.Member(new EpochSelector(TASKS.subList(0, 3), 1), 0.3),
                                new MixtureSelector.Member(new EpochSelector(TASKS.subList(3, 6), 1), 0.7)))));
    }

    @Test
    void eachRefusesTheStateOfAnother() {
        Map<String, TaskSelector> others = selectors();
        selectors()
                .forEach((kind, selector) -> others.forEach((otherKind, other) -> {
                    if (!kind.equals(otherKind)) {
                        assertThatThrownBy(() -> selector.restore(other.state()))
                                .hasMessageStartingWith(
                                        "kind of a state was " + otherKind + ", must be " + kind + "; ");
                    }
                }));
    }

    /** What a selector went through before does not shine through a state that it takes up. */
    @Test
    void aUsedSelectorTakesUpAnotherState() {
        Map<String, TaskSelector> used = selectors();
        selectors().forEach((kind, selector) -> {
            advance(used.get(kind), 0, 4, 4);
            advance(used.get(kind), 1, 1, 0);
            advance(selector, 0, 1, 2);
            JsonNode state = Tasks.throughText(selector.state());
            used.get(kind).restore(state);
            assertThat(used.get(kind).state()).as(kind).hasToString(state.toString());
            for (int round = 0; round < 9; round++) {
                assertThat(used.get(kind).select(Tasks.round(round), 3))
                        .as(kind)
                        .isEqualTo(selector.select(Tasks.round(round), 3));
            }
        });
    }

    @Test
    void aFilterPassesOutcomesOn() {
        BotsSelector bots = new BotsSelector(
                TASKS, BotsReferences.NONE, BotsOptions.example().withRho(0, false), 1);
        new DifficultyFilter(bots, DifficultyFilterOptions.neverOrAlways(1, 5))
                .observe(List.of(new TaskOutcome("t1", 8, 8)));
        assertThat(bots.expectedPassRate("t1")).isEqualTo(0.9);
    }

    private static void advance(TaskSelector selector, int round, int count, int successes) {
        selector.observe(selector.select(Tasks.round(round), count).stream()
                .map(task -> new TaskOutcome(task.id(), 4, successes))
                .toList());
    }
}
