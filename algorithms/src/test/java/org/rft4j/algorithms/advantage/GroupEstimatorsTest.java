package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.advantage.Golden.TOLERANCE_F64;
import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every estimator on groups of samples must do, whatever its formula. */
final class GroupEstimatorsTest {
    private static final long SEED = 7;

    /** An estimator with its options fixed; lengths are the policy tokens of each sample. */
    interface Estimator {
        SampleAdvantages compute(Rewards rewards, Groups groups, int[] lengths);
    }

    private static final Map<String, Estimator> ESTIMATORS = estimators();

    private static Map<String, Estimator> estimators() {
        Map<String, Estimator> all = new LinkedHashMap<>();
        all.put("drGrpo", (r, g, n) -> GroupRelative.compute(r, g, GroupRelative.Options.drGrpo()));
        all.put("trl", (r, g, n) -> GroupRelative.compute(r, g, GroupRelative.Options.trl()));
        all.put("verl", (r, g, n) -> GroupRelative.compute(r, g, GroupRelative.Options.verl()));
        all.put(
                "population",
                (r, g, n) -> GroupRelative.compute(
                        r, g, new GroupRelative.Options(RewardScale.POPULATION, SingletonRule.ZERO)));
        all.put("leaveOneOut", (r, g, n) -> LeaveOneOut.compute(r, g, SingletonRule.ZERO));
        all.put("lengthWeighted", (r, g, n) -> LengthWeightedBaseline.compute(r, n, g, SingletonRule.ZERO));
        all.put("bestOfGroup", (r, g, n) -> PassAtK.bestOfGroup(r, g, RewardScale.VERL));
        all.put("passAt2", (r, g, n) -> PassAtK.compute(r, g, 2, RewardScale.NONE));
        // Below: estimators that also look at the whole batch.
        all.put(
                "batchStd",
                (r, g, n) -> GroupRelative.compute(
                        r, g, new GroupRelative.Options(RewardScale.TRL_BATCH, SingletonRule.ZERO)));
        all.put("gpg", (r, g, n) -> Gpg.compute(r, g, Gpg.Options.paper()));
        all.put("gdpo", (r, g, n) -> Gdpo.compute(List.of(r), new double[] {1}, g, Gdpo.Options.trl()));
        return all;
    }

    static List<String> all() {
        return List.copyOf(ESTIMATORS.keySet());
    }

    static List<String> perGroup() {
        return all().subList(0, all().indexOf("batchStd"));
    }

    static List<String> centred() {
        return List.of("drGrpo", "trl", "verl", "population", "leaveOneOut", "batchStd", "gpg");
    }

    private static Estimator estimator(String name) {
        return Objects.requireNonNull(ESTIMATORS.get(name));
    }

    private static SampleAdvantages run(String name, Rewards rewards, Groups groups) {
        int[] lengths = IntStream.range(0, rewards.size()).map(i -> 1 + i % 5).toArray();
        return estimator(name).compute(rewards, groups, lengths);
    }

    private static double[] random(int size) {
        return new Random(SEED).doubles(size, -3, 3).toArray();
    }

    @ParameterizedTest
    @MethodSource("all")
    void equalRewardsGiveExactlyZero(String name) {
        for (double reward : new double[] {0, 1, 0.1, -0.1, 1.0 / 3, 1e-30, 1e30}) {
            double[] rewards = new double[13];
            Arrays.fill(rewards, reward);
            SampleAdvantages result = run(name, Rewards.of(rewards), Groups.ofSizes(3, 10));
            assertThat(result.values()).as(name + " of " + reward).containsOnly(0);
            assertThat(result.report()).isEqualTo(new AdvantageReport(2, 2, 0, 0));
            assertThat(result.report().zeroSpreadFraction()).isOne();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aConstantChangesNothing(String name) {
        double[] rewards = random(12);
        double[] shifted = Arrays.stream(rewards).map(r -> r + 5).toArray();
        Groups groups = Groups.ofSize(3, 4);
        double[] expected = run(name, Rewards.of(rewards), groups).values();
        assertClose(name, run(name, Rewards.of(shifted), groups).values(), expected);
    }

    @ParameterizedTest
    @MethodSource("centred")
    void aGroupSumsToZero(String name) {
        double[] advantages =
                run(name, Rewards.of(random(15)), Groups.ofSizes(4, 6, 5)).values();
        assertThat(Arrays.stream(advantages, 0, 4).sum()).isCloseTo(0, within(TOLERANCE_F64));
        assertThat(Arrays.stream(advantages, 4, 10).sum()).isCloseTo(0, within(TOLERANCE_F64));
        assertThat(Arrays.stream(advantages, 10, 15).sum()).isCloseTo(0, within(TOLERANCE_F64));
        assertThat(advantages).doesNotContain(0);
    }

    @ParameterizedTest
    @MethodSource("all")
    void theOrderOfSamplesDoesNotMatter(String name) {
        double[] rewards = random(12);
        Rewards shuffled = Rewards.of(
                IntStream.range(0, 12).mapToDouble(i -> rewards[i * 5 % 12]).toArray());
        Groups scattered = Groups.ofKeys(
                IntStream.range(0, 12).mapToObj(i -> "p" + i * 5 % 12 / 4).toList());
        int[] lengths = IntStream.range(0, 12).map(i -> 1 + i).toArray();
        int[] shuffledLengths = IntStream.range(0, 12).map(i -> 1 + i * 5 % 12).toArray();
        double[] straight = estimator(name)
                .compute(Rewards.of(rewards), Groups.ofSize(3, 4), lengths)
                .values();
        double[] expected =
                IntStream.range(0, 12).mapToDouble(i -> straight[i * 5 % 12]).toArray();
        assertClose(
                name,
                estimator(name).compute(shuffled, scattered, shuffledLengths).values(),
                expected);
    }

    @ParameterizedTest
    @MethodSource("perGroup")
    void aBatchIsTheSameAsItsGroupsOneByOne(String name) {
        double[] rewards = random(15); // lengths repeat every 5 samples, so each group sees its own again
        double[] whole = run(name, Rewards.of(rewards), Groups.ofSize(3, 5)).values();
        double[] parts = IntStream.range(0, 3)
                .mapToObj(g -> Rewards.of(Arrays.copyOfRange(rewards, 5 * g, 5 * g + 5)))
                .flatMapToDouble(
                        r -> DoubleStream.of(run(name, r, Groups.ofSize(1, 5)).values()))
                .toArray();
        assertThat(whole).containsExactly(parts);
    }

    @ParameterizedTest
    @MethodSource("all")
    void notApplicableIsTheSameAsAbsentAndIsCounted(String name) {
        double[] rewards = random(10);
        boolean[] applicable = new boolean[10];
        Arrays.fill(applicable, 0, 8, true);
        rewards[8] = Double.NaN;
        rewards[9] = Double.POSITIVE_INFINITY;
        Groups groups = Groups.ofKeys(List.of(0, 0, 0, 0, 1, 1, 1, 1, 0, 1));
        SampleAdvantages with = run(name, Rewards.of(rewards, applicable), groups);
        SampleAdvantages without = run(name, Rewards.of(Arrays.copyOf(rewards, 8)), Groups.ofSize(2, 4));
        assertClose(name, Arrays.copyOf(with.values(), 8), without.values());
        assertThat(with.values()).endsWith(0, 0);
        assertThat(with.report()).isEqualTo(new AdvantageReport(2, 0, 0, 2));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aGroupInWhichNothingAppliesGivesZero(String name) {
        Rewards rewards = Rewards.of(
                new double[] {1, 0, 2, Double.NaN, Double.NaN}, new boolean[] {true, true, true, false, false});
        SampleAdvantages result = run(name, rewards, Groups.ofSizes(3, 2));
        assertThat(result.values()).endsWith(0, 0);
        assertThat(result.values()[2]).isPositive();
        assertThat(result.report()).isEqualTo(new AdvantageReport(2, 0, 1, 2));
    }

    @ParameterizedTest
    @MethodSource("all")
    void aBatchInWhichNothingAppliesGivesZero(String name) {
        Rewards none = Rewards.of(new double[] {1, 2}, new boolean[2]);
        SampleAdvantages result = run(name, none, Groups.ofSize(1, 2));
        assertThat(result.values()).containsExactly(0, 0);
        assertThat(result.report()).isEqualTo(new AdvantageReport(1, 0, 1, 2));
    }

    @ParameterizedTest
    @MethodSource("all")
    void extremeRewardsStayFinite(String name) {
        for (double scale : new double[] {1e-100, 1e-200, 1e100, Double.MIN_VALUE}) {
            double[] advantages = run(name, Rewards.of(scale, -scale, 0, scale, scale, 0), Groups.ofSize(2, 3))
                    .values();
            assertThat(Arrays.stream(advantages)).as(name + " at " + scale).allMatch(Double::isFinite);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {3, 0.5})
    void scalingRewardsOnlyChangesTheUnscaledEstimators(double factor) {
        double[] rewards = random(12);
        double[] scaled = Arrays.stream(rewards).map(r -> factor * r).toArray();
        Groups groups = Groups.ofSize(3, 4);
        for (String name : List.of("drGrpo", "leaveOneOut", "lengthWeighted", "gpg", "passAt2")) {
            double[] expected = Arrays.stream(
                            run(name, Rewards.of(rewards), groups).values())
                    .map(a -> factor * a)
                    .toArray();
            assertClose(name, run(name, Rewards.of(scaled), groups).values(), expected);
        }
        double[] expected = run("population", Rewards.of(rewards), groups).values();
        assertClose("population", run("population", Rewards.of(scaled), groups).values(), expected);
    }

    @Test
    void aNearlyFlatGroupIsNotCalledFlat() {
        SampleAdvantages result = run("drGrpo", Rewards.of(0.3, 0.1 + 0.2), Groups.ofSize(1, 2));
        assertThat(result.report().zeroSpreadGroups()).isZero();
    }
}
