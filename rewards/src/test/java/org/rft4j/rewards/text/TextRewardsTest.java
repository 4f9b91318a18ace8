package org.rft4j.rewards.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.Character.UnicodeScript;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.VerifiableReward;

class TextRewardsTest {
    private static final double PRINTED = 1e-6;
    private static final TaskRecord TASK = TaskRecord.of("t", "?");
    private static final String ENGLISH = "The cat was on the mat and it had been there for a long time.";
    private static final String GERMAN = "Die Katze war auf der Matte und sie ist nicht mehr von dort gewichen.";

    private static Score score(VerifiableReward reward, String text) throws Exception {
        return reward.score(RewardSample.of(TASK, text));
    }

    private static String marked(Score score, String text) {
        Feedback first = score.feedback().get(0);
        return text.substring(
                first.span().orElseThrow().start(), first.span().orElseThrow().end());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The RIVER runs to the sea| 1",
                "A riverbed by the sea| .5",
                "The river, sadly, runs to the sea| .5",
                "River and sea: very sadly, C++| 0",
                "A river| .5",
                "nothing of that| 0",
                "sadly a river| .25"
            })
    void keywordsEarnByShare(String text, double expected) throws Exception {
        KeywordReward reward = KeywordReward.of(List.of("river", "the sea"), List.of("sadly", "C++"));
        double value = score(reward, text.replace("River and sea", "River and the sea"))
                .value();
        assertThat(value).isEqualTo(expected, within(PRINTED));
    }

    @Test
    void keywordsAreNamedAndForbiddenOnesPointedAt() throws Exception {
        String text = "By the river, sadly.";
        Score score = score(KeywordReward.of(List.of("river", "sea"), List.of("Sadly")), text);
        assertThat(score.feedback()).extracting("text").containsExactly("'sea' is missing", "'Sadly' must not be used");
        assertThat(text.substring(
                        score.feedback().get(1).span().orElseThrow().start(),
                        score.feedback().get(1).span().orElseThrow().end()))
                .isEqualTo("sadly");
        assertThat(score(KeywordReward.of(List.of(), List.of("x")), " ").value())
                .isZero();
        assertThat(score(KeywordReward.of(List.of("\u4e2d\u56fd"), List.of()), "\u6211\u5728\u4e2d\u56fd\u4eba")
                        .value())
                .isEqualTo(1);
    }

    @Test
    void keywordsStandInColumns() {
        KeywordReward reward = KeywordReward.inColumns("must", "mustNot");
        TaskRecord task = TASK.with("must", List.of("a", "b"));
        assertThat(reward.score(RewardSample.of(task, "a b")).value()).isEqualTo(1);
        assertThat(reward.score(RewardSample.of(TASK, "a b")).applicable()).isFalse();
        assertThatThrownBy(() -> reward.score(RewardSample.of(TASK.with("must", "a"), "a")))
                .hasMessage(
                        "column 'must' of task t was a, must be a list of strings; split the words when the data is read");
        SelfCheck.run(reward, task.with("mustNot", List.of("never", "ever"))).requirePassed();
        SelfCheck.run(reward, TASK.with("mustNot", List.of("never"))).requirePassed();
        SelfCheck.run(reward, task).requirePassed();
    }

    @Test
    void lettersOfOtherScriptsCost() throws Exception {
        CharacterReward latin = CharacterReward.ofScripts(UnicodeScript.LATIN);
        assertThat(score(latin, "\u00c9t\u00e9 2024: 25\u00b0!").value()).isEqualTo(1);
        String mixed = "So \u7b54\u6848 is ok";
        Score score = score(latin, mixed);
        assertThat(score.value()).isEqualTo(6 / 8.0, within(PRINTED));
        assertThat(score.feedback().get(0).text()).isEqualTo("Only letters of [latin] should be here");
        assertThat(marked(score, mixed)).isEqualTo("\u7b54\u6848");
        assertThat(score(latin, "42").value()).isEqualTo(1);
        assertThat(score(latin, " ").value()).isZero();
        assertThat(score(
                                CharacterReward.ofScripts(UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA),
                                "\u30e9\u30fc\u3081")
                        .value())
                .isEqualTo(1);
        assertThat(score(CharacterReward.ascii(), "nice \uD83D\uDE00").value()).isEqualTo(0.8, within(PRINTED));
    }

    @Test
    void charactersCheckThemselves() {
        SelfCheck.run(CharacterReward.ofScripts(UnicodeScript.LATIN), TASK).requirePassed();
        SelfCheck.run(CharacterReward.ofScripts(UnicodeScript.HAN), TASK).requirePassed();
        SelfCheck.run(CharacterReward.ascii(), TASK).requirePassed();
        assertThatThrownBy(() -> CharacterReward.ofScripts(UnicodeScript.BRAILLE))
                .hasMessageContaining("must leave some letters out and have some");
        assertThatThrownBy(() -> new CharacterReward("vowels", c -> true, c -> c == 'a', 'a', 'a'))
                .hasMessage("examples of vowels was a and a, must both count, and only the first be allowed;"
                        + " correct the predicates or the examples");
    }

    @Test
    void textsThatChangeTheLanguageEarnTheRest() throws Exception {
        LanguageReward english = LanguageReward.of("en");
        assertThat(score(english, ENGLISH).value()).isEqualTo(1);
        assertThat(score(english, GERMAN).value()).isZero();
        String mixed = ENGLISH + "\n\n" + GERMAN + "\n\n" + ENGLISH;
        Score score = score(english, mixed);
        assertThat(score.value()).isBetween(0.6, 0.7);
        assertThat(score.feedback().get(0).text()).isEqualTo("This is not written in English");
        assertThat(marked(score, mixed)).isEqualTo(GERMAN);
    }

    @Test
    void codeAndShortLinesHaveNoLanguage() throws Exception {
        LanguageReward german = LanguageReward.of("de");
        String code = "```python\nif the and of to in is\n\nthat: the = of\n```";
        assertThat(score(german, GERMAN + "\n\nx = 3\n\n" + code + "\n\n" + GERMAN)
                        .value())
                .isEqualTo(1);
        assertThat(score(german, "Ja, und nicht").value())
                .as("a short text is judged as a whole")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "de", "fr", "es", "ru", "zh", "ja", "ar", "hi", "th", "ko", "el"})
    void languagesCheckThemselves(String code) {
        SelfCheck.run(LanguageReward.inColumn("language"), TASK.with("language", code))
                .requirePassed();
    }

    @Test
    void unknownLanguagesAreRefused() {
        assertThatThrownBy(() -> LanguageReward.of("tlh"))
                .hasMessage("language was 'tlh', must be the ISO 639-1 code of a language that can be told from others;"
                        + " leave the row out, or use CharacterReward.ofScripts(...)");
    }
}
