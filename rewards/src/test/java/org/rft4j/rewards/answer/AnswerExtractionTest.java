package org.rft4j.rewards.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.InvalidInputException;

class AnswerExtractionTest {
    private static String found(AnswerExtraction way, String text) {
        Optional<FoundAnswer> answer = way.find(text);
        answer.ifPresent(
                a -> assertThat(text.substring(a.span().start(), a.span().end()))
                        .as("the span holds the answer")
                        .isEqualTo(a.text()));
        return answer.map(FoundAnswer::text).orElse(null);
    }

    @Test
    void boxes() {
        assertThat(found(Boxed.LAST, "so \\boxed{42}.")).isEqualTo("42");
        assertThat(found(Boxed.LAST, "\\boxed{\\frac{1}{\\sqrt{2}}}")).isEqualTo("\\frac{1}{\\sqrt{2}}");
        assertThat(found(Boxed.LAST, "\\boxed{\\{1,2\\}}")).isEqualTo("\\{1,2\\}");
        assertThat(found(Boxed.LAST, "first \\boxed{1}, then \\boxed{2}")).isEqualTo("2");
        assertThat(found(Boxed.LAST, "\\boxed{1} and an empty \\boxed{ }")).isEqualTo("1");
        assertThat(found(Boxed.LAST, "\\boxed{1} and an open \\boxed{2")).isEqualTo("1");
        assertThat(found(Boxed.LAST, "\\fbox{7}")).isEqualTo("7");
        assertThat(found(Boxed.LAST, "$\\boxed 5$ is it")).isEqualTo("5");
        assertThat(found(Boxed.LAST, "\\boxed {6}")).isEqualTo("6");
        assertThat(found(Boxed.LAST, "\\boxed{}")).isNull();
        assertThat(found(Boxed.LAST, "42")).isNull();
        assertThat(Boxed.LAST.written("3")).isEqualTo("\\boxed{3}");
        assertThat(Boxed.LAST.missing()).isEqualTo("a \\boxed{}");
    }

    @Test
    void picks() {
        String text = "\\boxed{1} \\boxed{2} \\boxed{2}";
        assertThat(found(new Boxed(Pick.FIRST), text)).isEqualTo("1");
        assertThat(found(new Boxed(Pick.LAST), text)).isEqualTo("2");
        assertThat(found(new Boxed(Pick.STRICT), text)).isNull();
        assertThat(found(new Boxed(Pick.STRICT), "\\boxed{2} \\boxed{2}")).isEqualTo("2");
    }

    @Test
    void marks() {
        assertThat(found(AfterMark.HASHES, "9 * 2 = 18\n#### 18\n")).isEqualTo("18");
        assertThat(found(AfterMark.HASHES, "#### 1\n#### 70,000 dollars\nbye")).isEqualTo("70,000 dollars");
        assertThat(found(new AfterMark("Answer:", Pick.FIRST), "Answer: 1\nAnswer: 2"))
                .isEqualTo("1");
        assertThat(found(AfterMark.HASHES, "####\n")).isNull();
        assertThat(AfterMark.HASHES.written("5")).isEqualTo("#### 5");
        assertThatThrownBy(() -> new AfterMark(" ", Pick.LAST))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("mark was ' ', must not be blank; use WholeText for no mark");
    }

    @Test
    void tags() {
        assertThat(found(InTag.ANSWER, "<think>x</think><answer> 5 </answer>")).isEqualTo("5");
        assertThat(found(InTag.ANSWER, "use <answer> tags: <answer>5</answer>")).isEqualTo("5");
        assertThat(found(InTag.ANSWER, "<answer>1</answer><answer>2</answer>")).isEqualTo("2");
        assertThat(found(InTag.ANSWER, "<answer></answer>")).isNull();
        assertThat(found(InTag.ANSWER, "<answer>5")).isNull();
        assertThat(found(new InTag("final", Pick.LAST), "<final>7</final>")).isEqualTo("7");
        assertThat(InTag.ANSWER.missing()).isEqualTo("the tags <answer></answer>");
        assertThatThrownBy(() -> new InTag("<answer>", Pick.LAST))
                .hasMessage("tag was '<answer>', must be a name; leave out the brackets");
    }

    @Test
    void phrases() {
        assertThat(found(AnswerPhrase.LAST, "The answer is 5.")).isEqualTo("5");
        assertThat(found(AnswerPhrase.LAST, "The answer is 3.5. Done")).isEqualTo("3.5");
        assertThat(found(AnswerPhrase.LAST, "Final answer: $x=2$\nbye")).isEqualTo("$x=2$");
        assertThat(found(AnswerPhrase.LAST, "**Answer:** 12")).isEqualTo("12");
        assertThat(found(AnswerPhrase.LAST, "the answer is: 12 apples!")).isEqualTo("12 apples");
        assertThat(found(AnswerPhrase.LAST, "The result equals 7, because 3+4=7"))
                .isEqualTo("7");
        assertThat(found(AnswerPhrase.LAST, "The answer is 5!")).isEqualTo("5!");
        assertThat(found(AnswerPhrase.LAST, "The answer is 1. No, the answer is 2."))
                .isEqualTo("2");
        assertThat(found(AnswerPhrase.LAST, "The answer is not 5.")).isNull();
        assertThat(found(AnswerPhrase.LAST, "I have no idea")).isNull();
    }

    @Test
    void numbersAndWholeTexts() {
        assertThat(found(AnyNumber.LAST, "from 3 to $1,234.50 in all")).isEqualTo("$1,234.50");
        assertThat(found(AnyNumber.LAST, "it is -7.")).isEqualTo("-7");
        assertThat(found(new AnyNumber(Pick.FIRST), "3/4 of 8")).isEqualTo("3/4");
        assertThat(found(AnyNumber.LAST, "x1")).isNull();
        assertThat(found(new WholeText(), " a b ")).isEqualTo("a b");
        assertThat(found(new WholeText(), " ")).isNull();
    }

    /** Long texts of many marks, none of which may be searched to the end of the text. */
    @Test
    void hostileTextsEnd() {
        int times = 200_000;
        assertThat(found(Boxed.LAST, "\\boxed{1}" + "\\boxed{".repeat(times / 10)))
                .isEqualTo("1");
        assertThat(found(AnswerPhrase.LAST, "answer is ".repeat(times) + "5")).isEqualTo("5");
        assertThat(found(InTag.ANSWER, "<answer>5</answer>" + "</answer>".repeat(times)))
                .isEqualTo("5");
        assertThat(found(InTag.ANSWER, "<answer>".repeat(times) + "5</answer>")).isEqualTo("5");
        assertThat(found(AfterMark.HASHES, "####".repeat(times) + "\n#### 5")).isEqualTo("5");
        assertThat(found(AnyNumber.LAST, "1,".repeat(times) + " 5")).isEqualTo("5");
    }

    @Test
    void theFirstThatFindsSomething() {
        AnswerExtraction way = AnswerExtraction.firstOf(AfterMark.HASHES, Boxed.LAST);
        assertThat(found(way, "\\boxed{1}\n#### 2")).isEqualTo("2");
        assertThat(found(way, "\\boxed{1}")).isEqualTo("1");
        assertThat(found(way, "1")).isNull();
        assertThat(way.written("3")).isEqualTo("#### 3");
        assertThat(way.missing()).isEqualTo("the mark ####");
        assertThatThrownBy(AnswerExtraction::firstOf)
                .hasMessage("ways to find an answer was none, must be at least one; name one");
    }

    @Test
    void sources() {
        TaskRecord task = TaskRecord.of("t", "2+2?").with("solution", "2+2=<<2+2=4>>4\n#### 4");
        AnswerSource source = AnswerSource.GSM8K.withColumn("solution");
        assertThat(source.gold(task)).isEqualTo("4");
        assertThat(source.answer(RewardSample.of(task, "The answer is 5.")))
                .contains(new FoundAnswer("5", new CharSpan(14, 15)));
        Score missing = AnswerSource.BOXED.missing("maths");
        assertThat(missing.value()).isZero();
        assertThat(missing.components()).containsEntry("answered", 0.0);
        assertThat(missing.feedback().get(0).text()).isEqualTo("the final answer is missing a \\boxed{}");
        AnswerSource strict = new AnswerSource("solution", Boxed.LAST, Boxed.LAST);
        assertThatThrownBy(() -> strict.gold(task.with("solution", "x".repeat(80))))
                .hasMessage(
                        "column 'solution' of task t was '" + "x".repeat(60) + "...', must hold an answer, missing is a"
                                + " \\boxed{}; say where it stands with AnswerSource");
        assertThatThrownBy(() -> AnswerSource.BOXED.withColumn(""))
                .hasMessage("column was '', must not be blank; name the answer's column");
    }

    @Test
    void formsOfWholeNumbers() {
        assertThat(SurfaceForms.same("70000")).containsExactly("70000", " 70000 ", "$70000$", "70000.0", "70,000");
        assertThat(SurfaceForms.same("-1,234")).contains("-1234", "-1,234", "-1234.0");
        assertThat(SurfaceForms.same("\\$5")).containsExactly("\\$5", " \\$5 ");
        assertThat(SurfaceForms.others("18")).isEqualTo(List.of("19", "17", "180", "-18"));
        assertThat(SurfaceForms.others("0")).isEqualTo(List.of("1", "-1", "1"));
        assertThat(SurfaceForms.others("x")).isEqualTo(List.of("x+1"));
    }
}
