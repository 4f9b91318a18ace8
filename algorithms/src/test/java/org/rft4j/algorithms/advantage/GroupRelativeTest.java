package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Literal values of the estimators that share the group mean: GRPO, Dr.GRPO, RLOO, OPO, GPG. */
final class GroupRelativeTest {
    /** The printed digits of the expected values. */
    private static final double SEVEN_DIGITS = 5e-8;

    private static final double EXACT = 1e-15;

    private static final Rewards REFERENCE = Rewards.of(1, 0, 0, 1, 0, 0, 0, 0);
    private static final Groups ONE_GROUP = Groups.ofSize(1, 8);

    private static void assertPair(SampleAdvantages actual, double good, double bad) {
        assertClose("reference", SEVEN_DIGITS, actual.values(), good, bad, bad, good, bad, bad, bad, bad);
    }

    private static GroupRelative.Options scaled(RewardScale scale) {
        return new GroupRelative.Options(scale, SingletonRule.ZERO);
    }

    @Test
    void referenceGroup() {
        assertPair(GroupRelative.compute(REFERENCE, ONE_GROUP, GroupRelative.Options.verl()), 1.6201817, -.5400606);
        assertPair(GroupRelative.compute(REFERENCE, ONE_GROUP, GroupRelative.Options.trl()), 1.6198353, -.5399451);
        assertPair(GroupRelative.compute(REFERENCE, ONE_GROUP, scaled(RewardScale.POPULATION)), 1.7320508, -.5773503);
        assertPair(GroupRelative.compute(REFERENCE, ONE_GROUP, GroupRelative.Options.drGrpo()), .75, -.25);
        assertPair(LeaveOneOut.compute(REFERENCE, ONE_GROUP, SingletonRule.ZERO), .8571429, -.2857143);
    }

    @Test
    void statisticsOfTheReferenceGroup() {
        GroupStatistics statistics = GroupStatistics.of(REFERENCE, ONE_GROUP);
        assertThat(statistics.groups()).isOne();
        assertThat(statistics.count(0)).isEqualTo(8);
        assertThat(statistics.isZeroSpread(0)).isFalse();
        double[] actual = {statistics.mean(0), statistics.std(0, 1), statistics.std(0, 0), statistics.batchStd(1)};
        assertClose("statistics", SEVEN_DIGITS, actual, .25, .4629100, .4330127, .4629100);
    }

    @Test
    void statisticsOfSmallGroups() {
        Rewards rewards = Rewards.of(new double[] {3, 7, 7}, new boolean[] {true, false, false});
        GroupStatistics statistics = GroupStatistics.of(rewards, Groups.ofSizes(1, 2));
        assertThat(statistics.std(0, 1)).isZero();
        assertThat(statistics.std(0, 0)).isZero();
        assertThat(statistics.batchStd(1)).isZero();
        assertThat(statistics.mean(0)).isEqualTo(3);
        assertThat(statistics.mean(1)).isZero();
        assertThat(statistics.count(1)).isZero();
        assertThat(statistics.isZeroSpread(0)).isFalse();
        assertThat(statistics.isZeroSpread(1)).isFalse();
    }

    @Test
    void batchStdIsTheStdOfAllRewards() {
        double[] rewards = new Random(3).doubles(30).toArray();
        double mean = Arrays.stream(rewards).average().orElseThrow();
        double variance =
                Arrays.stream(rewards).map(r -> (r - mean) * (r - mean)).sum() / 29;
        GroupStatistics statistics = GroupStatistics.of(Rewards.of(rewards), Groups.ofSizes(4, 16, 10));
        assertClose("batch std", new double[] {statistics.batchStd(1)}, Math.sqrt(variance));
    }

    @Test
    void batchScaleOfOneGroupIsItsGroupScale() {
        double[] expected = GroupRelative.compute(REFERENCE, ONE_GROUP, GroupRelative.Options.trl())
                .values();
        SampleAdvantages actual = GroupRelative.compute(REFERENCE, ONE_GROUP, scaled(RewardScale.TRL_BATCH));
        assertClose("one group", actual.values(), expected);
    }

    @Test
    void leaveOneOutIsTheScaledGroupMeanAndTheMeanOfTheOthers() {
        Rewards rewards = Rewards.of(new Random(5).doubles(6).toArray());
        Groups groups = Groups.ofSize(1, 6);
        double[] mean = GroupRelative.compute(rewards, groups, GroupRelative.Options.drGrpo())
                .values();
        double[] scaled = Arrays.stream(mean).map(a -> 6.0 / 5 * a).toArray();
        double[] actual =
                LeaveOneOut.compute(rewards, groups, SingletonRule.ZERO).values();
        assertClose("G/(G-1)", actual, scaled);
        double others = 0;
        for (int i = 1; i < 6; i++) {
            others += rewards.value(i) / 5;
        }
        assertClose("others", new double[] {actual[0]}, rewards.value(0) - others);
        assertClose(
                "LOOP",
                EXACT,
                LeaveOneOut.compute(Rewards.of(1, 0, 0), Groups.ofSize(1, 3), SingletonRule.ZERO)
                        .values(),
                1,
                -.5,
                -.5);
    }

    @Test
    void groupOfOneFollowsItsRule() {
        Rewards rewards = Rewards.of(0.7, 1, 0);
        Groups groups = Groups.ofSizes(1, 2);
        AdvantageReport report = new AdvantageReport(2, 0, 1, 0);
        for (SingletonRule rule : SingletonRule.values()) {
            double expected = rule == SingletonRule.REWARD ? 0.7 : 0;
            List<SampleAdvantages> results = List.of(
                    GroupRelative.compute(rewards, groups, new GroupRelative.Options(RewardScale.VERL, rule)),
                    LeaveOneOut.compute(rewards, groups, rule),
                    LengthWeightedBaseline.compute(rewards, new int[] {3, 1, 1}, groups, rule));
            for (SampleAdvantages result : results) {
                assertThat(result.values()[0]).isEqualTo(expected);
                assertThat(result.report()).isEqualTo(report);
            }
        }
        assertThat(GroupRelative.Options.verl().singleton()).isEqualTo(SingletonRule.REWARD);
        assertThat(GroupRelative.Options.trl().singleton()).isEqualTo(SingletonRule.ZERO);
    }

    @Test
    void lengthWeightedBaseline() {
        int[] lengths = {4, 1, 3, 0};
        Rewards rewards = Rewards.of(1, 0, 0, 5);
        SampleAdvantages actual =
                LengthWeightedBaseline.compute(rewards, lengths, Groups.ofSize(1, 4), SingletonRule.ZERO);
        assertClose("4/8", EXACT, actual.values(), .5, -.5, -.5, 4.5);
    }

    @Test
    void lengthWeightedBaselineLimits() {
        Rewards rewards = Rewards.of(new Random(6).doubles(5).toArray());
        Groups groups = Groups.ofSize(1, 5);
        double[] expected = GroupRelative.compute(rewards, groups, GroupRelative.Options.drGrpo())
                .values();
        for (int[] lengths : new int[][] {{9, 9, 9, 9, 9}, {0, 0, 0, 0, 0}}) {
            assertClose(
                    "equal lengths",
                    LengthWeightedBaseline.compute(rewards, lengths, groups, SingletonRule.ZERO)
                            .values(),
                    expected);
        }
    }

    @Test
    void gpgMakesUpForGroupsWithoutSignal() {
        Rewards rewards = Rewards.of(1, 1, 0, 1);
        Groups groups = Groups.ofSize(2, 2);
        assertThat(Gpg.compute(rewards, groups, Gpg.Options.paper()).values()).containsExactly(0, 0, -1, 1);
        double third = 4.0 / 3 / 2;
        assertClose(
                "verl counts three nonzero rewards",
                EXACT,
                Gpg.compute(rewards, groups, Gpg.Options.verl()).values(),
                0,
                0,
                -third,
                third);
        Gpg.Options halved = new Gpg.Options(Gpg.Signal.UNEQUAL_GROUPS, SingletonRule.ZERO, 2);
        assertThat(Gpg.compute(rewards, groups, halved).values()).containsExactly(0, 0, -.5, .5);
    }

    @Test
    void gpgWithSignalEverywhereIsTheGroupMean() {
        Rewards rewards = Rewards.of(new Random(8).doubles(8).toArray());
        Groups groups = Groups.ofSize(2, 4);
        assertThat(Gpg.compute(rewards, groups, Gpg.Options.paper()).values())
                .containsExactly(GroupRelative.compute(rewards, groups, GroupRelative.Options.drGrpo())
                        .values());
    }

    @Test
    void weightedSumSkipsWhatDoesNotApply() {
        Rewards first = Rewards.of(new double[] {1, 2, 9}, new boolean[] {true, true, false});
        Rewards second = Rewards.of(new double[] {10, 9, 9}, new boolean[] {true, false, false});
        Rewards sum = Rewards.weightedSum(List.of(first, second), 1, .5);
        assertThat(sum.value(0)).isEqualTo(6);
        assertThat(sum.value(1)).isEqualTo(2);
        assertThat(sum.isApplicable(2)).isFalse();
        assertThat(sum.notApplicable()).isOne();
    }
}
