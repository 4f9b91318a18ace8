package org.rft4j.rewards.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Reveal;

class MatchTest {
    private static final TaskRecord TASK = TaskRecord.of("t", "?").with("answer", "The Eiffel Tower");
    private static final TaskRecord CHOICE =
            TaskRecord.of("c", "?").with("answer", "B").with("options", List.of("London", "Paris", "A dog", "Rome"));
    private static final MultipleChoiceReward.Options TEXTS =
            MultipleChoiceReward.Options.LETTERS.withChoices("options");

    private static double match(MatchReward.Options options, String text) {
        return new MatchReward(options).score(RewardSample.of(TASK, text)).value();
    }

    @Test
    void exactTexts() {
        assertThat(match(MatchReward.Options.EXACT, " The Eiffel Tower\n")).isEqualTo(1);
        assertThat(match(MatchReward.Options.EXACT, "the Eiffel Tower")).isZero();
        assertThat(match(MatchReward.Options.EXACT, "The  Eiffel Tower")).isZero();
        assertThat(match(MatchReward.Options.EXACT, "The Eiffel Tower.")).isZero();
        assertThat(match(MatchReward.Options.EXACT, "Eiffel Tower")).isZero();
    }

    @Test
    void normalisedTexts() {
        assertThat(match(MatchReward.Options.NORMALISED, "an  eiffel-TOWER!")).isZero();
        assertThat(match(MatchReward.Options.NORMALISED, "the  EIFFEL tower!")).isEqualTo(1);
        assertThat(match(MatchReward.Options.NORMALISED, "Eiffel Tower")).isEqualTo(1);
        assertThat(match(MatchReward.Options.NORMALISED, "Eiffel")).isZero();
        assertThat(TextForm.EXACT.of(" Cafe\u0301 ")).isEqualTo("Caf\u00e9");
        assertThat(TextForm.NORMALISED.of("A man, an  ant & the End.")).isEqualTo("man ant end");
    }

    @Test
    void anyOfSeveral() {
        TaskRecord several = TASK.with("answer", List.of("NYC", "New York"));
        MatchReward reward = new MatchReward(MatchReward.Options.NORMALISED);
        assertThat(reward.score(RewardSample.of(several, "new york")).value()).isEqualTo(1);
        assertThat(reward.score(RewardSample.of(several, "nyc")).value()).isEqualTo(1);
        assertThat(SelfCheck.run(reward, several).failures()).isEmpty();
        assertThatThrownBy(() -> reward.right(TASK.with("answer", List.of())))
                .hasMessage("column 'answer' of task t was [], must list at least one answer; leave out the row");
    }

    @Test
    void whatIsSaid() {
        Score score = new MatchReward(MatchReward.Options.EXACT).score(RewardSample.of(TASK, " Big Ben"));
        assertThat(score.feedback()).singleElement().satisfies(f -> {
            assertThat(f.text()).isEqualTo("the answer 'Big Ben' is not what was expected");
            assertThat(f.span()).contains(new CharSpan(1, 8));
            assertThat(f.source()).isEqualTo("match");
        });
        assertThat(score.components()).containsEntry("answered", 1.0);
        assertThat(score.diagnostics()).containsEntry("answer", "Big Ben");
        MatchReward telling = new MatchReward(MatchReward.Options.EXACT.withReveal(Reveal.ANSWER));
        assertThat(telling.score(RewardSample.of(TASK, "x")).feedback().get(0).text())
                .isEqualTo("the answer is 'The Eiffel Tower', not 'x'");
        MatchReward silent = new MatchReward(MatchReward.Options.EXACT.withReveal(Reveal.NOTHING));
        assertThat(silent.score(RewardSample.of(TASK, "x")).feedback().get(0).text())
                .isEqualTo("the answer is wrong");
        MatchReward boxed = new MatchReward(MatchReward.Options.EXACT.withSource(AnswerSource.BOXED));
        assertThat(boxed.score(RewardSample.of(TASK, "x")).feedback().get(0).text())
                .isEqualTo("the final answer is missing a \\boxed{}");
        assertThat(SelfCheck.run(boxed, TASK).failures()).isEmpty();
        assertThat(SelfCheck.run(new MatchReward(MatchReward.Options.NORMALISED), TASK)
                        .failures())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "B",
                "b",
                "(B)",
                "B.",
                "B)",
                "[B]",
                "**B**",
                "\\boxed{B}",
                "$\\boxed{\\text{(B)}}$",
                "\\boxed{\\textbf{(B)}}",
                "The answer is B.",
                "So the answer is (B).",
                "The correct answer is option B",
                "Answer: B",
                "**Answer:** B",
                "<answer>B</answer>",
                "<answer>(b)</answer>",
                "B. Paris",
                "(B) Paris",
                "B: Paris",
                "Paris",
                "paris.",
                "The answer is Paris.",
                "\\boxed{Paris}",
                "\\boxed{B. Paris}",
                "A is wrong.\nB",
                "First A, the answer is A. No, the answer is B.",
                "\\boxed{A} no, \\boxed{B}"
            })
    void choicesOfB(String text) {
        assertThat(new MultipleChoiceReward(TEXTS)
                        .score(RewardSample.of(CHOICE, text))
                        .value())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "A",
                "C",
                "The answer is A.",
                "The answer is B or C.",
                "\\boxed{A, B}",
                "A/B",
                "A and B",
                "B. London",
                "(B) Rome",
                "The answer is A dog",
                "\\boxed{}",
                "Perhaps (B), I am not sure",
                "E",
                "BB",
                "London",
                "B Rome",
                "a B c"
            })
    void noChoicesOfB(String text) {
        assertThat(new MultipleChoiceReward(TEXTS)
                        .score(RewardSample.of(CHOICE, text))
                        .value())
                .isZero();
    }

    @Test
    void theOptionThatWasNamedLast() {
        RewardSample sample = RewardSample.of(CHOICE, "I doubt (A). Option B fits, unlike (Z).\nThat is all I say.");
        assertThat(new MultipleChoiceReward(TEXTS).score(sample).value()).isZero();
        Score score = new MultipleChoiceReward(TEXTS.withLastMention()).score(sample);
        assertThat(score.value()).isEqualTo(1);
        assertThat(score.diagnostics()).containsEntry("choice", "B");
    }

    @Test
    void hostileTextsEnd() {
        MultipleChoiceReward reward = new MultipleChoiceReward(TEXTS.withLastMention());
        for (String filler : List.of("\n", " ", "(", "B or ", "(B", "option ", "A\n \n")) {
            RewardSample sample = RewardSample.of(CHOICE, filler.repeat(100_000) + "(B)\nso much");
            assertThat(reward.score(sample).value()).as(filler).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"B, 1", "1, 1", "(B), 1", "Paris, 1", "B. Paris, 1"})
    void goldAsLetterOrText(String gold, int unused) {
        TaskRecord task = CHOICE.with("answer", gold.equals("1") ? (Object) unused : gold);
        assertThat(new MultipleChoiceReward(TEXTS)
                        .score(RewardSample.of(task, "B"))
                        .value())
                .isEqualTo(1);
        assertThat(SelfCheck.run(new MultipleChoiceReward(TEXTS), task).failures())
                .isEmpty();
        assertThat(SelfCheck.run(new MultipleChoiceReward(TEXTS.withLastMention()), task)
                        .failures())
                .isEmpty();
    }

    @Test
    void lettersAlone() {
        TaskRecord letters = TaskRecord.of("l", "?").with("answer", "D");
        MultipleChoiceReward reward = new MultipleChoiceReward(MultipleChoiceReward.Options.LETTERS);
        assertThat(reward.score(RewardSample.of(letters, "(D) whatever it says"))
                        .value())
                .isEqualTo(1);
        assertThat(reward.score(RewardSample.of(letters, "D whatever it says")).value())
                .isZero();
        assertThat(SelfCheck.run(reward, letters).failures()).isEmpty();
        assertThat(reward.name()).isEqualTo("choice");
    }

    @Test
    void whatIsSaidOfChoices() {
        MultipleChoiceReward reward = new MultipleChoiceReward(TEXTS);
        Score wrong = reward.score(RewardSample.of(CHOICE, "The answer is D."));
        assertThat(wrong.feedback().get(0).text()).isEqualTo("option D is wrong");
        assertThat(wrong.feedback().get(0).span()).contains(new CharSpan(14, 15));
        assertThat(reward.score(RewardSample.of(CHOICE, "\\boxed{A or B}"))
                        .feedback()
                        .get(0)
                        .text())
                .isEqualTo("the answer names no single option");
        Score none = reward.score(RewardSample.of(CHOICE, "I do not know."));
        assertThat(none.feedback().get(0).text())
                .isEqualTo("no option was chosen: end with \"The answer is\" and a letter");
        assertThat(none.components()).containsEntry("answered", 0.0);
        MultipleChoiceReward telling = new MultipleChoiceReward(TEXTS.withReveal(Reveal.ANSWER));
        assertThat(telling.score(RewardSample.of(CHOICE, "D")).feedback().get(0).text())
                .isEqualTo("option D is wrong, right is B");
    }

    @Test
    void rowsThatCannotBeRead() {
        MultipleChoiceReward reward = new MultipleChoiceReward(TEXTS);
        assertThatThrownBy(() -> reward.right(CHOICE.with("answer", "E")))
                .hasMessage(
                        "column 'answer' of task c was E, must name one of 4 options; give its letter, its number from 0, or"
                                + " its text with withChoices(...)");
        assertThatThrownBy(() -> reward.right(CHOICE.with("answer", 4)))
                .hasMessageContaining("was 4, must name one of 4");
        assertThatThrownBy(() -> reward.right(CHOICE.with("options", "A B")))
                .hasMessage(
                        "column 'options' of task c was A B, must list 2..26 options; name the column that lists the"
                                + " options' texts");
        assertThatThrownBy(() -> new MultipleChoiceReward.Options("answer", null, 1, false, Reveal.HINT))
                .hasMessage("number of options was 1, must be in 2..26; options are named by one letter each");
    }
}
