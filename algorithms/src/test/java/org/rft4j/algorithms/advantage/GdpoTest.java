package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GdpoTest {
    private static final Groups GROUPS = Groups.ofSize(2, 3);
    private static final double[] ACCURACY = {1, 0, 0, 1, 1, 0};
    private static final double[] FORM = {0.1, 0.3, 0.2, 0.2, 0.5, 0.1};
    private static final GroupRelative.Options NO_EPSILON =
            new GroupRelative.Options(RewardScale.POPULATION, SingletonRule.ZERO);

    @Test
    void scalingOneComponentChangesNothing() {
        double[] louder = Arrays.stream(FORM).map(f -> 1000 * f).toArray();
        Gdpo.Options options = new Gdpo.Options(NO_EPSILON, RewardScale.POPULATION);
        double[] weights = {1, 1};
        double[] expected = Gdpo.compute(List.of(Rewards.of(ACCURACY), Rewards.of(FORM)), weights, GROUPS, options)
                .values();
        double[] actual = Gdpo.compute(List.of(Rewards.of(ACCURACY), Rewards.of(louder)), weights, GROUPS, options)
                .values();
        assertClose("scaled", actual, expected);
        double[] summedFirst = GroupRelative.compute(
                        Rewards.weightedSum(List.of(Rewards.of(ACCURACY), Rewards.of(louder)), weights),
                        GROUPS,
                        NO_EPSILON)
                .values();
        assertThat(summedFirst[0]).isNegative();
        assertThat(expected[3]).isPositive();
    }

    @Test
    void oneComponentWithoutBatchStepIsGroupRelative() {
        SampleAdvantages sums = Gdpo.weightedSums(List.of(Rewards.of(ACCURACY)), new double[] {2}, GROUPS, NO_EPSILON);
        double[] expected = Arrays.stream(GroupRelative.compute(Rewards.of(ACCURACY), GROUPS, NO_EPSILON)
                        .values())
                .map(a -> 2 * a)
                .toArray();
        assertThat(sums.values()).containsExactly(expected);
    }

    @Test
    void theBatchStepGivesUnitSpread() {
        Gdpo.Options options = new Gdpo.Options(NO_EPSILON, RewardScale.POPULATION);
        double[] advantages = Gdpo.compute(
                        List.of(Rewards.of(ACCURACY), Rewards.of(FORM)), new double[] {1, 3}, GROUPS, options)
                .values();
        double square = Arrays.stream(advantages).map(a -> a * a).sum() / advantages.length;
        assertClose("mean and variance", new double[] {Arrays.stream(advantages).sum(), square}, 0, 1);
    }
}
