package org.rft4j.rewards.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;

class ReflectionRewardTest {
    private static final double PRINTED = 5e-6;
    private static final Reward IS_SEVEN =
            sample -> Score.of(sample.completion().equals("<answer>7</answer>"));
    private static final ReflectionReward REWARD = new ReflectionReward(IS_SEVEN, 1);

    private static Score score(String text) throws Exception {
        return REWARD.score(RewardSample.of(TaskRecord.of("t", "?"), text));
    }

    /** First thoughts and answer of 300 characters, all of {@code length}. */
    private static String twice(String first, String second, int length) {
        String answer = "<answer>" + first + "</answer>";
        String start = "<think>" + "x".repeat(300 - 15 - answer.length()) + "</think>" + answer;
        String end = "<think>so</think><answer>" + second + "</answer>";
        return start + "<reflection>" + "y".repeat(length - 300 - 25 - end.length()) + "</reflection>" + end;
    }

    @ParameterizedTest
    @CsvSource({"6, 7, 1", "7, 7, .75", "7, 6, .25", "6, 6, 0"})
    void accuracyDependsOnBothAnswers(String first, String second, double accuracy) throws Exception {
        Score score = score(twice(first, second, 600));
        assertThat(score.components()).containsEntry("accuracy", accuracy).containsEntry("format", 0.5);
        assertThat(score.value()).isEqualTo(accuracy + 0.6, within(PRINTED));
    }

    @ParameterizedTest
    @CsvSource({"600, .1", "675, .07788", "525, .07788", "750, .03679"})
    void lengthEarnsMostAtTwiceTheFirst(int length, double expected) throws Exception {
        assertThat(score(twice("6", "6", length)).components().get("length")).isEqualTo(expected, within(PRINTED));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<think>a</think><answer>7</answer>| .5| After 2 sections there is no <reflection>",
                "<think>a</think><answer>6</answer>| 0| After 2 sections there is no <reflection>",
                "<think>a</think><answer>7</answer><reflection>b</reflection><think>c</think>| .5| After 4 sections there is no <answer>",
                "<answer>7</answer>| 0| After 0 sections there is no <think>",
                "<think>| 0| After 0 sections there is no <think>"
            })
    void aMissingSecondAnswerCostsFormatAndLength(String text, double expected, String said) throws Exception {
        assertThat(score(text).value()).isEqualTo(expected);
        assertThat(score(text).feedback()).extracting("text").containsExactly(said);
    }

    @Test
    void whereTheOutcomeIsNotApplicableNothingIsSaid() throws Exception {
        ReflectionReward none = new ReflectionReward(sample -> Score.notApplicable("no gold"), 1);
        assertThat(none.score(RewardSample.of(TaskRecord.of("t", "?"), twice("6", "7", 600)))
                        .applicable())
                .isFalse();
    }
}
