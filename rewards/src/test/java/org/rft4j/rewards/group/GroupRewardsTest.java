package org.rft4j.rewards.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

class GroupRewardsTest {
    private static final double EXACT = 1e-7;
    private static final AnswerClusters WORDS = AnswerClusters.ofEqualTexts(
            sample -> sample.completion().isBlank() ? Optional.empty() : Optional.of(sample.completion()));

    private static List<RewardSample> group(String... completions) {
        return Arrays.stream(completions)
                .map(text -> RewardSample.of(TaskRecord.of("t", "?"), text))
                .toList();
    }

    private static List<Double> values(List<Score> scores) {
        return scores.stream().map(Score::value).toList();
    }

    @Test
    void theMajorityWinsAndTheFirstOfEquals() {
        MajorityVote vote = new MajorityVote(WORDS);
        assertThat(values(vote.score(group("a", "b", "b", "c")))).containsExactly(0.0, 1.0, 1.0, 0.0);
        assertThat(values(vote.score(group("b", "a", "a", "b")))).containsExactly(1.0, 0.0, 0.0, 1.0);
        assertThat(vote.score(group("a", "b", "b", "c")).get(0).components()).containsEntry("majorityShare", 0.5);
    }

    @Test
    void noAnswerNeverWins() {
        MajorityVote vote = new MajorityVote(WORDS);
        assertThat(values(vote.score(group("", "", "", "a")))).containsExactly(0.0, 0.0, 0.0, 1.0);
        assertThat(values(vote.score(group("", "")))).containsExactly(0.0, 0.0);
    }

    @Test
    void answersAreComparedByMeaning() {
        AnswerClusters numbers = new AnswerClusters(
                sample -> Optional.of(sample.completion()), (a, b) -> Double.parseDouble(a) == Double.parseDouble(b));
        assertThat(values(new MajorityVote(numbers).score(group("2", "0.5", ".50", "1"))))
                .containsExactly(0.0, 1.0, 1.0, 0.0);
    }

    @Test
    void agreementIsTheShareOfTheCluster() {
        SemanticEntropy empo = new SemanticEntropy(WORDS, 0, 0);
        List<Score> scores = empo.score(group("a", "a", "a", "a", "b", "b", "c", "d"));
        assertThat(values(scores)).containsExactly(0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125);
        assertThat(scores.get(0).components().get("semanticEntropy")).isEqualTo(1.2130076, within(EXACT));
    }

    @Test
    void agreementOnNothingEarnsNothing() {
        SemanticEntropy empo = new SemanticEntropy(WORDS, 0, -0.5);
        assertThat(values(empo.score(group("a", "b", "c")))).containsExactly(0.0, 0.0, 0.0);
        assertThat(values(empo.score(group("a", "", "a", "")))).containsExactly(0.5, -0.5, 0.5, -0.5);
        SemanticEntropy strict = new SemanticEntropy(WORDS, 0.6, 0);
        assertThat(values(strict.score(group("a", "a", "b", "c")))).containsExactly(0.0, 0.0, 0.0, 0.0);
        assertThat(values(strict.score(group("a", "a")))).containsExactly(1.0, 1.0);
    }

    @Test
    void samplesWithoutAnAnswerRaiseTheEntropy() {
        Score score =
                new SemanticEntropy(WORDS, 0, 0).score(group("a", "a", "", "")).get(0);
        assertThat(score.components().get("semanticEntropy"))
                .isEqualTo(0.5 * Math.log(2) + 0.5 * Math.log(4), within(EXACT));
    }

    @Test
    void winsAreCountedAgainstEachPeer() throws Exception {
        WinRate longer = new WinRate("longer", (one, other) -> {
            int difference = one.completion().length() - other.completion().length();
            return difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
        });
        assertThat(values(longer.score(group("a", "bbb", "cc", "dd")))).containsExactly(0.0, 1.0, 0.5, 0.5);
        assertThat(longer.score(group("a")).get(0).applicable()).isFalse();
        WinRate broken = new WinRate("broken", (one, other) -> 7);
        assertThatThrownBy(() -> broken.score(group("a", "b")))
                .hasMessage("preference was 7.0, must be between 0 and 1; map the judge's verdict to 1, 0.5 or 0");
    }

    @Test
    void rareAnswersAreDistinct() {
        Distinctness distinct = new Distinctness(WORDS);
        assertThat(values(distinct.score(group("a", "a", "b", "")))).containsExactly(2 / 3.0, 2 / 3.0, 1.0, 0.0);
        assertThat(values(distinct.score(group("a", "a")))).containsExactly(0.0, 0.0);
        assertThat(distinct.score(group("a")).get(0).applicable()).isFalse();
    }
}
