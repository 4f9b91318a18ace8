package org.rft4j.rollout.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.engine.InvalidInputException;

class DifficultyFilterTest {
    private static final List<TaskRecord> SIX = Tasks.numbered(6);

    @Test
    void whatAlwaysOrNeverPassesIsLeftOutAndComesBack() {
        DifficultyFilter filter = filter(DifficultyFilterOptions.neverOrAlways(1, 3));
        assertThat(filter.select(Tasks.round(0), 6)).hasSize(6);
        filter.observe(List.of(
                new TaskOutcome("t0", 4, 0),
                new TaskOutcome("t1", 4, 4),
                new TaskOutcome("t2", 4, 1),
                new TaskOutcome("t3", 0, 0)));
        assertThat(filter.counts()).isEqualTo(new DifficultyCounts(1, 1, 0, 0));
        for (int round = 1; round < 3; round++) {
            assertThat(Tasks.ids(filter.select(Tasks.round(round), 6)))
                    .containsExactlyInAnyOrder("t2", "t3", "t4", "t5");
        }
        assertThat(filter.counts()).isEqualTo(new DifficultyCounts(1, 1, 4, 0));
        assertThat(filter.select(Tasks.round(3), 6)).hasSize(6);
        assertThat(filter.counts()).isEqualTo(new DifficultyCounts(0, 0, 4, 2));
        filter.observe(List.of(new TaskOutcome("t0", 4, 1), new TaskOutcome("t1", 4, 4)));
        assertThat(filter.counts()).isEqualTo(new DifficultyCounts(0, 1, 4, 2));
    }

    @Test
    void placesOfTasksThatAreLeftOutAreFilled() {
        DifficultyFilter filter = filter(DifficultyFilterOptions.neverOrAlways(1, 100));
        filter.observe(List.of(new TaskOutcome("t0", 1, 0), new TaskOutcome("t1", 1, 0)));
        for (int round = 0; round < 12; round++) {
            assertThat(Tasks.ids(filter.select(Tasks.round(round), 3)))
                    .hasSize(3)
                    .doesNotHaveDuplicates()
                    .doesNotContain("t0", "t1");
        }
    }

    @Test
    void theRateIsTakenOverTheLatestOutcomes() {
        DifficultyFilter filter = filter(new DifficultyFilterOptions(0.25, 0.75, 2, 5));
        filter.observe(List.of(new TaskOutcome("t0", 4, 4)));
        assertThat(filter.counts().tooEasy()).as("one outcome is too few").isZero();
        filter.observe(List.of(new TaskOutcome("t0", 4, 1)));
        assertThat(filter.counts().tooEasy()).as("5 of 8").isZero();
        filter.observe(List.of(new TaskOutcome("t0", 4, 1)));
        assertThat(filter.counts().tooHard()).as("2 of 8 is the bound").isEqualTo(1);
        filter.observe(List.of(new TaskOutcome("t0", 12, 11)));
        assertThat(filter.counts()).as("12 of 16 is the other bound").isEqualTo(new DifficultyCounts(0, 1, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 14, 39})
    void aRestoredFilterGoesOn(int handover) {
        DifficultyFilterOptions options = DifficultyFilterOptions.neverOrAlways(2, 3);
        List<List<String>> whole = Tasks.run(() -> filter(options), 20, 2, -1);
        assertThat(Tasks.run(() -> filter(options), 20, 2, handover)).isEqualTo(whole);
        assertThat(whole.stream().mapToInt(List::size).sum())
                .as("something was left out")
                .isLessThan(80);
    }

    @Test
    void statesAndOptionsThatDoNotFitAreRefused() {
        DifficultyFilter filter = filter(DifficultyFilterOptions.neverOrAlways(2, 3));
        filter.observe(List.of(new TaskOutcome("t0", 1, 0)));
        filter.observe(List.of(new TaskOutcome("t0", 1, 0)));
        assertThatThrownBy(() ->
                        filter(DifficultyFilterOptions.neverOrAlways(1, 3)).restore(filter.state()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("outcomes of task t0 in a state, as counts was 4, must be 2; "
                        + "restore the state of a selector that was built with the same options and tasks");
        assertThatThrownBy(() -> new DifficultyFilterOptions(0.5, 0.5, 1, 1))
                .hasMessage("pass rates tooHard and tooEasy was 0.5 and 0.5, must be between 0 and 1, the first below "
                        + "the second; use 0 and 1 to leave out what never or always passes");
        assertThatThrownBy(() -> DifficultyFilterOptions.neverOrAlways(0, 1))
                .hasMessage("observations was 0, must be at least 1; use 1 to judge at once");
        assertThatThrownBy(() -> DifficultyFilterOptions.neverOrAlways(1, 0))
                .hasMessage("readmitAfter was 0, must be at least 1; use NEVER for ever");
    }

    private static DifficultyFilter filter(DifficultyFilterOptions options) {
        return new DifficultyFilter(new EpochSelector(SIX, 1), options);
    }
}
