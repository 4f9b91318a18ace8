package org.rft4j.algorithms.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.algorithms.advantage.Golden.assertClose;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Literal values and limits of the estimators on tokens. */
final class TokenEstimatorsTest {
    /** The printed digits of the expected values. */
    private static final double SEVEN_DIGITS = 5e-8;

    private static final double EXACT = 1e-15;

    private static final TokenMask THREE = TokenMask.ofRows(new int[] {1, 1, 1});
    private static final TokenMask GAP = TokenMask.ofRows(new int[] {1, 1, 0, 0, 1});
    private static final TokenMask MIXED =
            TokenMask.ofRows(new int[] {1, 1, 0, 1, 0}, new int[] {0, 1, 1, 1, 1}, new int[] {1, 0, 0, 0, 0});

    private static double[] random(long seed, int size) {
        return new Random(seed).doubles(size, -2, 2).toArray();
    }

    @Test
    void gaeReferenceValues() {
        TokenRewards rewards = TokenRewards.of(THREE, 0, 0, 1);
        TokenAdvantages raw = Gae.compute(rewards, new double[] {.5, .4, .6}, Gae.Options.DEFAULT);
        assertClose("advantages", EXACT, raw.advantages(), .451, .58, .4);
        assertClose("returns", EXACT, raw.returns(), .951, .98, 1);
        TokenAdvantages white = Whitening.apply(raw, Whitening.Options.DEFAULT);
        assertClose("whitened", SEVEN_DIGITS, white.advantages(), -.2802510, 1.1102252, -.8299742);
        assertThat(white.returns()).containsExactly(raw.returns());
    }

    @Test
    void gaeCarriesOverTheGapWhateverIsInIt() {
        TokenRewards rewards = TokenRewards.ignoringMasked(GAP, 0, 0, 100, Double.NaN, 1);
        double[] values = {.5, .4, Double.NaN, -1e300, .6};
        TokenAdvantages actual = Gae.compute(rewards, values, Gae.Options.DEFAULT);
        assertClose("advantages", EXACT, actual.advantages(), .451, .58, 0, 0, .4);
        assertClose("returns", EXACT, actual.returns(), .951, .98, 0, 0, 1);
    }

    @Test
    void gaeLimits() {
        TokenRewards rewards = TokenRewards.ignoringMasked(MIXED, random(1, 15));
        double[] values = random(2, 15);
        double[] full = ReturnsToGo.compute(rewards, 1).advantages();
        TokenAdvantages monteCarlo = Gae.compute(rewards, values, new Gae.Options(1, 1));
        double[] minusValue = new double[15];
        for (int i = 0; i < 15; i++) {
            minusValue[i] = MIXED.isPolicy(i) ? full[i] - values[i] : 0;
        }
        assertClose("lambda 1, gamma 1", monteCarlo.advantages(), minusValue);
        assertClose("returns", monteCarlo.returns(), full);
        assertClose(
                "V = 0, lambda 1",
                Gae.compute(rewards, new double[15], new Gae.Options(.9, 1)).advantages(),
                ReturnsToGo.compute(rewards, .9).advantages());
        double[] oneStep = Gae.compute(rewards, values, new Gae.Options(.9, 0)).advantages();
        assertClose(
                "lambda 0",
                Arrays.copyOf(oneStep, 2),
                rewards.value(0) + .9 * values[1] - values[0],
                rewards.value(1) + .9 * values[3] - values[1]);
    }

    @Test
    void maskingIsTheSameAsLeavingOut() {
        double[] all = random(3, 5);
        double[] values = random(4, 5);
        TokenRewards gapped = TokenRewards.ignoringMasked(GAP, all);
        TokenRewards dense = TokenRewards.of(THREE, all[0], all[1], all[4]);
        double[] denseValues = {values[0], values[1], values[4]};
        assertDense(
                Gae.compute(gapped, values, Gae.Options.DEFAULT), Gae.compute(dense, denseValues, Gae.Options.DEFAULT));
        assertDense(ReturnsToGo.compute(gapped, .9), ReturnsToGo.compute(dense, .9));
        assertDense(
                ReinforcePlusPlus.compute(gapped, .9, Whitening.Options.DEFAULT),
                ReinforcePlusPlus.compute(dense, .9, Whitening.Options.DEFAULT));
        assertDense(ReMax.compute(gapped, Rewards.of(.25)), ReMax.compute(dense, Rewards.of(.25)));
    }

    private static void assertDense(TokenAdvantages gapped, TokenAdvantages dense) {
        double[] expected = dense.advantages();
        assertThat(gapped.advantages()).containsExactly(expected[0], expected[1], 0, 0, expected[2]);
        expected = dense.returns();
        assertThat(gapped.returns()).containsExactly(expected[0], expected[1], 0, 0, expected[2]);
    }

    @Test
    void rewardsStandWhereTheyWerePut() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 0, 0}, new int[] {1, 0, 1});
        TokenRewards last = TokenRewards.atLastToken(mask, Rewards.of(2, 3));
        double[] actual = new double[6];
        Arrays.setAll(actual, last::value);
        assertThat(actual).containsExactly(2, 0, 0, 0, 0, 3);
        TokenRewards some = TokenRewards.ignoringMasked(mask, 1, 2, 3, 4, 5, 6);
        Arrays.setAll(actual, some::value);
        assertThat(actual).containsExactly(1, 0, 0, 4, 0, 6);
        assertThat(ReMax.compute(last, Rewards.of(1, 1)).excludedRows()).isZero();
    }

    @Test
    void returnsToGoLimits() {
        TokenRewards last = TokenRewards.atLastToken(GAP, Rewards.of(2));
        assertThat(last.value(4)).isEqualTo(2);
        assertThat(ReturnsToGo.compute(last, 1).advantages()).containsExactly(2, 2, 0, 0, 2);
        assertThat(ReturnsToGo.compute(last, .5).advantages()).containsExactly(.5, 1, 0, 0, 2);
        assertThat(ReturnsToGo.compute(last, 0).advantages()).containsExactly(0, 0, 0, 0, 2);
    }

    @Test
    void rewardsAfterAToolCallReachTheTurnBeforeIt() {
        TokenRewards last = TokenRewards.atLastToken(GAP, Rewards.of(1));
        TokenAdvantages result = ReinforcePlusPlus.compute(last, .5, Whitening.Options.DEFAULT);
        assertThat(result.returns()).containsExactly(.25, .5, 0, 0, 1);
    }

    @Test
    void whitenedTokensHaveMeanZeroAndVarianceOne() {
        double[] values = random(5, 15);
        TokenAdvantages raw = ReturnsToGo.compute(TokenRewards.ignoringMasked(MIXED, values), 0);
        double[] white = Whitening.apply(raw, new Whitening.Options(1, 0)).advantages();
        double square = Arrays.stream(white).map(a -> a * a).sum();
        assertClose("sum and squares", new double[] {Arrays.stream(white).sum(), square}, 0, 8 - 1);
        double[] population = Whitening.apply(raw, new Whitening.Options(0, 0)).advantages();
        assertClose(
                "population squares",
                new double[] {Arrays.stream(population).map(a -> a * a).sum()},
                8);
    }

    @Test
    void whiteningEqualAdvantagesGivesExactlyZero() {
        for (Whitening.Options options :
                new Whitening.Options[] {Whitening.Options.DEFAULT, new Whitening.Options(0, 0)}) {
            TokenAdvantages equal = ReturnsToGo.compute(TokenRewards.of(THREE, .1, .1, .1), 0);
            assertThat(Whitening.apply(equal, options).advantages()).containsOnly(0);
            TokenMask one = TokenMask.ofRows(new int[] {0, 1, 0});
            TokenAdvantages single = ReturnsToGo.compute(TokenRewards.of(one, 0, 7, 0), 1);
            assertThat(Whitening.apply(single, options).advantages()).containsOnly(0);
            TokenMask none = TokenMask.ofRows(new int[] {0, 0, 0});
            TokenAdvantages empty = ReturnsToGo.compute(TokenRewards.of(none, 0, 0, 0), 1);
            assertThat(Whitening.apply(empty, options).advantages()).containsOnly(0);
        }
    }

    @Test
    void whiteningWithoutSpreadLeftInFloat64GivesZero() {
        TokenAdvantages tiny = ReturnsToGo.compute(TokenRewards.of(THREE, 1e-200, 2e-200, 3e-200), 0);
        assertThat(Whitening.apply(tiny, new Whitening.Options(1, 0)).advantages())
                .containsOnly(0);
    }

    @Test
    void extremeTokensStayFinite() {
        for (double scale : new double[] {1e-200, 1e100}) {
            TokenRewards rewards = TokenRewards.of(THREE, scale, -scale, scale);
            double[] values = {scale, scale, -scale};
            TokenAdvantages raw = Gae.compute(rewards, values, Gae.Options.DEFAULT);
            double[] white = Whitening.apply(raw, Whitening.Options.DEFAULT).advantages();
            assertThat(Arrays.stream(white)).allMatch(Double::isFinite);
        }
    }

    @Test
    void reinforcePlusPlusBaselineWhitensCentredRewards() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1}, new int[] {1, 0}, new int[] {0, 1}, new int[] {1, 1});
        Rewards rewards = Rewards.of(new double[] {1, 0, Double.NaN, .5}, new boolean[] {true, true, false, true});
        TokenAdvantages actual = ReinforcePlusPlus.withGroupBaseline(
                rewards, Groups.ofSize(2, 2), mask, SingletonRule.ZERO, new Whitening.Options(0, 0));
        // Centred tokens .5 .5 | -.5 | excluded | 0 0: mean .1, population variance .14.
        double std = Math.sqrt(.14);
        assertClose("whitened", actual.advantages(), .4 / std, .4 / std, -.6 / std, 0, 0, 0, -.1 / std, -.1 / std);
        assertThat(actual.excludedRows()).isOne();
        assertThat(actual.mask().tokens(2)).isZero();
        assertThat(actual.returns()).containsExactly(.5, .5, -.5, 0, 0, 0, 0, 0);
    }

    @Test
    void reMaxSubtractsTheGreedyReward() {
        TokenRewards last = TokenRewards.atLastToken(GAP, Rewards.of(2));
        TokenAdvantages actual = ReMax.compute(last, Rewards.of(.75));
        assertThat(actual.advantages()).containsExactly(1.25, 1.25, 0, 0, 1.25);
        assertThat(actual.returns()).containsExactly(2, 2, 0, 0, 2);
        TokenAdvantages noBaseline = ReMax.compute(last, Rewards.of(new double[] {Double.NaN}, new boolean[] {false}));
        assertThat(noBaseline.advantages()).containsOnly(0);
        assertThat(noBaseline.returns()).containsOnly(0);
        assertThat(noBaseline.excludedRows()).isOne();
    }

    @Test
    void rowsWhoseRewardDoesNotApplyLeaveTheMask() {
        TokenMask mask = TokenMask.ofRows(new int[] {1, 1, 0}, new int[] {1, 1, 1}, new int[] {0, 0, 0});
        Rewards outcomes = Rewards.of(new double[] {1, Double.NaN, 5}, new boolean[] {true, false, true});
        TokenRewards rewards = TokenRewards.atLastToken(mask, outcomes);
        assertThat(rewards.excludedRows()).isOne();
        TokenAdvantages result = Gae.compute(rewards, new double[9], new Gae.Options(1, 1));
        assertThat(result.advantages()).containsExactly(1, 1, 0, 0, 0, 0, 0, 0, 0);
        assertThat(result.excludedRows()).isOne();
        assertThat(result.mask().lengths()).containsExactly(2, 0, 0);
        assertThat(mask.lengths()).containsExactly(2, 3, 0);
    }

    @Test
    void uploadIsOneFloatArray() {
        TokenAdvantages broadcast = GroupRelative.compute(
                        Rewards.of(1, 0), Groups.ofSize(1, 2), GroupRelative.Options.drGrpo())
                .broadcast(TokenMask.ofRows(new int[] {1, 1, 0}, new int[] {0, 1, 0}));
        assertThat(broadcast.toFloats()).containsExactly(.5f, .5f, 0, 0, -.5f, 0);
    }
}
