package org.rft4j.algorithms.advantage;

import static org.rft4j.algorithms.advantage.Golden.assertClose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Agreement with the independent float64 implementation in {@code src/test/golden}. */
final class GoldenTest {
    @TestFactory
    List<DynamicTest> estimatorsOnSamples() {
        return Golden.read("samples")
                .valueStream()
                .map(c -> DynamicTest.dynamicTest(c.required("name").textValue(), () -> checkSamples(c)))
                .toList();
    }

    private static void checkSamples(JsonNode c) {
        Rewards rewards = Golden.rewards(c.required("rewards"));
        Groups groups = Golden.groups(c.required("keys"));
        int[] lengths = Golden.integers(c.required("lengths"));
        checkScaled(c, "groupMean", GroupRelative.Options.drGrpo());
        checkScaled(c, "trl", GroupRelative.Options.trl());
        checkScaled(c, "verl", GroupRelative.Options.verl());
        checkScaled(c, "population", new GroupRelative.Options(RewardScale.POPULATION, SingletonRule.ZERO));
        checkScaled(c, "batch", new GroupRelative.Options(RewardScale.TRL_BATCH, SingletonRule.ZERO));
        check(c, "leaveOneOut", LeaveOneOut.compute(rewards, groups, SingletonRule.ZERO));
        check(c, "leaveOneOutReward", LeaveOneOut.compute(rewards, groups, SingletonRule.REWARD));
        check(c, "lengthWeighted", LengthWeightedBaseline.compute(rewards, lengths, groups, SingletonRule.ZERO));
        check(c, "gpgPaper", Gpg.compute(rewards, groups, Gpg.Options.paper()));
        check(
                c,
                "gpgNonzero",
                Gpg.compute(rewards, groups, new Gpg.Options(Gpg.Signal.NONZERO_REWARDS, SingletonRule.ZERO, 1)));
    }

    private static void checkScaled(JsonNode c, String key, GroupRelative.Options options) {
        Rewards rewards = Golden.rewards(c.required("rewards"));
        check(c, key, GroupRelative.compute(rewards, Golden.groups(c.required("keys")), options));
    }

    private static void check(JsonNode c, String key, SampleAdvantages actual) {
        assertClose(key, actual.values(), Golden.numbers(c.required(key)));
    }

    @Test
    void passAtKAgreesWithEnumeratedSubsets() {
        for (JsonNode c : Golden.read("passAtK")) {
            Rewards rewards = Golden.rewards(c.required("rewards"));
            Groups groups = Golden.groups(c.required("keys"));
            RewardScale scale = c.required("epsilon").isNull() ? RewardScale.NONE : RewardScale.VERL;
            JsonNode k = c.required("k");
            SampleAdvantages actual = k.isNull()
                    ? PassAtK.bestOfGroup(rewards, groups, scale)
                    : PassAtK.compute(rewards, groups, k.intValue(), scale);
            assertClose("k=" + k, actual.values(), Golden.numbers(c.required("expected")));
        }
    }

    @Test
    void gdpoAgrees() {
        JsonNode c = Golden.read("gdpo");
        List<Rewards> components =
                c.required("components").valueStream().map(Golden::rewards).toList();
        double[] weights = Golden.numbers(c.required("weights"));
        Groups groups = Golden.groups(c.required("keys"));
        SampleAdvantages actual = Gdpo.compute(components, weights, groups, Gdpo.Options.trl());
        assertClose("gdpo", actual.values(), Golden.numbers(c.required("expected")));
        SampleAdvantages sums = Gdpo.weightedSums(components, weights, groups, GroupRelative.Options.trl());
        double[] expected = Golden.numbers(c.required("sums"));
        for (int i = 0; i < expected.length; i++) {
            expected[i] = Double.isNaN(expected[i]) ? 0 : expected[i];
        }
        assertClose("sums", sums.values(), expected);
    }

    @Test
    void gaeAgrees() {
        JsonNode c = Golden.read("tokens");
        double[] values = Golden.numbers(c.required("values"));
        for (JsonNode g : c.required("gae")) {
            Gae.Options options = new Gae.Options(
                    g.required("gamma").doubleValue(), g.required("lambda").doubleValue());
            TokenAdvantages actual = Gae.compute(tokenRewards(c), values, options);
            assertClose("advantages", actual.advantages(), Golden.numbers(g.required("advantages")));
            assertClose("returns", actual.returns(), Golden.numbers(g.required("returns")));
            TokenAdvantages white = Whitening.apply(actual, Whitening.Options.DEFAULT);
            assertClose("whitened", white.advantages(), Golden.numbers(g.required("whitened")));
            assertClose("returns after whitening", white.returns(), Golden.numbers(g.required("returns")));
        }
    }

    @Test
    void estimatorsOnTokensAgree() {
        JsonNode c = Golden.read("tokens");
        TokenRewards rewards = tokenRewards(c);
        Groups groups = Golden.groups(c.required("keys"));
        double[] logProbs = Golden.numbers(c.required("logProbs"));
        double[] sumSquares = Golden.numbers(c.required("sumSquares"));
        check(c, "returns", ReturnsToGo.compute(rewards, 0.9));
        check(c, "reinforcePlusPlus", ReinforcePlusPlus.compute(rewards, 0.9, Whitening.Options.DEFAULT));
        check(
                c,
                "reinforcePlusPlusBaseline",
                ReinforcePlusPlus.withGroupBaseline(
                        Golden.rewards(c.required("outcome")),
                        groups,
                        rewards.mask(),
                        SingletonRule.ZERO,
                        Whitening.Options.DEFAULT));
        check(c, "remax", ReMax.compute(rewards, Golden.rewards(c.required("greedy"))));
        check(
                c,
                "optimalToken",
                OptimalTokenBaseline.compute(
                        rewards, groups, logProbs, sumSquares, OptimalTokenBaseline.Options.DEFAULT));
        check(
                c,
                "optimalTokenReturnTail",
                OptimalTokenBaseline.compute(
                        rewards,
                        groups,
                        logProbs,
                        sumSquares,
                        new OptimalTokenBaseline.Options(OptimalTokenBaseline.LoneTail.RETURN, SingletonRule.REWARD)));
    }

    @Test
    void turnReturnsAgree() {
        JsonNode c = Golden.read("tokens");
        TurnIndex turns = TurnIndex.of(Golden.mask(c.required("mask")), Golden.integers(c.required("turns")));
        double[][] rewards =
                c.required("turnRewards").valueStream().map(Golden::numbers).toArray(double[][]::new);
        check(c, "turnReturns", TurnReturns.compute(turns, rewards, 0.5));
        check(
                c,
                "turnReturnsCentred",
                TurnReturns.withGroupBaseline(turns, rewards, Golden.groups(c.required("keys")), 0.5));
    }

    private static TokenRewards tokenRewards(JsonNode c) {
        return TokenRewards.ignoringMasked(Golden.mask(c.required("mask")), Golden.numbers(c.required("rewards")));
    }

    private static void check(JsonNode c, String key, TokenAdvantages actual) {
        assertClose(key, actual.advantages(), Golden.numbers(c.required(key)));
    }
}
