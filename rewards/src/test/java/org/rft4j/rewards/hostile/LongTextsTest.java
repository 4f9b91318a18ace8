package org.rft4j.rewards.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.format.PatternFormat;
import org.rft4j.rewards.format.TagFormat;
import org.rft4j.rewards.guard.KeywordExploitation;
import org.rft4j.rewards.guard.Observation;
import org.rft4j.rewards.instruction.InstructionReward;
import org.rft4j.rewards.repetition.NgramRepetition;
import org.rft4j.rewards.similarity.Bleu;
import org.rft4j.rewards.similarity.BleuTokenizer;
import org.rft4j.rewards.similarity.Chrf;
import org.rft4j.rewards.similarity.EditSimilarity;
import org.rft4j.rewards.similarity.Meteor;
import org.rft4j.rewards.similarity.Rouge;
import org.rft4j.rewards.similarity.TokenF1;
import org.rft4j.rewards.structured.AnswerPart;
import org.rft4j.rewards.structured.OrderReward;
import org.rft4j.rewards.structured.SetReward;

/** Each text has about 100,000 characters; what is not linear in them would take minutes. */
class LongTextsTest {
    private static final int LENGTH = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> CONSTRAINTS = List.of(
            "detectable_content:number_placeholders",
            "detectable_content:postscript",
            "detectable_format:number_bullet_lists",
            "detectable_format:number_highlighted_sections",
            "detectable_format:multiple_sections",
            "detectable_format:title",
            "detectable_format:json_format",
            "combination:two_responses",
            "startend:end_checker",
            "length_constraints:number_sentences",
            "length_constraints:number_paragraphs",
            "length_constraints:nth_paragraph_first_word",
            "language:response_language",
            "keywords:forbidden_words");

    private static TaskRecord task() {
        Map<String, Object> arguments = Map.ofEntries(
                Map.entry("num_placeholders", 3),
                Map.entry("postscript_marker", "P.P.S"),
                Map.entry("num_bullets", 3),
                Map.entry("num_highlights", 3),
                Map.entry("num_sections", 3),
                Map.entry("section_spliter", "Section"),
                Map.entry("end_phrase", "that is all"),
                Map.entry("relation", "at least"),
                Map.entry("num_sentences", 3),
                Map.entry("num_paragraphs", 3),
                Map.entry("nth_paragraph", 1),
                Map.entry("first_word", "so"),
                Map.entry("language", "en"),
                Map.entry("forbidden_words", List.of("never")));
        return TaskRecord.of("t", "?")
                .with("instruction_id_list", CONSTRAINTS)
                .with("kwargs", java.util.Collections.nCopies(CONSTRAINTS.size(), arguments));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[", "<", ">", "\"", "\n", " ", "a", "!", "!x", "*", "**", "-\n", "a. ", "\u0301", "`", "p.", ".'",
                "\u3002x"
            })
    void instructionsTakeOneLookAtALongText(String piece) {
        String text = piece.repeat(LENGTH / piece.length());
        Reward reward = new InstructionReward(InstructionReward.Mode.SHARE);
        assertTimeoutPreemptively(PATIENCE, () -> {
            reward.score(RewardSample.of(task(), text));
            reward.score(RewardSample.of(task(), text + "x"));
            reward.score(RewardSample.of(task(), "so << " + text + "\u2028x"));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a ", "a", "ab. ", "&", "<think>", "the cat sat ", "1,", "\n", "\u4e00"})
    void comparisonsWithAShortReferenceStayQuick(String piece) {
        String text = piece.repeat(LENGTH / piece.length());
        TaskRecord task = TaskRecord.of("t", "?").with("answer", "the cat sat on the mat, 1,000 times a day");
        List<Reward> rewards = List.of(
                new Bleu("answer", Bleu.Options.SENTENCE),
                new Bleu("answer", new Bleu.Options(BleuTokenizer.INTERNATIONAL, 4, false, true)),
                new Chrf("answer", Chrf.Options.CHRF_PLUS_PLUS),
                new Rouge("answer", Rouge.Kind.ROUGE_L),
                new Meteor("answer", Meteor.Options.DEFAULT),
                new TokenF1("answer"),
                new EditSimilarity("answer", LENGTH),
                new NgramRepetition(3, 1),
                TagFormat.thinkThenAnswer());
        for (Reward reward : rewards) {
            assertTimeoutPreemptively(PATIENCE, () -> reward.score(RewardSample.of(task, text)), reward.name());
        }
    }

    @Test
    void listsOfManyItemsStayQuick() {
        List<String> items = java.util.stream.IntStream.range(0, 1000)
                .mapToObj(i -> "item" + i)
                .toList();
        TaskRecord task = TaskRecord.of("t", "?").with("answer", items);
        String text = "x,".repeat(LENGTH / 2) + String.join(",", items);
        Pattern comma = Pattern.compile(",");
        assertTimeoutPreemptively(PATIENCE, () -> {
            RewardSample sample = RewardSample.of(task, text);
            assertThat(new OrderReward("answer", new AnswerPart.Whole(), comma)
                            .score(sample)
                            .value())
                    .isEqualTo(1);
            assertThat(new SetReward("answer", new AnswerPart.Whole(), comma, 0)
                            .score(sample)
                            .value())
                    .isEqualTo(1);
        });
    }

    @Test
    void meteorMatchesTwoLongTexts() {
        String text = "the ".repeat(LENGTH / 4);
        TaskRecord task = TaskRecord.of("t", "?").with("answer", "a ".repeat(LENGTH / 2) + "the");
        assertTimeoutPreemptively(
                PATIENCE,
                () -> assertThat(new Meteor("answer", Meteor.Options.DEFAULT)
                                .score(RewardSample.of(task, text))
                                .value())
                        .isPositive());
    }

    @Test
    void patternsWithNestedRepetitionsAreStopped() {
        Pattern nested = Pattern.compile("(x+x+)+y");
        String text = "x".repeat(200);
        assertTimeoutPreemptively(PATIENCE, () -> {
            PatternFormat format = new PatternFormat("nested", nested, false, "xxy", PatternFormat.DEFAULT_STEPS);
            assertThat(format.score(RewardSample.of(task(), text)).value()).isZero();
            KeywordExploitation guard = new KeywordExploitation(Map.of("nested", nested), 2, 0.5);
            assertThat(guard.observe(new Observation(List.of(RewardSample.of(task(), text)), List.of(1.0))))
                    .isEmpty();
        });
    }
}
