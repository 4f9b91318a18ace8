package org.rft4j.rewards.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.SelfCheck;

class FormatTest {
    private static final double EXACT = 1e-12;
    private static final TaskRecord TASK = TaskRecord.of("t", "?");
    private static final TagFormat THINK = TagFormat.thinkThenAnswer();

    private static RewardSample sample(String text) {
        return RewardSample.of(TASK, text);
    }

    private static List<String> faults(TagFormat format, String text) {
        return format.score(sample(text)).feedback().stream()
                .map(Feedback::text)
                .toList();
    }

    @Test
    void sectionsInOrderEarnTheReward() {
        assertThat(THINK.score(sample("<think>two and two</think>\n<answer>4</answer>\n"))
                        .value())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "4",
                "<think>a</think>",
                "<answer>4</answer><think>a</think>",
                "<think>a<answer>4</answer></think>",
                "<think>a</think><answer>4</answer> so 4",
                "<think> </think><answer>4</answer>",
                "<think>a</think><answer>4</answer><answer>5</answer>",
                "</think>a<think><answer>4</answer>"
            })
    void whateverIsWrongEarnsNothingAndIsNamed(String text) {
        Score score = THINK.score(sample(text));
        assertThat(score.value()).isEqualTo(0);
        assertThat(score.feedback()).isNotEmpty();
    }

    @Test
    void faultsPointAtTheirPlace() {
        assertThat(faults(THINK, "<think>a</think>4"))
                .containsExactly(
                        "<answer> is missing",
                        "</answer> is missing",
                        "There is text outside the tags [think, answer]");
        Score twice = THINK.score(sample("<think>a</think><answer>4</answer><answer>5</answer>"));
        assertThat(twice.feedback().get(0).text()).isEqualTo("<answer> stands more than once");
        assertThat(twice.feedback().get(0).span()).contains(new CharSpan(34, 42));
    }

    @Test
    void partOfTheFormatEarnsPartOfTheReward() {
        TagFormat partial = new TagFormat(List.of("think", "answer"), false, true);
        assertThat(partial.score(sample("<think>a</think>4")).value()).isEqualTo(0.5, within(EXACT));
        assertThat(partial.score(sample("<answer>4</answer><think>a</think>")).value())
                .isEqualTo(0.75, within(EXACT));
        assertThat(partial.score(sample("so <think>a</think> well <answer>4</answer>."))
                        .value())
                .isEqualTo(1);
        TagFormat strict = new TagFormat(List.of("think", "answer"), true, true);
        assertThat(strict.score(sample("<think>a</think><answer>4</answer>.")).value())
                .isEqualTo(0.8, within(EXACT));
    }

    @Test
    void contentsAreThoseOfTheLastSection() {
        assertThat(TagFormat.contents("<a> 1 </a><a> 2 </a>", "a")).contains("2");
        assertThat(TagFormat.contents("<a>1", "a")).isEmpty();
        assertThat(TagFormat.contents("1</a>", "a")).isEmpty();
    }

    @Test
    void patternsMatchAPartOrTheWhole() {
        Pattern number = Pattern.compile("[0-9]+");
        assertThat(new PatternFormat("number", number, true, "42", 1000)
                        .score(sample("42 apples"))
                        .value())
                .isEqualTo(0);
        assertThat(new PatternFormat("number", number, false, "42", 1000)
                        .score(sample("42 apples"))
                        .value())
                .isEqualTo(1);
        assertThatThrownBy(() -> new PatternFormat("number", number, true, "x", 1000))
                .hasMessage("example of number was 'x', must match [0-9]+; correct one of the two");
    }

    @Test
    void patternsThatNeverEndAreGivenUp() {
        Pattern evil = Pattern.compile("(a+)+b");
        PatternFormat format = new PatternFormat("evil", evil, true, "aab", 100_000);
        Score score = format.score(sample("a".repeat(5000) + "c"));
        assertThat(score.value()).isEqualTo(0);
        assertThat(score.diagnostics()).containsEntry("gaveUp", "the pattern took too many steps on this text");
        Pattern deep = Pattern.compile("(x|y)*z");
        assertThat(new PatternFormat("deep", deep, true, "xz", PatternFormat.DEFAULT_STEPS)
                        .score(sample("xy".repeat(500_000)))
                        .value())
                .isEqualTo(0);
    }

    @Test
    void formatsCheckThemselves() {
        SelfCheck.run(THINK, TASK).requirePassed();
        SelfCheck.run(new TagFormat(List.of("a", "b", "c"), false, true), TASK).requirePassed();
        SelfCheck.run(new PatternFormat("n", Pattern.compile("[0-9]+"), true, "42", 1000), TASK)
                .requirePassed();
        SelfCheck.run(new PatternFormat("n", Pattern.compile("[0-9]+"), false, "a 42", 1000), TASK)
                .requirePassed();
    }

    @Test
    void anEmptySectionIsNoTextOutside() {
        TagFormat partial = new TagFormat(List.of("think", "answer"), true, true);
        assertThat(partial.score(sample("<think>a</think><answer></answer>")).value())
                .isEqualTo(0.8, within(EXACT));
        assertThat(faults(partial, "<think>a</think><answer></answer>")).containsExactly("<answer> is empty");
    }
}
