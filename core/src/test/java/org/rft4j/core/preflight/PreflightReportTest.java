package org.rft4j.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.run.Finding;

class PreflightReportTest {
    @Test
    void aGroupOfOneHasNothingToCompareWith() {
        assertThat(GroupCheck.size(2, true)).isEqualTo(new Checked("group size", "2 samples per task", List.of()));
        assertThat(GroupCheck.size(1, false).findings()).isEmpty();
        assertThat(GroupCheck.size(1, true).findings())
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "group_of_one",
                        "samples per task was 1, must be at least 2 where samples are compared within their group: alone, each "
                                + "has advantage 0; ask for 8, or take an algorithm with another baseline",
                        0));
    }

    @Test
    void theReportIsATableWithWhatWasFoundBelow() {
        PreflightReport report = new PreflightReport(List.of(
                new Checked("group size", "8 samples per task", List.of()),
                new Checked(
                        "memory",
                        "much",
                        List.of(Checked.note("n", "fine"), Checked.warning("memory_tight", "tight")))));
        assertThat(report.toString().lines())
                .containsExactly(
                        "group size  ok       8 samples per task",
                        "memory      WARNING  much",
                        "NOTE n: fine",
                        "WARNING memory_tight: tight");
        assertThat(report.passed()).isTrue();
        assertThat(new PreflightReport(List.of(GroupCheck.size(1, true))).passed())
                .isFalse();
    }
}
