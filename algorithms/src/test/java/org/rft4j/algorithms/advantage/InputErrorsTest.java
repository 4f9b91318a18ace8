package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;

/** Bad input is named, with its value, the rule and a way out. */
final class InputErrorsTest {
    private static final TokenMask MASK = TokenMask.ofRows(new int[] {1, 0, 1});

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }

    @Test
    void emptyBatches() {
        String wayOut = ", must be at least 1; skip the step when no rollout was collected";
        assertRefused(() -> Rewards.of(), "number of rewards was 0" + wayOut);
        assertRefused(() -> Groups.ofSizes(), "number of groups was 0" + wayOut);
        assertRefused(() -> Groups.ofSize(0, 4), "number of groups was 0" + wayOut);
        assertRefused(() -> Groups.ofKeys(List.of()), "number of samples was 0" + wayOut);
        assertRefused(() -> TokenMask.of(0, 3), "number of rows was 0" + wayOut);
        assertRefused(() -> TokenMask.ofRows(new int[][] {{}}), "number of columns was 0" + wayOut);
        assertRefused(() -> TokenMask.ofRows(), "number of rows was 0" + wayOut);
        assertRefused(() -> Rewards.weightedSum(List.of()), "number of reward components was 0" + wayOut);
        assertRefused(() -> Groups.ofSizes(2, 0), "size of group 1 was 0, must be at least 1; leave empty groups out");
    }

    @Test
    void rewardsThatAreNoNumbers() {
        String rule = ", must be a finite number of magnitude at most 1.0E100; fix what computed it, or declare the"
                + " sample not applicable with Rewards.of(values, applicable)";
        assertRefused(() -> Rewards.of(1, Double.NaN), "reward[1] was NaN" + rule);
        assertRefused(() -> Rewards.of(Double.NEGATIVE_INFINITY), "reward[0] was -Infinity" + rule);
        assertRefused(() -> Rewards.of(1.1e100), "reward[0] was 1.1E100" + rule);
        assertRefused(() -> TokenRewards.of(MASK, 0, 0, Double.NaN), "token reward[2] was NaN" + rule);
        TokenRewards rewards = TokenRewards.of(MASK, 0, 0, 1);
        double[] values = {Double.NaN, 0, 0};
        assertRefused(() -> Gae.compute(rewards, values, Gae.Options.DEFAULT), "value[0] was NaN" + rule);
        TurnIndex turns = TurnIndex.ofRuns(MASK);
        double[][] turnRewards = {{0, Double.POSITIVE_INFINITY}};
        assertRefused(() -> TurnReturns.compute(turns, turnRewards, 1), "turn reward[0][1] was Infinity" + rule);
    }

    @Test
    void lengthsThatDoNotMatch() {
        String wayOut = "; pass arrays that describe the same batch";
        Rewards two = Rewards.of(1, 0);
        Groups three = Groups.ofSize(1, 3);
        assertRefused(
                () -> GroupRelative.compute(two, three, GroupRelative.Options.trl()),
                "rewards length was 2, must be 3 (the number of samples in the groups)" + wayOut);
        assertRefused(
                () -> Rewards.of(new double[2], new boolean[3]),
                "applicable length was 3, must be 2 (the number of rewards)" + wayOut);
        assertRefused(
                () -> Rewards.weightedSum(List.of(two, Rewards.of(1)), 1, 1),
                "reward component 1 length was 1, must be 2 (the number of samples)" + wayOut);
        assertRefused(
                () -> Rewards.weightedSum(List.of(two), 1, 1),
                "weights length was 2, must be 1 (the number of reward components)" + wayOut);
        assertRefused(
                () -> LengthWeightedBaseline.compute(two, new int[3], Groups.ofSize(1, 2), SingletonRule.ZERO),
                "lengths length was 3, must be 2 (the number of rewards)" + wayOut);
        assertRefused(() -> TokenMask.of(2, 2, (byte) 1), "mask length was 1, must be 4 (rows times columns)" + wayOut);
        assertRefused(
                () -> TokenMask.ofRows(new int[] {1, 0}, new int[] {1}),
                "mask row 1 length was 1, must be 2 (the length of row 0)" + wayOut);
        assertRefused(
                () -> TokenRewards.of(MASK, 1, 0),
                "token rewards length was 2, must be 3 (rows times columns)" + wayOut);
        assertRefused(
                () -> TokenRewards.atLastToken(MASK, two),
                "rewards length was 2, must be 1 (the number of rows)" + wayOut);
        assertRefused(() -> TurnIndex.of(MASK, 0), "turns length was 1, must be 3 (rows times columns)" + wayOut);
        TokenRewards rewards = TokenRewards.of(MASK, 0, 0, 1);
        Groups pair = Groups.ofSize(1, 2);
        String rows = "rows length was 1, must be 2 (the number of samples in the groups)" + wayOut;
        assertRefused(() -> TurnReturns.withGroupBaseline(TurnIndex.ofRuns(MASK), new double[1][2], pair, 1), rows);
        assertRefused(
                () -> OptimalTokenBaseline.compute(
                        rewards, pair, new double[3], new double[3], OptimalTokenBaseline.Options.DEFAULT),
                rows);
        assertRefused(
                () -> Gae.compute(rewards, new double[2], Gae.Options.DEFAULT),
                "value length was 2, must be 3 (rows times columns)" + wayOut);
        TurnIndex turns = TurnIndex.ofRuns(MASK);
        assertRefused(
                () -> TurnReturns.compute(turns, new double[2][2], 1),
                "turn rewards length was 2, must be 1 (the number of rows)" + wayOut);
    }

    @Test
    void optionsOutOfRange() {
        String wayOut = ", must be in [0, 1]; use 1 for no discounting; anything above 1 makes early tokens explode";
        assertRefused(() -> new Gae.Options(1.01, 1), "gamma was 1.01" + wayOut);
        assertRefused(() -> new Gae.Options(1, -0.1), "lambda was -0.1" + wayOut);
        TokenRewards rewards = TokenRewards.of(MASK, 0, 0, 1);
        assertRefused(() -> ReturnsToGo.compute(rewards, Double.NaN), "gamma was NaN" + wayOut);
        assertRefused(() -> TurnReturns.compute(TurnIndex.ofRuns(MASK), new double[1][2], 2), "gamma was 2.0" + wayOut);
        String ddof = "ddof was 2, must be 0 or 1; use 1 for the unbiased variance (divide by n - 1), 0 for the"
                + " population variance";
        assertRefused(() -> new RewardScale.GroupStd(2, 0), ddof);
        assertRefused(() -> new RewardScale.BatchStd(2, 0), ddof);
        assertRefused(() -> new Whitening.Options(2, 0), ddof);
        String epsilon = ", must be finite and at least 0; use 0 for none; groups without spread give 0 anyway";
        assertRefused(() -> new RewardScale.GroupStd(1, -1), "epsilon was -1.0" + epsilon);
        assertRefused(() -> new RewardScale.BatchStd(1, Double.NaN), "epsilon was NaN" + epsilon);
        assertRefused(() -> new Whitening.Options(0, Double.POSITIVE_INFINITY), "epsilon was Infinity" + epsilon);
        assertRefused(
                () -> new Gpg.Options(Gpg.Signal.UNEQUAL_GROUPS, SingletonRule.ZERO, 0),
                "norm was 0.0, must be finite and above 0; use 1 for no normalisation");
        assertRefused(
                () -> new Gpg.Options(Gpg.Signal.UNEQUAL_GROUPS, SingletonRule.ZERO, Double.POSITIVE_INFINITY),
                "norm was Infinity, must be finite and above 0; use 1 for no normalisation");
        assertRefused(
                () -> Rewards.weightedSum(List.of(Rewards.of(1)), Double.NaN),
                "weight[0] was NaN, must be finite; use 0 to switch a component off");
        assertRefused(
                () -> LengthWeightedBaseline.compute(
                        Rewards.of(1), new int[] {-1}, Groups.ofSize(1, 1), SingletonRule.ZERO),
                "length[0] was -1, must be at least 0; use TokenMask.lengths() to count policy tokens");
    }

    @Test
    void masksThatAreNotZeroOrOne() {
        String rule = "must be 0 or 1; use 1 for policy tokens and put weights into the loss instead";
        assertRefused(() -> TokenMask.of(2, 2, (byte) 1, (byte) 0, (byte) -1, (byte) 0), "mask[1][0] was -1, " + rule);
        assertRefused(() -> TokenMask.ofRows(new int[] {1, 257}), "mask[0][1] was 257, " + rule);
    }

    @Test
    void rewardsThatWouldBeLost() {
        assertRefused(
                () -> TokenRewards.of(MASK, 0, 1, 0),
                "token reward[0][1] was 1.0, must be 0 where the mask is 0, because estimators skip that token and the"
                        + " reward would be lost; put it on the last policy token before it, or use"
                        + " TokenRewards.ignoringMasked if it is meaningless");
    }

    @Test
    void advantagesThatWereBuiltByHand() {
        assertRefused(
                () -> new TokenAdvantages(MASK, new double[2], new double[3], 0),
                "advantages length was 2, must be 3 (rows times columns); pass arrays that describe the same batch");
        assertRefused(
                () -> new TokenAdvantages(MASK, new double[3], new double[4], 0),
                "returns length was 4, must be 3 (rows times columns); pass arrays that describe the same batch");
        TokenAdvantages broken = new TokenAdvantages(MASK, new double[] {1, 0, Double.NaN}, new double[3], 0);
        assertRefused(
                () -> Whitening.apply(broken, Whitening.Options.DEFAULT),
                "mean of the advantages was NaN, must be finite; look for NaN or overflow in the rewards and values they"
                        + " come from");
    }

    @Test
    void turnsThatMakeNoSense() {
        assertRefused(
                () -> TurnIndex.of(MASK, 1, 0, 0),
                "turn[0][2] was 0, must be at least 0 and not fall along a row (it follows turn 1); number the turns of"
                        + " each row from 0 in token order");
        assertRefused(
                () -> TurnReturns.compute(TurnIndex.ofRuns(MASK), new double[][] {{1}}, 1),
                "number of turn rewards of row 0 was 1, must be above its last turn 1; give every turn a reward, 0 where"
                        + " it earned nothing");
    }

    @Test
    void probabilitiesThatAreNone() {
        TokenRewards rewards = TokenRewards.of(MASK, 0, 0, 1);
        Groups group = Groups.ofSize(1, 1);
        assertRefused(
                () -> OptimalTokenBaseline.compute(
                        rewards, group, new double[] {.5, 0, 0}, new double[3], OptimalTokenBaseline.Options.DEFAULT),
                "log-probability[0] was 0.5, must be at most 0; pass log-probabilities, not probabilities or negative"
                        + " log-likelihoods");
        assertRefused(
                () -> OptimalTokenBaseline.compute(
                        rewards, group, new double[3], new double[] {0, 0, 2}, OptimalTokenBaseline.Options.DEFAULT),
                "sum of squared probabilities[2] was 2.0, must be in [0, 1]; sum the squares of the softmax over the"
                        + " vocabulary");
        assertRefused(
                () -> OptimalTokenBaseline.compute(
                        rewards, group, new double[3], new double[] {-1, 0, 0}, OptimalTokenBaseline.Options.DEFAULT),
                "sum of squared probabilities[0] was -1.0, must be in [0, 1]; sum the squares of the softmax over the"
                        + " vocabulary");
    }
}
