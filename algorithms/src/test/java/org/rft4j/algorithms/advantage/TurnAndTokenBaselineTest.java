package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Literal values and limits of per-turn returns and of the optimal token baseline. */
final class TurnAndTokenBaselineTest {
    private static final double EXACT = 1e-15;

    /** Row 0: turns of 2 and 1 tokens; row 1: one turn; rows 2 and 3: turns of 1 and 2 tokens. */
    private static final TokenMask MASK = TokenMask.ofRows(
            new int[] {1, 1, 0, 1, 0}, new int[] {1, 1, 1, 0, 0}, new int[] {1, 0, 1, 1, 0}, new int[] {1, 0, 0, 1, 1});

    private static final Groups ONE = Groups.ofSize(1, 4);

    @Test
    void runsAreTurns() {
        TurnIndex turns = TurnIndex.ofRuns(MASK);
        int[] actual = new int[10];
        Arrays.setAll(actual, turns::turn);
        assertThat(actual).containsExactly(0, 0, -1, 1, -1, 0, 0, 0, -1, -1);
    }

    @Test
    void maskedTokensHaveNoTurn() {
        TurnIndex turns = TurnIndex.of(TokenMask.ofRows(new int[] {1, 0, 1}), 0, 9, 2);
        int[] actual = new int[3];
        Arrays.setAll(actual, turns::turn);
        assertThat(actual).containsExactly(0, -1, 2);
    }

    @Test
    void twoTurnReferenceGroup() {
        // One right at once, three wrong and then 1, 1, 0; gamma .1. Row 1 is the one that was right.
        double[][] rewards = {{0, 1}, {1}, {0, 1}, {0, 0}};
        TurnIndex turns = TurnIndex.ofRuns(MASK);
        TokenAdvantages actual = TurnReturns.withGroupBaseline(turns, rewards, ONE, .1);
        double third = 1.0 / 3;
        assertClose("advantages", EXACT, actual.advantages(), new double[] {
            -.2, -.2, 0, third, 0, .7, .7, .7, 0, 0, -.2, 0, third, third, 0, -.3, 0, 0, -2 * third, -2 * third
        });
        assertThat(Arrays.copyOf(actual.returns(), 5)).containsExactly(.1, .1, 0, 1, 0);
        assertThat(actual.returns())
                .containsExactly(TurnReturns.compute(turns, rewards, .1).advantages());
    }

    @Test
    void aRowWithoutTurnsCountsInNoMean() {
        TokenMask mask = TokenMask.ofRows(new int[] {1}, new int[] {0}, new int[] {1});
        double[][] rewards = {{1}, {}, {0}};
        TokenAdvantages actual = TurnReturns.withGroupBaseline(TurnIndex.ofRuns(mask), rewards, Groups.ofSizes(3), 1);
        assertThat(actual.advantages()).containsExactly(.5, 0, -.5);
    }

    @Test
    void withoutDiscountTurnsAreIndependent() {
        double[][] rewards = {{2, 1}, {3}, {4, 5}, {6, 7}};
        TokenAdvantages actual = TurnReturns.compute(TurnIndex.ofRuns(MASK), rewards, 0);
        assertThat(Arrays.copyOf(actual.advantages(), 10)).containsExactly(2, 2, 0, 1, 0, 3, 3, 3, 0, 0);
    }

    @Test
    void oneTurnIsTheBroadcastGroupMean() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1, 0}, new int[] {1, 0, 0}, new int[] {1, 1, 1});
        Groups groups = Groups.ofSizes(3);
        double[][] rewards = {{1}, {0}, {.5}};
        TokenAdvantages actual = TurnReturns.withGroupBaseline(TurnIndex.ofRuns(mask), rewards, groups, .3);
        TokenAdvantages expected = GroupRelative.compute(Rewards.of(1, 0, .5), groups, GroupRelative.Options.drGrpo())
                .broadcast(mask);
        assertThat(actual.advantages()).containsExactly(expected.advantages());
    }

    @Test
    void equalTurnsAndLoneTurnsGiveExactlyZero() {
        double[][] rewards = {{.1, .1}, {.11}, {.1, .1}, {.1, .1}};
        double[] actual = TurnReturns.withGroupBaseline(TurnIndex.ofRuns(MASK), rewards, ONE, .1)
                .advantages();
        assertThat(actual[3]).isZero();
        assertThat(actual[18]).isZero();
        double[][] lone = {{0, 1}, {.5}, {.2, .3}, {.1, 0, 9}};
        int[] turns = {0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 2};
        assertThat(TurnReturns.withGroupBaseline(TurnIndex.of(MASK, turns), lone, ONE, .1)
                        .advantages()[19])
                .isZero();
    }

    @Test
    void optimalTokenBaselineByHand() {
        // Two rows of two tokens: returns (1, 1) and (0, 0); noise per token .5 and .25 in row 0, .5 and .75 in row 1.
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1}, new int[] {1, 1});
        TokenRewards rewards = TokenRewards.of(mask, 0, 1, 0, 0);
        double half = Math.log(.5);
        double[] logProbs = {half, half, half, half};
        double[] sumSquares = {.5, .25, .5, .75};
        double[] actual = OptimalTokenBaseline.compute(
                        rewards, Groups.ofSize(1, 2), logProbs, sumSquares, OptimalTokenBaseline.Options.DEFAULT)
                .advantages();
        // W: .5, .75 and .5, 1.25. B: .5 and .75 / 2.
        assertClose("advantages", EXACT, actual, .5, .625, -.5, -.375);
    }

    @Test
    void equalNoiseIsTheGroupMeanAtEveryToken() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1, 1}, new int[] {1, 1, 1}, new int[] {1, 1, 1});
        double[] outcomes = {1, .25, 0};
        Groups groups = Groups.ofSizes(3);
        double[] expected = GroupRelative.compute(Rewards.of(outcomes), groups, GroupRelative.Options.drGrpo())
                .broadcast(mask)
                .advantages();
        for (double sumSquare : new double[] {.6, 0}) {
            double[] logProbs = new double[9];
            Arrays.fill(logProbs, sumSquare == 0 ? 0 : Math.log(.7)); // 0: a deterministic policy without noise
            double[] sumSquares = new double[9];
            Arrays.fill(sumSquares, sumSquare == 0 ? 1 : sumSquare);
            double[] actual = OptimalTokenBaseline.compute(
                            TokenRewards.atLastToken(mask, Rewards.of(outcomes)),
                            groups,
                            logProbs,
                            sumSquares,
                            OptimalTokenBaseline.Options.DEFAULT)
                    .advantages();
            assertClose("noise from " + sumSquare, actual, expected);
        }
    }

    @Test
    void tokensWithoutACompanionFollowTheirRule() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1, 1}, new int[] {1, 0, 0}, new int[] {1, 1, 0});
        TokenRewards rewards = TokenRewards.of(mask, 0, 0, 2, 1, 0, 0, 0, 3, 0);
        Groups groups = Groups.ofSizes(2, 1);
        double[] logProbs = new double[9];
        Arrays.fill(logProbs, Math.log(.5));
        double[] sumSquares = new double[9];
        double[] zero = OptimalTokenBaseline.compute(
                        rewards,
                        groups,
                        logProbs,
                        sumSquares,
                        new OptimalTokenBaseline.Options(OptimalTokenBaseline.LoneTail.ZERO, SingletonRule.ZERO))
                .advantages();
        assertThat(zero).containsExactly(.5, 0, 0, -.5, 0, 0, 0, 0, 0);
        double[] kept = OptimalTokenBaseline.compute(
                        rewards,
                        groups,
                        logProbs,
                        sumSquares,
                        new OptimalTokenBaseline.Options(OptimalTokenBaseline.LoneTail.RETURN, SingletonRule.REWARD))
                .advantages();
        assertThat(kept).containsExactly(.5, 2, 2, -.5, 0, 0, 3, 3, 0);
    }

    @Test
    void aRowWithoutTokensIsNoCompanion() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1}, new int[] {0, 0});
        TokenRewards rewards = TokenRewards.of(mask, 0, 2, 0, 0);
        double[] actual = OptimalTokenBaseline.compute(
                        rewards,
                        Groups.ofSize(1, 2),
                        new double[4],
                        new double[4],
                        new OptimalTokenBaseline.Options(OptimalTokenBaseline.LoneTail.ZERO, SingletonRule.REWARD))
                .advantages();
        assertThat(actual).containsExactly(2, 2, 0, 0);
    }

    @Test
    void noiseIsNeverNegative() {
        // Rounded probabilities: 1 - 2 * 1.0005 + 1 is below 0; the second row's noise is 1.
        TokenMask mask = TokenMask.ofRows(new int[] {1}, new int[] {1});
        double[] logProbs = {5e-4, Math.log(.5)};
        double[] sumSquares = {1, 1};
        double[] actual = OptimalTokenBaseline.compute(
                        TokenRewards.of(mask, 1, 0),
                        Groups.ofSize(1, 2),
                        logProbs,
                        sumSquares,
                        OptimalTokenBaseline.Options.DEFAULT)
                .advantages();
        assertThat(actual).containsExactly(1, 0);
    }

    @Test
    void equalReturnsGiveExactlyZero() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1}, new int[] {1, 1}, new int[] {1, 1});
        Random random = new Random(11);
        double[] logProbs = random.doubles(6, -3, 0).toArray();
        double[] sumSquares = random.doubles(6).toArray();
        TokenRewards rewards = TokenRewards.atLastToken(mask, Rewards.of(.1, .1, .1));
        assertThat(OptimalTokenBaseline.compute(
                                rewards, Groups.ofSizes(3), logProbs, sumSquares, OptimalTokenBaseline.Options.DEFAULT)
                        .advantages())
                .containsOnly(0);
    }
}
