package org.rft4j.rollout.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.RunStages;
import org.rft4j.core.selection.TierSchedules;
import org.rft4j.engine.InvalidInputException;

class CurriculumSelectorTest {
    private static final List<String> TIERS = List.of("basic", "medium", "high", "edge");
    private static final List<TaskRecord> TASKS = IntStream.range(0, 12)
            .mapToObj(i ->
                    TaskRecord.of("t" + i, "x").with("tier", TIERS.get(i % 4)).with("length", 10 * i))
            .toList();

    @Test
    void tiersFollowTheSchedule() {
        CurriculumSelector selector = CurriculumSelector.byTier(TASKS, "tier", TierSchedules.tarotNormal(), 1);
        assertThat(tiers(selector, 0, 0)).containsExactly("basic");
        assertThat(tiers(selector, 1, 0.199)).containsExactly("basic");
        assertThat(tiers(selector, 2, 0.2)).containsExactly("basic", "medium");
        assertThat(tiers(selector, 3, 0.4)).containsExactly("basic", "high", "medium");
        assertThat(tiers(selector, 4, 0.6)).containsExactlyInAnyOrderElementsOf(TIERS);
        assertThat(tiers(selector, 5, 1)).containsExactlyInAnyOrderElementsOf(TIERS);
    }

    @Test
    void aStageGoesThroughItsTasksInEpochs() {
        CurriculumSelector selector = CurriculumSelector.byTier(TASKS, "tier", TierSchedules.only("edge"), 1);
        for (int epoch = 0; epoch < 4; epoch++) {
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                ids.addAll(Tasks.ids(selector.select(Tasks.round(3 * epoch + i), 1)));
            }
            assertThat(ids).containsExactlyInAnyOrder("t3", "t7", "t11");
        }
        assertThat(selector.select(Tasks.round(12), 2)).hasSize(2);
        assertThat(selector.select(Tasks.round(12), 2)).hasSize(1);
        assertThat(selector.select(Tasks.round(12), 2)).isEmpty();
    }

    @Test
    void numbersLieInTheStagesRange() {
        RunStages<NumberRange> ranges = new RunStages<>(List.of(
                new RunStages.Stage<>(0.5, NumberRange.upTo(20)), new RunStages.Stage<>(1, new NumberRange(20, 60))));
        CurriculumSelector selector = CurriculumSelector.byNumber(TASKS, "length", ranges, 1);
        assertThat(Tasks.ids(selector.select(new RunProgress(0, 0.49), 12)))
                .containsExactlyInAnyOrder("t0", "t1", "t2");
        assertThat(Tasks.ids(selector.select(new RunProgress(1, 0.5), 12)))
                .containsExactlyInAnyOrder("t3", "t4", "t5", "t6");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 19, 20, 33, 59})
    void aRestoredCurriculumGoesOn(int handover) {
        RunStages<Set<String>> stages = TierSchedules.growing(TIERS, 0.05, 0.1, 0.2, 1);
        assertThat(Tasks.run(() -> CurriculumSelector.byTier(TASKS, "tier", stages, 5), 30, 2, handover))
                .isEqualTo(Tasks.run(() -> CurriculumSelector.byTier(TASKS, "tier", stages, 5), 30, 2, -1));
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertThatThrownBy(() -> CurriculumSelector.byTier(
                        TASKS, "tier", TierSchedules.growing(List.of("easy", "basic"), 0.5, 1), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("tasks of stage 0 of the curriculum was none, must be at least one; "
                        + "look at the values of the column");
        assertThatThrownBy(() -> CurriculumSelector.byTier(TASKS, "level", TierSchedules.only("a"), 1))
                .hasMessage("column 'level' of task t0 was absent, must be there, the task has [tier, length]; "
                        + "name the right column, or map it when the data is read");
        assertThatThrownBy(() -> new NumberRange(3, 3))
                .hasMessage("range of numbers was (3.0,3.0], must have its lower end below its upper end; "
                        + "give the lower end first");
        CurriculumSelector selector = CurriculumSelector.byTier(TASKS, "tier", TierSchedules.tarotNormal(), 1);
        selector.select(new RunProgress(0, 0.7), 1);
        assertThatThrownBy(() -> CurriculumSelector.byTier(TASKS, "tier", TierSchedules.only("edge"), 1)
                        .restore(selector.state()))
                .hasMessage("stage of a state was 3, must be a whole number from 0 to 0; "
                        + "restore the state of a selector that was built with the same options and tasks");
    }

    private static Set<String> tiers(CurriculumSelector selector, int round, double fraction) {
        Set<String> tiers = new TreeSet<>();
        selector.select(new RunProgress(round, fraction), 12).forEach(task -> tiers.add(task.text("tier")));
        return tiers;
    }
}
