package org.rft4j.rewards.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;

class ConstraintsTest {
    private static final double EXACT = 1e-12;

    private static boolean kept(String id, Map<?, ?> arguments, String text) {
        return ConstraintKinds.of(id, arguments).kept().test(text);
    }

    @Test
    void thereAre25Kinds() {
        assertThat(ConstraintKinds.names()).hasSize(25);
        assertThatThrownBy(() -> ConstraintKinds.of("keywords:rhyme", Map.of()))
                .hasMessageStartingWith("kind of instruction was keywords:rhyme, must be one of [change_case:");
    }

    @Test
    void wordsAreFoundWhateverTheirCase() {
        assertThat(kept("keywords:existence", Map.of("keywords", List.of("Cat", "dog")), "CATS and a dog"))
                .isTrue();
        assertThat(kept("keywords:existence", Map.of("keywords", List.of("cat", "dog")), "cats"))
                .isFalse();
        assertThat(kept("keywords:forbidden_words", Map.of("forbidden_words", List.of("cat")), "concatenate"))
                .isTrue();
        assertThat(kept("keywords:forbidden_words", Map.of("forbidden_words", List.of("cat")), "A Cat!"))
                .isFalse();
        Map<String, Object> twice = Map.of("keyword", "war", "relation", "at least", "frequency", 2);
        assertThat(kept("keywords:frequency", twice, "War is war")).isTrue();
        assertThat(kept("keywords:frequency", twice, "war")).isFalse();
        Map<String, Object> few = Map.of("letter", "T", "let_relation", "less than", "let_frequency", 3);
        assertThat(kept("keywords:letter_frequency", few, "That")).isTrue();
        assertThat(kept("keywords:letter_frequency", few, "That it")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "One. Two! Three?| 3", "Dr. Smith met Mr. Jones at 5 p.m. in town. They left.| 2", "No end| 1",
                "He said \"Stop.\" Then left.| 2", "Wait... what? Yes.| 3", "Costs 3.50 each. Fine.| 2",
                "यह एक है। यह दो है।| 2", "''| 0", "A heading~~A text.| 2"
            })
    void sentencesAreCounted(String text, int expected) {
        assertThat(TextParts.sentences(text.equals("''") ? "" : text.replace('~', '\n')))
                .isEqualTo(expected);
    }

    @Test
    void paragraphsAreCountedBetweenStars() {
        Map<String, Object> two = Map.of("num_paragraphs", 2);
        assertThat(kept("length_constraints:number_paragraphs", two, "a\n***\nb"))
                .isTrue();
        assertThat(kept("length_constraints:number_paragraphs", two, "a\n***\nb\n***\n"))
                .isTrue();
        assertThat(kept("length_constraints:number_paragraphs", two, "a\n***\n***\nb"))
                .isFalse();
        Map<String, Object> second = Map.of("num_paragraphs", 2, "nth_paragraph", 2, "first_word", "So");
        assertThat(kept("length_constraints:nth_paragraph_first_word", second, "a\n\n\"So,\" he said"))
                .isTrue();
        assertThat(kept("length_constraints:nth_paragraph_first_word", second, "a\n\nSome"))
                .isFalse();
    }

    @Test
    void formsAreChecked() {
        Map<String, Object> none = Map.of();
        assertThat(kept("detectable_format:number_bullet_lists", Map.of("num_bullets", 2), "* a\n - b\n**no**"))
                .isTrue();
        assertThat(kept("detectable_format:number_highlighted_sections", Map.of("num_highlights", 2), "*a* **b** **"))
                .isTrue();
        assertThat(kept("detectable_format:number_highlighted_sections", Map.of("num_highlights", 1), "* * **"))
                .isFalse();
        assertThat(kept("detectable_format:json_format", none, "```json\n[1, {\"a\": null}]\n```"))
                .isTrue();
        assertThat(kept("detectable_format:json_format", none, "{\"a\": 1} and more"))
                .isFalse();
        assertThat(kept("detectable_format:title", none, "<<>> x")).isFalse();
        assertThat(kept("combination:two_responses", none, "a\n******\nb\n******\n"))
                .isTrue();
        assertThat(kept("combination:two_responses", none, "a\n******\n******\nb"))
                .isFalse();
        assertThat(kept("detectable_content:postscript", Map.of("postscript_marker", "P.P.S"), "a\np. p. s: b"))
                .isTrue();
        assertThat(kept("startend:end_checker", Map.of("end_phrase", "Any more?"), "\"So. any more?\""))
                .isTrue();
        assertThat(kept("startend:quotation", none, "\"")).isFalse();
        assertThat(kept(
                        "change_case:capital_word_frequency",
                        Map.of("capital_relation", "less than", "capital_frequency", 2),
                        "I am LOUD"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en| The weather is fine today and we are going to the park.",
                "de| Das Wetter ist heute schön und wir gehen in den Park.",
                "fr| Le temps est beau et nous allons dans le parc avec les enfants.",
                "es| El tiempo es bueno y vamos al parque con los niños.",
                "pt| O tempo está bom e nós vamos ao parque com as crianças.",
                "it| Il tempo è bello e andiamo al parco con i bambini.",
                "fi| Sää on hyvä ja me olemme menossa puistoon, mutta se ei ole kaukana.",
                "sw| Hali ya hewa ni nzuri na watu wa kijiji wanaenda katika bustani.",
                "vi| Thời tiết rất đẹp và chúng ta đang đi đến công viên.",
                "ru| Погода хорошая, и мы идём в парк, но он не так близко.",
                "bg| Времето е хубаво и ние ще отидем в парка, но не е близо.",
                "hi| मौसम अच्छा है और हम पार्क में जा रहे हैं।",
                "mr| हवामान चांगले आहे आणि आपण बागेत जात आहोत.",
                "ne| मौसम राम्रो छ र हामी पार्कमा जाँदैछौं, यो टाढा पनि छैन।",
                "ar| الطقس جميل اليوم ونحن ذاهبون إلى الحديقة مع الأطفال في هذا اليوم.",
                "fa| هوا خوب است و ما با بچه‌ها به پارک می رویم که در این شهر است.",
                "ur| موسم اچھا ہے اور ہم بچوں کے ساتھ پارک میں جا رہے ہیں۔",
                "ko| 날씨가 좋아서 우리는 공원에 갑니다.",
                "ja| 今日は天気がいいので公園に行きます。",
                "zh| 今天天气很好，我们去公园。",
                "th| วันนี้อากาศดีและเรากำลังไปสวนสาธารณะ",
                "ta| இன்று வானிலை நன்றாக உள்ளது.",
                "te| ఈ రోజు వాతావరణం బాగుంది.",
                "kn| ಇಂದು ಹವಾಮಾನ ಚೆನ್ನಾಗಿದೆ.",
                "gu| આજે હવામાન સારું છે.",
                "pa| ਅੱਜ ਮੌਸਮ ਚੰਗਾ ਹੈ।",
                "bn| আজ আবহাওয়া ভালো।"
            })
    void languagesAreTold(String code, String text) {
        assertThat(Languages.of(text)).contains(code);
    }

    @Test
    void whatHasNoLettersHasNoLanguage() {
        assertThat(Languages.of("123 !")).isEmpty();
        assertThat(Languages.of("xyzzy qwrt")).isEmpty();
    }

    private static TaskRecord task(List<String> ids, List<Map<String, Object>> arguments) {
        return TaskRecord.of("t", "?").with("instruction_id_list", ids).with("kwargs", arguments);
    }

    @Test
    void aRewardIsAllOrAShare() {
        TaskRecord task = task(
                List.of("punctuation:no_comma", "length_constraints:number_words"),
                List.of(Map.of(), Map.of("relation", "at least", "num_words", 3)));
        RewardSample half = RewardSample.of(task, "One, two, three");
        Score share = new InstructionReward(InstructionReward.Mode.SHARE).score(half);
        assertThat(share.value()).isEqualTo(0.5, within(EXACT));
        assertThat(share.components())
                .containsEntry("punctuation:no_comma", 0.0)
                .containsEntry("length_constraints:number_words", 1.0);
        assertThat(share.feedback())
                .extracting(Feedback::text)
                .containsExactly("This instruction is not kept: Use no comma.");
        assertThat(new InstructionReward(InstructionReward.Mode.ALL).score(half).value())
                .isZero();
        assertThat(new InstructionReward(InstructionReward.Mode.ALL)
                        .score(RewardSample.of(task, ""))
                        .value())
                .isZero();
    }

    @Test
    void looselyCountsWithoutTheLinesAround() {
        TaskRecord task = task(List.of("startend:quotation"), List.of(Map.of()));
        RewardSample wrapped = RewardSample.of(task, "Here it is:\n\"All of it\"\nI hope this helps");
        assertThat(new InstructionReward(InstructionReward.Mode.ALL)
                        .score(wrapped)
                        .value())
                .isZero();
        assertThat(new InstructionReward(InstructionReward.Mode.ALL_LOOSELY)
                        .score(wrapped)
                        .value())
                .isEqualTo(1);
        RewardSample starred = RewardSample.of(task, "**\"All of it\"**");
        assertThat(new InstructionReward(InstructionReward.Mode.ALL_LOOSELY)
                        .score(starred)
                        .value())
                .isEqualTo(1);
    }

    @Test
    void theRewardChecksItself() {
        SelfCheck.run(
                        new InstructionReward(InstructionReward.Mode.ALL),
                        task(List.of("detectable_format:title"), List.of(Map.of())))
                .requirePassed();
    }

    @Test
    void argumentsAreChecked() {
        assertThatThrownBy(() -> ConstraintKinds.of(
                        "length_constraints:number_words", Map.of("relation", "about", "num_words", 3)))
                .hasMessage(
                        "argument 'relation' of length_constraints:number_words was about, must be 'at least' or 'less than'; "
                                + "correct the row");
        assertThatThrownBy(
                        () -> ConstraintKinds.of("detectable_format:number_bullet_lists", Map.of("num_bullets", 2.5)))
                .hasMessageContaining("was 2.5, must be a whole number");
        assertThatThrownBy(() -> ConstraintKinds.of("language:response_language", Map.of("language", "tlh")))
                .hasMessageContaining("must be the ISO 639-1 code");
    }

    @Test
    void sentencesAreTheSameHoweverTheyAreLaidOut() {
        String text = "Mr. Smith came. \"He left!\" (So it is.)\n\nIs it\n \nso? J. R. did 3. things...";
        for (int count = 1; count <= 9; count++) {
            boolean fits = kept(
                    "length_constraints:number_sentences",
                    Map.of("relation", "at least", "num_sentences", count),
                    text);
            assertThat(fits).as("at least %s", count).isEqualTo(count <= 6);
        }
    }

    @Test
    void titlesAndEndingsAreReadFromBothEnds() {
        for (String text : List.of("<<A>>", "x <<>>> y", "a\n << b >>\nc", "<<<<a>>>>")) {
            assertThat(kept("detectable_format:title", Map.of(), text)).as(text).isEqualTo(!text.startsWith("x"));
        }
        assertThat(kept("detectable_format:title", Map.of(), "<<\n>>")).isFalse();
        assertThat(kept("startend:end_checker", Map.of("end_phrase", "all."), "So. \"\"That is all.\"\""))
                .isTrue();
    }

    @Test
    void bulletsStandInLinesOfTheirOwn() {
        String text = "\n\n  * one\n- two\n\n\t* three\n** no\n";
        assertThat(kept("detectable_format:number_bullet_lists", Map.of("num_bullets", 3), text))
                .isTrue();
        assertThat(kept("detectable_content:number_placeholders", Map.of("num_placeholders", 2), "[a [b] c] [d\n] [e]"))
                .isTrue();
        assertThat(kept("detectable_content:number_placeholders", Map.of("num_placeholders", 3), "[a [b] c] [d\n] [e]"))
                .isFalse();
    }

    @Test
    void anAmountOfNoneIsRefusedByName() {
        assertThatThrownBy(() -> ConstraintKinds.of(
                        "keywords:frequency", Map.of("keyword", "cat", "relation", "less than", "frequency", 0)))
                .hasMessage("argument 'frequency' of keywords:frequency was 0, must be at least 1; leave the row out");
    }

    @Test
    void breakingTextsBreakLooselyToo() {
        InstructionReward loose = new InstructionReward(InstructionReward.Mode.ALL_LOOSELY);
        for (String id : List.of("detectable_format:number_bullet_lists", "length_constraints:number_paragraphs")) {
            TaskRecord task = TaskRecord.of("t", "?")
                    .with("instruction_id_list", List.of(id))
                    .with("kwargs", List.of(Map.of("num_bullets", 3, "num_paragraphs", 3)));
            assertThat(SelfCheck.run(loose, task).failures()).isEmpty();
        }
    }

    @Test
    void twoInstructionsOfAKindAreBothInTheComponent() {
        String id = "keywords:existence";
        TaskRecord task = TaskRecord.of("t", "?")
                .with("instruction_id_list", List.of(id, id))
                .with("kwargs", List.of(Map.of("keywords", List.of("cat")), Map.of("keywords", List.of("dog"))));
        InstructionReward reward = new InstructionReward(InstructionReward.Mode.SHARE);
        assertThat(reward.score(RewardSample.of(task, "a dog")).components()).containsEntry(id, 0.0);
        assertThat(reward.score(RewardSample.of(task, "a dog and a cat")).components())
                .containsEntry(id, 1.0);
    }
}
