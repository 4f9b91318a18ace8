package org.rft4j.rewards.repetition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.SelfCheck;

class RepetitionTest {
    private static final double EXACT = 1e-12;
    private static final TaskRecord TASK = TaskRecord.of("t", "?");

    private static double scalar(int n, String text) {
        return new NgramRepetition(n, 1).score(RewardSample.of(TASK, text)).value();
    }

    @Test
    void repeatedNgramsAreCounted() {
        assertThat(scalar(2, "a b A b a B")).isEqualTo(-0.6, within(EXACT));
        assertThat(scalar(3, "one two three four")).isEqualTo(0);
        assertThat(scalar(3, "too short")).isEqualTo(0);
        assertThat(scalar(3, "")).isEqualTo(0);
        assertThat(scalar(1, "x x x x")).isEqualTo(-0.75, within(EXACT));
    }

    @Test
    void theRewardChecksItself() {
        SelfCheck.run(new NgramRepetition(3, 0.5), TASK).requirePassed();
    }

    @Test
    void onlyTheSecondOccurrenceIsPunishedAndEachTokenOnce() {
        assertThat(perToken(2, "abcab")).containsExactly(0.0, 0.0, 0.0, -0.05, -0.05);
        assertThat(perToken(2, "aaaa")).containsExactly(0.0, -0.05, -0.05, -0.05);
        assertThat(perToken(3, "abab")).containsExactly(0.0, 0.0, 0.0, 0.0);
        assertThat(perToken(3, "a")).containsExactly(0.0);
    }

    private static List<Double> perToken(int n, String text) {
        List<CharSpan> spans = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            spans.add(new CharSpan(i, i + 1));
        }
        Score score =
                new RepeatedTokens(n, 0.05).score(RewardSample.of(TASK, text).withTokenSpans(spans));
        assertThat(score.value()).isZero();
        assertThat(score.components().get("repetition"))
                .isEqualTo(score.perToken().stream().mapToDouble(p -> p).sum(), within(EXACT));
        return score.perToken();
    }
}
