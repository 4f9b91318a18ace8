package org.rft4j.examples.rewardmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.examples.story.Curve;
import org.rft4j.examples.story.Curve.Point;

/** What the labeller wants, and how it is told beside what the reward model says. */
class RewardModelThenPpoTest {
    @ParameterizedTest
    @CsvSource({"' dog named Max', 0", "' girl named Lily. She', 1", "' girl named Lily. Lily was', 0"})
    void sheIsToBeNamedOnce(String story, double gold) throws Exception {
        TaskRecord task = TaskRecord.of("task", "Once there was a");
        assertThat(RewardModelThenPpo.ONCE.score(RewardSample.of(task, story)).value())
                .isEqualTo(gold);
    }

    @Test
    void bothCurvesStandSideBySide() {
        Curve gold = new Curve("gold", 1, List.of(new Point(0, 0.1), new Point(2, 0.8)));
        Curve proxy = new Curve("proxy", 1, List.of(new Point(0, -2), new Point(2, 1.5)));
        assertThat(Overoptimisation.table(gold, proxy).lines())
                .containsExactly(
                        "| round | the reward model | what is wanted |",
                        "|---|---|---|",
                        "| 0 | -2.00 | 0.10 |",
                        "| 2 | 1.50 | 0.80 |");
    }
}
