package org.rft4j.rewards.length;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.SelfCheck;

class LengthRewardsTest {
    private static final double PRINTED = 1e-7;
    private static final Reward RIGHT = sample -> Score.of(sample.completion().startsWith("r"));

    private static RewardSample tokens(String start, int count) {
        List<CharSpan> spans = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            spans.add(new CharSpan(i, i + 1));
        }
        String text = start + "x".repeat(count);
        return RewardSample.of(TaskRecord.of("t", "?"), text.substring(0, count))
                .withTokenSpans(spans);
    }

    @ParameterizedTest
    @CsvSource({
        "right, 250, 1.8535534", "right, 500, 1.5", "right, 900, 1.0244717",
        "wrong, 250, -8.5355339", "wrong, 500, -5", "wrong, 900, -.2447174",
        "right, 983, 1.0007129", "right, 984, -10", "wrong, 2000, -10"
    })
    void cosinesFollowThePaper(String start, int length, double expected) throws Exception {
        CosineLength cosine = new CosineLength(RIGHT, CosineLength.Options.paper(1000));
        assertThat(cosine.score(tokens(start, length)).value()).isEqualTo(expected, within(PRINTED));
    }

    @Test
    void cosinesBeginAtTheirEnds() throws Exception {
        CosineLength cosine = new CosineLength(sample -> Score.of(1), CosineLength.Options.paper(1000));
        assertThat(cosine.score(tokens("", 0)).value()).isEqualTo(2);
        CosineLength silent =
                new CosineLength(sample -> Score.notApplicable("other task"), CosineLength.Options.paper(1000));
        assertThat(silent.score(tokens("", 5)).applicable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"16384, 0", "16385, -.00024414", "18432, -.5", "20480, -1", "24576, -2"})
    void overlongAnswersArePunishedAlongALine(int length, double expected) {
        SoftOverlong overlong = new SoftOverlong(LengthUnit.TOKENS, 20_480, 4096, 1);
        assertThat(overlong.score(tokens("", length)).value()).isEqualTo(expected, within(PRINTED));
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "6, .5", "8, 1", "10, 1", "12, 1", "13, .75", "16, 0", "99, 0"})
    void theTargetIsAWindowWithSlopes(int length, double expected) {
        assertThat(new TargetLength(LengthUnit.TOKENS, 8, 12, 4)
                        .score(tokens("", length))
                        .value())
                .isEqualTo(expected, within(PRINTED));
    }

    @Test
    void aHardEdgeHasNoSlope() {
        TargetLength hard = new TargetLength(LengthUnit.CHARACTERS, 2, 2, 0);
        assertThat(hard.score(tokens("", 2)).value()).isEqualTo(1);
        assertThat(hard.score(tokens("", 3)).value()).isEqualTo(0);
    }

    @Test
    void kimiComparesWithTheGroup() throws Exception {
        KimiLength kimi = new KimiLength(RIGHT, 1, LengthUnit.TOKENS);
        List<Score> scores =
                kimi.score(List.of(tokens("r", 100), tokens("w", 200), tokens("r", 300), tokens("w", 400)));
        assertThat(scores.get(0).value()).isEqualTo(0.5);
        assertThat(scores.get(1).value()).isEqualTo(0);
        assertThat(scores.get(2).value()).isEqualTo(-.1666667, within(PRINTED));
        assertThat(scores.get(3).value()).isEqualTo(-0.5);
        assertThat(kimi.score(List.of(tokens("r", 5), tokens("w", 5))))
                .extracting(Score::value)
                .containsExactly(0.0, 0.0);
    }

    @Test
    void lengthsAreCountedInTheirUnit() {
        RewardSample sample = RewardSample.of(TaskRecord.of("t", "?"), " two  words\uD83D\uDE00 ");
        assertThat(LengthUnit.WORDS.of(sample)).isEqualTo(2);
        assertThat(LengthUnit.CHARACTERS.of(sample)).isEqualTo(13);
        assertThat(LengthUnit.WORDS.of(RewardSample.of(TaskRecord.of("t", "?"), " ")))
                .isZero();
        assertThatThrownBy(() -> LengthUnit.TOKENS.of(sample))
                .hasMessage(
                        "tokens of the completion of task t was unknown, must be known to rewards that count or mark them; make "
                                + "the sample from a trajectory, or add withTokenSpans(...)");
    }

    @Test
    void kimiSaysNothingWhereTheOutcomeDoesNot() throws Exception {
        Reward silent = sample -> Score.notApplicable("no reference");
        assertThat(new KimiLength(silent, 1, LengthUnit.TOKENS).score(List.of(tokens("r", 5), tokens("r", 9))))
                .noneMatch(Score::applicable);
    }

    @Test
    void lengthsCheckThemselvesInEachUnit() {
        TaskRecord task = TaskRecord.of("t", "?");
        for (LengthUnit unit : LengthUnit.values()) {
            SelfCheck.run(new SoftOverlong(unit, 50, 10, 1), task).requirePassed();
            SelfCheck.run(new TargetLength(unit, 0, 5, 3), task).requirePassed();
            SelfCheck.run(new TargetLength(unit, 8, 12, 4), task).requirePassed();
        }
    }
}
