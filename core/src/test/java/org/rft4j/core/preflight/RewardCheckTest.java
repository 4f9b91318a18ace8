package org.rft4j.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.Finding;

class RewardCheckTest {
    private static final Reward EXACT =
            sample -> Score.of(sample.completion().equals(sample.task().text("answer")));

    private static RewardCheck check(Reward reward) {
        return new RewardCheck(RewardScorer.of(reward), Duration.ofSeconds(1), () -> 0);
    }

    private static RewardSample sample(String completion) {
        return RewardSample.of(TaskRecord.of("sum", "1+1?").with("answer", "2"), completion);
    }

    @Test
    void aGoodRewardIsLeftInPeace() throws Exception {
        Checked right = check(EXACT).right(List.of(sample("2")));
        assertThat(right).isEqualTo(new Checked("reward, sample answers", "1 earn 1.000, empty ones 0.000", List.of()));
        Checked written = check(EXACT).written(List.of(List.of(sample("2"), sample("3"))));
        assertThat(written).isEqualTo(new Checked("reward, policy's answers", "2 earn 0.000 to 1.000", List.of()));
    }

    @Test
    void aRewardThatCannotTellARightAnswerFromNone() throws Exception {
        String text =
                " of 2 sample answers earn no more than the empty answer, such as that of task sum; look at how the reward "
                        + "takes the answer out of the text and what it compares it with";
        assertThat(check(EXACT).right(List.of(sample("two"), sample("2"))).findings())
                .containsExactly(new Finding(Finding.Level.WARNING, "reward_blind", "1" + text, 0));
        assertThat(check(EXACT).right(List.of(sample("two"), sample("zwei"))).findings())
                .containsExactly(new Finding(Finding.Level.ERROR, "reward_blind", "2" + text, 0));
    }

    @Test
    void aRewardThatIsNeverApplicableOrFails() throws Exception {
        Reward needs = sample -> Score.notApplicable("no column 'solution'");
        assertThat(check(needs).right(List.of(sample("2"))).findings())
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "reward_not_applicable",
                        "none of 1 answers has an applicable score, such as: no column 'solution'; check the columns that the "
                                + "reward takes",
                        0));
        Reward number = sample -> Score.of(Double.parseDouble(sample.completion()));
        Checked failing = check(number).right(List.of(sample("2")));
        assertThat(failing.saw()).isEqualTo("1 earn 2.000, empty ones nothing");
        assertThat(failing.findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "reward_fails",
                        "rewards failed or were too late 1 times, such as: reward 'reward' threw "
                                + "java.lang.NumberFormatException: empty String on task sum; such samples are not trained on",
                        0));
    }

    @Test
    void whatThePolicyWritesMustEarnDifferentRewards() throws Exception {
        List<List<RewardSample>> same = List.of(List.of(sample("a"), sample("b")), List.of(sample("2"), sample("2")));
        assertThat(check(EXACT).written(same).findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "rewards_all_equal",
                        "within each of 2 groups all answers of the policy earned the same, 0.000 to 1.000: nothing can be "
                                + "learned from them; ask easier or harder tasks, sample more per task, or let the reward tell "
                                + "answers apart that are nearly right",
                        0));
    }

    @Test
    void aSlowRewardIsNamed() throws Exception {
        AtomicLong clock = new AtomicLong();
        RewardCheck check =
                new RewardCheck(RewardScorer.of(EXACT), Duration.ofMillis(500), () -> clock.getAndAdd(2_000_000_000L));
        assertThat(check.right(List.of(sample("2"))).findings())
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "reward_slow",
                        "a sample took 1.000 s to score, more than 0.500 s: steps will wait for rewards; score side by side in a "
                                + "RewardPanel, or make the reward faster",
                        0));
        RewardCheck patient =
                new RewardCheck(RewardScorer.of(EXACT), Duration.ofSeconds(1), () -> clock.getAndAdd(2_000_000_000L));
        assertThat(patient.right(List.of(sample("2"))).findings()).isEmpty();
    }

    /** Counts the batches that it has seen, and can be told to throw. */
    private static final class Counting implements RewardScorer {
        private final boolean fails;
        private int batches;

        Counting(boolean fails) {
            this.fails = fails;
        }

        @Override
        public Scored score(List<List<RewardSample>> groups, long round) {
            batches++;
            if (fails) {
                throw new IllegalStateException("server is down");
            }
            return new Scored(
                    groups.stream()
                            .map(group -> group.stream().map(s -> Score.of(1)).toList())
                            .toList(),
                    Map.of());
        }

        @Override
        public JsonNode state() {
            return IntNode.valueOf(batches);
        }

        @Override
        public void restore(JsonNode state) {
            batches = state.intValue();
        }
    }

    @Test
    void theScorersStateStaysAsItWasAlsoWhereItThrows() throws Exception {
        for (boolean fails : new boolean[] {false, true}) {
            Counting scorer = new Counting(fails);
            RewardCheck check = new RewardCheck(scorer, Duration.ofSeconds(1), () -> 0);
            check.right(List.of(sample("2")));
            check.written(List.of(List.of(sample("2"))));
            assertThat(scorer.batches).isZero();
        }
    }

    @Test
    void aScorerThatThrowsWouldEndTheRun() throws Exception {
        RewardCheck check = new RewardCheck(new Counting(true), Duration.ofSeconds(1), () -> 0);
        Finding expected = new Finding(
                Finding.Level.ERROR,
                "reward_throws",
                "scoring ended with java.lang.IllegalStateException: server is down; the run would end so too",
                0);
        assertThat(check.right(List.of(sample("2"))).findings()).containsExactly(expected);
        assertThat(check.written(List.of(List.of(sample("2")))).findings()).containsExactly(expected);
    }
}
