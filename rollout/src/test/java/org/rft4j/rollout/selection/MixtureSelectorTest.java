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

class MixtureSelectorTest {
    private static final List<TaskRecord> MANY = Tasks.numbered(20);
    private static final List<TaskRecord> FEW = List.of(TaskRecord.of("a", "x"), TaskRecord.of("b", "x"));

    @Test
    void membersGetTheirShares() {
        MixtureSelector mixture = mixture(3, 1);
        int few = 0;
        for (int round = 0; round < 40; round++) {
            List<String> ids = Tasks.ids(mixture.select(Tasks.round(round), 2));
            assertThat(ids).hasSize(2).doesNotHaveDuplicates();
            few += (int) ids.stream().filter(id -> !id.startsWith("t")).count();
            assertThat(Math.abs(few - 2 * (round + 1) * 0.25)).isLessThan(1);
        }
    }

    @Test
    void placesThatAMemberCannotFillGoToOthers() {
        MixtureSelector mixture = mixture(1, 1);
        assertThat(Tasks.ids(mixture.select(Tasks.round(0), 10))).hasSize(10).contains("a", "b");
        assertThat(Tasks.ids(mixture.select(Tasks.round(0), 20))).hasSize(12).doesNotContain("a", "b");
        assertThat(mixture.select(Tasks.round(0), 1)).isEmpty();
    }

    @Test
    void membersHearOutcomes() {
        DifficultyFilter filter =
                new DifficultyFilter(new EpochSelector(FEW, 1), DifficultyFilterOptions.neverOrAlways(1, 9));
        MixtureSelector mixture = new MixtureSelector(List.of(
                new MixtureSelector.Member(new EpochSelector(MANY, 1), 1), new MixtureSelector.Member(filter, 1)));
        mixture.observe(List.of(new TaskOutcome("a", 1, 1)));
        assertThat(Tasks.ids(mixture.select(Tasks.round(0), 30)))
                .hasSize(21)
                .contains("b")
                .doesNotContain("a");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8})
    void aRestoredMixtureGoesOn(int handover) {
        assertThat(Tasks.run(() -> mixture(2, 1), 10, 3, handover))
                .isEqualTo(Tasks.run(() -> mixture(2, 1), 10, 3, -1));
    }

    @Test
    void whatCannotWorkIsRefused() {
        assertThatThrownBy(() -> new MixtureSelector(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("members of a mixture was none, must be at least one; add a selector");
        assertThatThrownBy(() -> mixture(1, 0))
                .hasMessage(
                        "weight of a member of a mixture was 0.0, must be positive and finite; leave the member out");
        MixtureSelector twice = new MixtureSelector(List.of(
                new MixtureSelector.Member(new EpochSelector(FEW, 1), 1),
                new MixtureSelector.Member(new EpochSelector(FEW.subList(0, 1), 1), 1)));
        assertThatThrownBy(() -> twice.select(Tasks.round(0), 3))
                .hasMessage("id of a task of two members of a mixture was a, must be that of one task only; "
                        + "put the data set's name before the ids");
        assertThatThrownBy(() -> new MixtureSelector(List.of(new MixtureSelector.Member(new EpochSelector(FEW, 1), 1)))
                        .restore(mixture(1, 1).state()))
                .hasMessage("behind of a state was 2 entries, must be an array of 1; "
                        + "restore the state of a selector that was built with the same options and tasks");
    }

    private static MixtureSelector mixture(double many, double few) {
        return new MixtureSelector(List.of(
                new MixtureSelector.Member(new EpochSelector(MANY, 1), many),
                new MixtureSelector.Member(new IndependentSelector(FEW, 1), few)));
    }
}
