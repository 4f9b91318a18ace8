package org.rft4j.algorithms.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.rft4j.algorithms.advantage.Gdpo;
import org.rft4j.algorithms.advantage.Gpg;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.RewardScale;
import org.rft4j.algorithms.advantage.TokenAdvantages;
import org.rft4j.core.reward.Score;

/** Estimators on rows; what the estimators themselves compute is checked beside them. */
final class AdvantagesTest {
    private static final int FIRST = 2; // the first token that the policy wrote

    private static final int LAST_OF_ROW_2 = 6; // whose second turn is tokens 5 and 6

    private static TokenAdvantages estimate(AdvantageEstimator estimator, GroupBatch batch, double penalty) {
        return estimator.estimate(input(batch, penalty));
    }

    private static AdvantageInput input(GroupBatch batch, double penalty) {
        boolean[][] trained = new boolean[batch.size()][];
        double[][] penalties = new double[batch.size()][];
        for (int row = 0; row < trained.length; row++) {
            boolean[] mask = batch.rows().get(row).sequence().trained();
            trained[row] = batch.rows().get(row).usable() ? mask : new boolean[mask.length];
            penalties[row] = new double[mask.length];
            java.util.Arrays.fill(penalties[row], penalty);
        }
        return AdvantageInput.of(batch.rows(), trained, penalties);
    }

    private static double at(TokenAdvantages advantages, int row, int token) {
        return advantages.advantages()[row * advantages.mask().columns() + token];
    }

    /** The second group: rewards 0.5, -1, 0.25 and one that nobody knows, of 5, 3, 2 and 4 tokens. */
    @TestFactory
    Stream<DynamicTest> ofTheSecondGroup() {
        return Stream.of(
                row("group mean", Advantages.groupRelative(GroupRelative.Options.drGrpo()), 0, 7.0 / 12, -11.0 / 12),
                row(
                        "penalties of all tokens",
                        Advantages.groupRelative(GroupRelative.Options.drGrpo()),
                        0.3,
                        1.0 / 12,
                        -9.8 / 12),
                row("best of two", Advantages.passAtK(2, RewardScale.NONE), 0, 1.75 / 3, 0),
                row("GPG", Advantages.gpg(Gpg.Options.paper()), 0, 7.0 / 12, -11.0 / 12),
                row("rewards above 0", Advantages.positiveRewards(), 0, 0.5, 0));
    }

    private static DynamicTest row(
            String name, AdvantageEstimator estimator, double penalty, double first, double second) {
        return DynamicTest.dynamicTest(name, () -> {
            TokenAdvantages advantages = estimate(estimator, GroupBatch.golden().only(8, 9, 10, 11), penalty);
            assertThat(at(advantages, 0, FIRST)).isCloseTo(first, within(FP64));
            assertThat(at(advantages, 1, FIRST)).isCloseTo(second, within(FP64));
            assertThat(at(advantages, 3, FIRST)).isZero();
            assertThat(advantages.mask().tokens(3)).isZero();
            assertThat(at(advantages, 0, 0)).as("of the prompt").isZero();
        });
    }

    @Test
    void componentsAreNormalisedOneByOne() {
        GroupBatch batch = GroupBatch.golden().only(0, 1, 2, 3);
        AdvantageEstimator gdpo = Advantages.gdpo(Map.of("right", 1.0, "style", 2.0), Gdpo.Options.trl());
        List<Score> scores = List.of(
                Score.of(0).withComponent("right", 1).withComponent("style", 10),
                Score.of(0).withComponent("right", 0).withComponent("style", 30),
                Score.of(0).withComponent("style", 20),
                Score.of(0));
        TokenAdvantages advantages =
                estimate(gdpo, new GroupBatch(scores, batch.keys(), batch.ends(), batch.numbers()), 0);
        // right: +-0.70700686, style: -+0.99999 and 0 (std + 1e-4); sums -1.2929731, 1.2929731, 0; std 1.2929731
        double largest = 1.2929731379 / (1.2929731379 + 1e-4);
        assertThat(at(advantages, 0, FIRST)).isCloseTo(-largest, within(1e-9));
        assertThat(at(advantages, 1, FIRST)).isCloseTo(largest, within(1e-9));
        assertThat(at(advantages, 2, FIRST)).isCloseTo(0, within(FP64));
        assertThat(advantages.mask().tokens(3)).as("no component applies").isZero();
    }

    @Test
    void turnsEarnWhatTheirScoreSays() {
        GroupBatch batch = GroupBatch.golden().only(2);
        AdvantageEstimator turns = Advantages.turnReturns(0.5, false);
        TokenAdvantages said = estimate(turns, batch.withScores(score -> score.withPerTurn(List.of(3.0, 4.0))), 0.25);
        assertThat(at(said, 0, LAST_OF_ROW_2)).isEqualTo(4 - 0.5);
        assertThat(at(said, 0, FIRST)).isEqualTo(3 - 0.25 + 0.5 * 3.5);
        TokenAdvantages outcome = estimate(turns, batch.withScores(score -> score.withValue(8)), 0);
        assertThat(at(outcome, 0, LAST_OF_ROW_2)).isEqualTo(8);
        assertThat(at(outcome, 0, FIRST)).isEqualTo(4);
        GroupBatch wrong = batch.withScores(score -> score.withPerTurn(List.of(1.0)));
        assertThatThrownBy(() -> estimate(turns, wrong, 0))
                .hasMessage(
                        "number of turn rewards of a row was 1, must be that of its turns, 2; let the reward say one"
                                + " number for each turn of the assistant, or none");
    }

    @Test
    void turnsAreComparedWithTheSameTurnOfOthers() {
        GroupBatch batch = GroupBatch.golden().only(1, 2, 11);
        GroupBatch grouped = new GroupBatch(batch.scores(), new int[3], batch.ends(), batch.numbers())
                .withScores(score -> score.applicable() ? score.withValue(8) : score);
        TokenAdvantages advantages = estimate(Advantages.turnReturns(0.5, true), grouped, 0);
        assertThat(at(advantages, 0, FIRST)).as("8 against the mean of 8 and 4").isEqualTo(2);
        assertThat(at(advantages, 1, FIRST)).isEqualTo(-2);
        assertThat(at(advantages, 1, LAST_OF_ROW_2))
                .as("nobody else has a second turn")
                .isZero();
        assertThat(advantages.mask().tokens(2)).isZero();
    }

    @Test
    void reMaxSaysWhereItsBaselineComesFrom() {
        GroupBatch without = GroupBatch.golden().withScores(score -> score.applicable() ? Score.of(1) : score);
        assertThatThrownBy(() -> estimate(Advantages.reMax(), without, 0))
                .hasMessage("component 'greedy' of the scores was absent from all rows, must say what the greedy answer"
                        + " to the same prompt earned; give the trainer a rollout at temperature 0 with baseline(...)");
        GroupBatch unusable = GroupBatch.golden().only(11);
        assertThat(estimate(Advantages.reMax(), unusable, 0).mask().tokens(0)).isZero();
    }
}
