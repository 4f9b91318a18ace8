package org.rft4j.rewards.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.EnsembleRule;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

class CombinationsTest {
    private static final double EXACT = 1e-12;
    private static final RewardSample SAMPLE = RewardSample.of(TaskRecord.of("t", "2 + 2?"), "4");

    private static Reward giving(String name, double value) {
        return Reward.named(name, sample -> Score.of(value));
    }

    private static Reward silent(String name) {
        return Reward.named(name, sample -> Score.notApplicable("other task"));
    }

    private static Reward neverAsked(String name) {
        return Reward.named(name, sample -> {
            throw new AssertionError(name + " must not be asked");
        });
    }

    @Test
    void aSumWeighsItsPartsAndKeepsThem() throws Exception {
        Reward sum = WeightedSum.named("sum")
                .add(2, giving("right", 1))
                .add(0.5, giving("short", -3))
                .add(100, silent("other"))
                .build();
        Score score = sum.score(SAMPLE);
        assertThat(score.value()).isEqualTo(2 - 1.5, within(EXACT));
        assertThat(score.components()).isEqualTo(Map.of("right", 1.0, "short", -3.0));
        assertThat(score.diagnostics()).isEqualTo(Map.of("other/notApplicable", "other task"));
    }

    @Test
    void aSumOfNothingIsNotApplicable() throws Exception {
        Score score = WeightedSum.named("sum").add(1, silent("a")).build().score(SAMPLE);
        assertThat(score.applicable()).isFalse();
        assertThat(score.diagnostics()).containsEntry("notApplicable", "no part of sum is applicable");
    }

    @Test
    void partsKeepComponentsAndFeedbackOfTheirOwn() throws Exception {
        Reward part = Reward.named(
                "judge",
                sample ->
                        Score.of(1).withComponent("style", 0.25).withFeedback(Feedback.negative("too long", "judge")));
        Score score = WeightedSum.named("sum").add(1, part).build().score(SAMPLE);
        assertThat(score.components()).containsEntry("judge/style", 0.25);
        assertThat(score.feedback()).containsExactly(Feedback.negative("too long", "judge"));
    }

    @Test
    void scheduledWeightsFollowTheClock() throws Exception {
        RewardClock clock = new RewardClock();
        Reward sum = WeightedSum.named("sum", clock)
                .add(WeightSchedule.linear(0, 4, 8), giving("a", 1))
                .build();
        List<Double> seen = new ArrayList<>();
        for (long step : List.of(0L, 2L, 8L, 100L)) {
            clock.setStep(step);
            seen.add(sum.score(SAMPLE).value());
        }
        assertThat(seen).containsExactly(0.0, 1.0, 4.0, 4.0);
    }

    @Test
    void twoPartsOfOneNameAreRefused() {
        WeightedSum.Builder twice =
                WeightedSum.named("sum").add(1, giving("a", 1)).add(1, giving("a", 2));
        assertThatThrownBy(twice::build)
                .hasMessage(
                        "name of a reward was 'a', must not be taken twice in one combination, metrics could not tell the two "
                                + "apart; rename one with Reward.named(...)");
        assertThatThrownBy(() -> WeightedSum.named("sum").build()).hasMessageContaining("must be at least one");
    }

    @Test
    void aProductLeavesOutWhatDoesNotApply() throws Exception {
        Reward product = new Product("all", List.of(giving("a", 0.5), silent("b"), giving("c", -3)));
        assertThat(product.score(SAMPLE).value()).isEqualTo(-1.5, within(EXACT));
        assertThat(new Product("all", List.of(silent("b"))).score(SAMPLE).applicable())
                .isFalse();
    }

    @Test
    void aGateAsksWhatIsBehindItOnlyWhereItIsOpen() throws Exception {
        assertThat(new Gate("gate", giving("format", 0.9), 1, neverAsked("answer"), -1)
                        .score(SAMPLE)
                        .value())
                .isEqualTo(-1);
        Score open = new Gate("gate", giving("format", 1), 1, giving("answer", 0.7), -1).score(SAMPLE);
        assertThat(open.value()).isEqualTo(0.7);
        assertThat(open.components()).isEqualTo(Map.of("format", 1.0, "answer", 0.7));
        assertThat(new Gate("gate", silent("format"), 1, giving("answer", 0.7), -1)
                        .score(SAMPLE)
                        .value())
                .isEqualTo(0.7);
        assertThat(new Gate("gate", giving("format", 1), 1, silent("answer"), -1)
                        .score(SAMPLE)
                        .applicable())
                .isFalse();
    }

    @Test
    void theFirstApplicableEndsTheSearch() throws Exception {
        Reward first = new FirstApplicable("any", List.of(silent("code"), giving("maths", 0.3), neverAsked("prose")));
        assertThat(first.score(SAMPLE).value()).isEqualTo(0.3);
        assertThat(new FirstApplicable("any", List.of(silent("code")))
                        .score(SAMPLE)
                        .applicable())
                .isFalse();
    }

    @Test
    void valuesAreClippedMovedAndCut() throws Exception {
        assertThat(Mapped.clip(giving("a", 3), -1, 2).score(SAMPLE).value()).isEqualTo(2);
        assertThat(Mapped.clip(giving("a", -3), -1, 2).score(SAMPLE).value()).isEqualTo(-1);
        assertThat(Mapped.affine(giving("a", 3), 2, -1).score(SAMPLE).value()).isEqualTo(5);
        assertThat(Mapped.threshold(giving("a", 0.5), 0.5, -1, 1).score(SAMPLE).value())
                .isEqualTo(1);
        assertThat(Mapped.threshold(giving("a", 0.49), 0.5, -1, 1).score(SAMPLE).value())
                .isEqualTo(-1);
        assertThat(Mapped.affine(silent("a"), 2, 5).score(SAMPLE).applicable()).isFalse();
        assertThat(Mapped.affine(giving("a", 3), 2, -1).name()).isEqualTo("a");
    }

    @Test
    void ensemblesFollowThePaper() throws Exception {
        List<Reward> members = List.of(giving("a", 1), giving("b", 2), giving("c", 4), silent("d"));
        assertThat(value(members, new EnsembleRule.Mean())).isEqualTo(7 / 3.0, within(EXACT));
        assertThat(value(members, new EnsembleRule.WorstCase())).isEqualTo(1);
        assertThat(value(members, new EnsembleRule.UncertaintyWeighted(0.1, EnsembleRule.Variance.UNBIASED)))
                .isEqualTo(2.1, within(EXACT));
        assertThat(value(members, new EnsembleRule.UncertaintyWeighted(0.5, EnsembleRule.Variance.BIASED)))
                .isEqualTo(1.5555555555555556, within(EXACT));
        assertThat(value(members, new EnsembleRule.UncertaintyWeighted(0, EnsembleRule.Variance.BIASED)))
                .isEqualTo(7 / 3.0, within(EXACT));
    }

    @Test
    void oneMemberHasNoUncertainty() throws Exception {
        EnsembleRule rule = new EnsembleRule.UncertaintyWeighted(5, EnsembleRule.Variance.UNBIASED);
        Score score = new Ensemble("e", List.of(giving("a", 2)), rule).score(SAMPLE);
        assertThat(score.value()).isEqualTo(2);
        assertThat(score.components()).containsEntry("variance", 0.0);
    }

    private static double value(List<Reward> members, EnsembleRule rule) throws Exception {
        return new Ensemble("e", members, rule).score(SAMPLE).value();
    }

    @Test
    void rewardsOfTurnsAndTokensAreWeighedLikewise() throws Exception {
        Reward dense = Reward.named("dense", s -> Score.of(0).withPerToken(List.of(-1.0, 0.0)));
        Reward turns =
                Reward.named("turns", s -> Score.of(1).withPerTurn(List.of(3.0)).withPerToken(List.of(1.0, 1.0)));
        RewardSample sample = RewardSample.of(TaskRecord.of("t", "?"), "ab");
        Score sum =
                WeightedSum.named("sum").add(0.5, dense).add(2, turns).build().score(sample);
        assertThat(sum.perToken()).containsExactly(1.5, 2.0);
        assertThat(sum.perTurn()).containsExactly(6.0);
        assertThat(new FirstApplicable("first", List.of(dense)).score(sample).perToken())
                .containsExactly(-1.0, 0.0);
        assertThat(new Gate("gate", turns, 1, dense, 0).score(sample).perToken())
                .containsExactly(-1.0, 0.0);
        assertThat(new Gate("gate", turns, 2, dense, 0).score(sample).perToken())
                .isEmpty();
        Reward shorter = Reward.named("shorter", s -> Score.of(0).withPerToken(List.of(1.0)));
        assertThatThrownBy(() -> WeightedSum.named("sum")
                        .add(1, dense)
                        .add(1, shorter)
                        .build()
                        .score(sample))
                .hasMessage(
                        "rewards of tokens of shorter was 1, must be as many as those of another part, 2; count the "
                                + "turns or tokens of the same sample");
    }
}
