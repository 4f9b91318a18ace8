package org.rft4j.rewards.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.combine.Mapped;
import org.rft4j.rewards.combine.WeightSchedule;

class RewardPanelTest {
    private static final double EXACT = 1e-12;
    private static final Reward NUMBER =
            Reward.named("number", sample -> Score.of(Double.parseDouble(sample.completion())));
    private static final Reward LENGTH =
            Reward.named("length", sample -> Score.of(sample.completion().length()));

    private static List<RewardSample> group(String task, String... completions) {
        List<RewardSample> group = new ArrayList<>();
        for (String completion : completions) {
            group.add(RewardSample.of(TaskRecord.of(task, "?"), completion));
        }
        return group;
    }

    private static RewardPanel panel(Normalisation normalisation, PanelMember... members) {
        return new RewardPanel(List.of(members), normalisation, 3, 4);
    }

    private static List<Double> totals(PanelResult result) {
        return result.groups().stream()
                .flatMap(List::stream)
                .map(row -> row.total().value())
                .toList();
    }

    @Test
    void rewardsAreWeighedAndAddedUpInTheOrderOfTheSamples() throws Exception {
        PanelMember scheduled =
                PanelMember.ofSample(LENGTH).weighing(new Weight.Scheduled(WeightSchedule.linear(0, 10, 10)));
        try (RewardPanel panel = panel(new Normalisation.None(), PanelMember.ofSample(NUMBER), scheduled)) {
            PanelResult result = panel.score(List.of(group("a", "1", "22", "3"), group("b", "40")), 2);
            assertThat(totals(result)).containsExactly(3.0, 26.0, 5.0, 44.0);
            assertThat(result.counts().get("number")).isEqualTo(new MemberCounts(4, 0, 0, 0, 16.5));
            assertThat(result.groups().get(0).get(1).total().components())
                    .containsEntry("number", 22.0)
                    .containsEntry("length", 2.0);
        }
    }

    @Test
    void rewardsDoNotWaitForEachOther() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Reward meets = sample -> {
            both.countDown();
            return Score.of(both.await(30, TimeUnit.SECONDS));
        };
        try (RewardPanel panel = panel(
                new Normalisation.None(),
                PanelMember.ofSample(Reward.named("one", meets)),
                PanelMember.ofSample(Reward.named("other", meets)))) {
            assertThat(totals(panel.score(List.of(group("a", "1")), 0))).containsExactly(2.0);
        }
    }

    @Test
    void whatThrowsIsCountedAndLeavesItsSampleOut() throws Exception {
        try (RewardPanel panel = panel(new Normalisation.None(), PanelMember.ofSample(NUMBER))) {
            PanelResult result = panel.score(List.of(group("a", "1", "one")), 0);
            PanelRow failed = result.groups().get(0).get(1);
            assertThat(failed.leftOut())
                    .get()
                    .asString()
                    .isEqualTo(
                            "reward 'number' threw java.lang.NumberFormatException: For input string: \"one\" on task a");
            assertThat(failed.total().applicable()).isFalse();
            assertThat(result.counts().get("number")).isEqualTo(new MemberCounts(1, 0, 1, 0, 1));
        }
    }

    @Test
    void theWorstScoreTakesThePlaceOfAFailure() throws Exception {
        PanelMember member = PanelMember.ofSample(NUMBER).onFailure(new FailurePolicy.WorstScore(-1));
        try (RewardPanel panel = panel(new Normalisation.None(), member)) {
            PanelResult result = panel.score(List.of(group("a", "1", "one")), 0);
            assertThat(totals(result)).containsExactly(1.0, -1.0);
            assertThat(result.groups().get(0).get(1).total().diagnostics()).containsKey("number/failed");
            assertThat(result.counts().get("number").threw()).isEqualTo(1);
        }
    }

    @Test
    void aFailureEndsTheRunWhereItShould() {
        PanelMember member = PanelMember.ofSample(NUMBER).onFailure(new FailurePolicy.Abort());
        try (RewardPanel panel = panel(new Normalisation.None(), member)) {
            assertThatThrownBy(() -> panel.score(List.of(group("a", "one")), 0))
                    .isInstanceOf(RewardFailedException.class)
                    .hasMessageStartingWith("reward 'number' threw")
                    .hasCauseInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    void nullIsNoScore() throws Exception {
        Reward nothing = Reward.named("nothing", sample -> noScore());
        try (RewardPanel panel = panel(new Normalisation.None(), PanelMember.ofSample(nothing))) {
            PanelResult result = panel.score(List.of(group("a", "1")), 0);
            assertThat(result.groups().get(0).get(0).leftOut())
                    .contains("reward 'nothing' gave back null, must give a score on task a");
        }
    }

    @Test
    void aGroupRewardSeesItsGroupAndMustAnswerForEach() throws Exception {
        GroupReward share =
                group -> group.stream().map(s -> Score.of(1.0 / group.size())).toList();
        GroupReward shortOfOne = group -> List.of();
        try (RewardPanel panel = panel(new Normalisation.None(), PanelMember.ofGroup(share))) {
            assertThat(totals(panel.score(List.of(group("a", "1", "2"), group("b", "3")), 0)))
                    .containsExactly(0.5, 0.5, 1.0);
        }
        try (RewardPanel panel = panel(new Normalisation.None(), PanelMember.ofGroup(shortOfOne))) {
            PanelResult result = panel.score(List.of(group("a", "1", "2")), 0);
            assertThat(result.groups().get(0).get(1).leftOut())
                    .get()
                    .asString()
                    .contains(
                            "number of scores was 0, must be that of the samples 2; return one score per sample, in order");
            assertThat(result.counts().get("groupReward").threw()).isEqualTo(2);
        }
    }

    @Test
    void normalisingFirstGivesEachRewardTheSameSay() throws Exception {
        Reward loud = Mapped.affine(Reward.named("loud", NUMBER), 1000, 0);
        Reward quiet = Reward.named("quiet", sample -> Score.of(-Double.parseDouble(sample.completion())));
        try (RewardPanel panel =
                panel(new Normalisation.WithinGroup(0), PanelMember.ofSample(loud), PanelMember.ofSample(quiet))) {
            for (double total : totals(panel.score(List.of(group("a", "1", "2", "4"), group("b", "7", "7")), 0))) {
                assertThat(total).isEqualTo(0, within(EXACT));
            }
        }
        try (RewardPanel panel = panel(new Normalisation.WithinGroup(0), PanelMember.ofSample(loud))) {
            List<Double> totals = totals(panel.score(List.of(group("a", "1", "3")), 0));
            assertThat(totals.get(0)).isEqualTo(-Math.sqrt(0.5), within(EXACT));
            assertThat(totals.get(1)).isEqualTo(Math.sqrt(0.5), within(EXACT));
        }
    }

    @Test
    void runningMomentsGoOnWhereTheyWereRestored() throws Exception {
        List<List<RewardSample>> first = List.of(group("a", "1", "2", "3"));
        List<List<RewardSample>> second = List.of(group("b", "10"));
        try (RewardPanel one = panel(new Normalisation.Running(0), PanelMember.ofSample(NUMBER));
                RewardPanel other = panel(new Normalisation.Running(0), PanelMember.ofSample(NUMBER))) {
            assertThat(totals(one.score(first, 0))).containsExactly(-1.0, 0.0, 1.0);
            other.restore(one.state());
            List<Double> expected = totals(one.score(second, 1));
            assertThat(totals(other.score(second, 1))).isEqualTo(expected);
            assertThat(expected.get(0)).isEqualTo(6 / Math.sqrt(50 / 3.0), within(EXACT));
        }
    }

    @Test
    void aConstraintThatIsBrokenWeighsMore() throws Exception {
        LagrangeMultiplier multiplier = new LagrangeMultiplier(0.5, 0.1);
        PanelMember constraint =
                PanelMember.ofSample(Mapped.affine(NUMBER, 1, 0)).weighing(new Weight.Learned(multiplier));
        try (RewardPanel panel = panel(new Normalisation.None(), constraint)) {
            assertThat(totals(panel.score(List.of(group("a", "-0.1", "-0.3")), 0))
                            .get(1))
                    .isEqualTo(-0.15, within(EXACT));
            assertThat(multiplier.weight()).isEqualTo(0.52, within(EXACT));
            panel.score(List.of(group("a", "100")), 1);
            assertThat(multiplier.weight()).isEqualTo(0);
        }
    }

    @Test
    void aHungRewardCostsItsDeadlineAndNoMore() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Reward hangs = Reward.named("hangs", sample -> {
            if (sample.completion().equals("hang")) {
                waitWithoutHeedingInterrupts(never);
            }
            return Score.of(1);
        });
        PanelMember member = PanelMember.ofSample(hangs).within(Duration.ofMillis(200));
        try (RewardPanel panel = new RewardPanel(List.of(member), new Normalisation.None(), 1, 4)) {
            PanelResult result = panel.score(List.of(group("a", "hang", "x", "hang", "y")), 0);
            assertThat(result.counts().get("hangs")).isEqualTo(new MemberCounts(2, 0, 0, 2, 1));
            assertThat(result.abandonedThreads()).isEqualTo(2);
            assertThat(result.groups().get(0).get(0).leftOut())
                    .contains("reward 'hangs' did not come back within PT0.2S on task a");
            never.countDown();
        }
    }

    @Test
    void tooManyHungThreadsEndTheRun() {
        CountDownLatch never = new CountDownLatch(1);
        Reward hangs = Reward.named("hangs", sample -> {
            waitWithoutHeedingInterrupts(never);
            return Score.of(1);
        });
        PanelMember member = PanelMember.ofSample(hangs).within(Duration.ofMillis(50));
        try (RewardPanel panel = new RewardPanel(List.of(member), new Normalisation.None(), 1, 1)) {
            assertThatThrownBy(() -> panel.score(List.of(group("a", "1", "2", "3", "4")), 0))
                    .isInstanceOf(RewardFailedException.class)
                    .hasMessage(
                            "abandoned reward threads were 2, must be at most 1; make the reward heed interruption, or run it in "
                                    + "a process of its own");
            never.countDown();
        }
    }

    @Test
    void interruptionReachesTheRewardAndNotTheNextCall() throws Exception {
        Reward sleeps = Reward.named("sleeps", sample -> {
            if (sample.completion().equals("sleep")) {
                new CountDownLatch(1).await();
            }
            return Score.of(!Thread.currentThread().isInterrupted());
        });
        PanelMember member = PanelMember.ofSample(sleeps).within(Duration.ofMillis(100));
        try (RewardPanel panel = new RewardPanel(List.of(member), new Normalisation.None(), 1, 4)) {
            for (int round = 0; round < 10; round++) {
                PanelResult result = panel.score(List.of(group("a", "sleep", "x", "y")), 0);
                assertThat(result.counts().get("sleeps")).isEqualTo(new MemberCounts(2, 0, 0, 1, 1));
            }
        }
    }

    @SuppressWarnings("NullAway") // what a careless lambda does
    private static Score noScore() {
        return null;
    }

    private static void waitWithoutHeedingInterrupts(CountDownLatch latch) {
        boolean waiting = true;
        while (waiting) {
            try {
                latch.await();
                waiting = false;
            } catch (InterruptedException e) {
                waiting = true;
            }
        }
    }
}
