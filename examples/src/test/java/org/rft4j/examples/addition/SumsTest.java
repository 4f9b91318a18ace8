package org.rft4j.examples.addition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;

class SumsTest {
    private final Sums sums = Sums.divided();

    @Test
    void aHundredSumsAreDivided() {
        Set<String> ids = new HashSet<>();
        sums.trained().forEach(sum -> ids.add(sum.id()));
        assertThat(ids).hasSize(80);
        sums.heldOut().forEach(sum -> ids.add(sum.id()));
        assertThat(ids).hasSize(100);
    }

    @Test
    void theLastNumberCounts() throws Exception {
        TaskRecord sum = sums.heldOut().get(0);
        assertThat(sum.id()).isEqualTo("6+3");
        assertThat(reward(sum, "6 + 3 = 9")).isEqualTo(1);
        assertThat(reward(sum, "9 is not 6 + 3")).isEqualTo(0);
        assertThat(reward(sum, "I do not know.")).isEqualTo(0);
    }

    private static double reward(TaskRecord sum, String answer) throws Exception {
        return Sums.RIGHT.score(RewardSample.of(sum, answer)).value();
    }
}
