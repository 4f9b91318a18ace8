package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;

final class PassAtKTest {
    private static final Groups FOUR = Groups.ofSize(1, 4);

    @Test
    void onlyTheBestOfTheGroupIsRewarded() {
        Rewards rewards = Rewards.of(.5, 2, 1.25, -1);
        assertThat(PassAtK.bestOfGroup(rewards, FOUR, RewardScale.NONE).values())
                .containsExactly(0, .75, 0, 0);
        double std = GroupStatistics.of(rewards, FOUR).std(0, 1);
        assertClose("verl", PassAtK.bestOfGroup(rewards, FOUR, RewardScale.VERL).values(), 0, .75 / (std + 1e-6), 0, 0);
    }

    @Test
    void twoEqualWinnersShareNothing() {
        assertThat(PassAtK.bestOfGroup(Rewards.of(1, 0, 1, 0), FOUR, RewardScale.NONE)
                        .values())
                .containsOnly(0);
    }

    @Test
    void kEqualToTheGroupIsBestOfGroup() {
        Rewards rewards = Rewards.of(new Random(4).doubles(4).toArray());
        assertThat(PassAtK.compute(rewards, FOUR, 4, RewardScale.NONE).values())
                .containsExactly(
                        PassAtK.bestOfGroup(rewards, FOUR, RewardScale.NONE).values());
    }

    @Test
    void binaryRewardsFollowTheCountingFormula() {
        // n = 6, c = 2, k = 3: C(4, 2) / C(6, 3) = 6 / 20.
        Rewards rewards = Rewards.of(1, 0, 0, 1, 0, 0);
        assertClose(
                "6/20",
                PassAtK.compute(rewards, Groups.ofSize(1, 6), 3, RewardScale.NONE)
                        .values(),
                .3,
                0,
                0,
                .3,
                0,
                0);
    }

    @Test
    void largeGroupsDoNotOverflow() {
        double[] rewards = new Random(9).doubles(2000).toArray();
        double[] advantages = PassAtK.compute(Rewards.of(rewards), Groups.ofSize(1, 2000), 1000, RewardScale.NONE)
                .values();
        assertThat(Arrays.stream(advantages)).allMatch(a -> a >= 0 && a <= 1).anyMatch(a -> a > 0);
    }

    @Test
    void spreadThatFloat64LosesGivesZero() {
        Rewards tiny = Rewards.of(1e-200, 2e-200, 0, 0);
        assertThat(PassAtK.bestOfGroup(tiny, FOUR, RewardScale.POPULATION).values())
                .containsOnly(0);
    }

    @Test
    void tooFewApplicableGiveZeroAndAreReported() {
        Rewards rewards = Rewards.of(new double[] {1, 0, 2, 0}, new boolean[] {true, true, false, false});
        SampleAdvantages result = PassAtK.compute(rewards, FOUR, 3, RewardScale.NONE);
        assertThat(result.values()).containsOnly(0);
        assertThat(result.report()).isEqualTo(new AdvantageReport(1, 0, 1, 2));
    }

    @Test
    void badSizesAreRefused() {
        Rewards rewards = Rewards.of(1, 0, 2, 0);
        assertThatThrownBy(() -> PassAtK.compute(rewards, FOUR, 1, RewardScale.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("k was 1, must be at least 2; use LeaveOneOut for pass@1");
        assertThatThrownBy(() -> PassAtK.compute(rewards, FOUR, 5, RewardScale.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("size of group 0 was 4, must be at least k = 5;"
                        + " sample more responses for each prompt or lower k");
        assertThatThrownBy(() -> PassAtK.bestOfGroup(rewards, Groups.ofSizes(3, 1), RewardScale.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("size of group 1 was 1, must be at least k = 2");
    }
}
