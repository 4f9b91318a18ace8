package org.rft4j.rewards.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.SelfCheckReport;
import org.rft4j.rewards.VerifiableReward;

/** Against sacrebleu, rouge-score and NLTK: see {@code src/test/golden/similarity.py}. */
class SimilarityTest {
    private static final double EXACT = 1e-12;
    private static final List<VerifiableReward> ALL = List.of(
            new Bleu("gold", Bleu.Options.SENTENCE),
            new Chrf("gold", Chrf.Options.CHRF),
            new Chrf("gold", Chrf.Options.CHRF_PLUS_PLUS),
            new Rouge("gold", Rouge.Kind.ROUGE_1),
            new Rouge("gold", Rouge.Kind.ROUGE_2),
            new Rouge("gold", Rouge.Kind.ROUGE_L),
            new Meteor("gold", Meteor.Options.DEFAULT),
            new TokenF1("gold"),
            new EditSimilarity("gold", 1000));

    static Stream<JsonNode> cases() throws IOException {
        try (InputStream in = SimilarityTest.class.getResourceAsStream("/golden/similarity.json")) {
            JsonNode cases = new ObjectMapper().readTree(in);
            return StreamSupport.stream(cases.spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void metricsEqualTheReferenceTools(JsonNode expected) throws Exception {
        List<String> references = new ArrayList<>();
        expected.path("references").forEach(reference -> references.add(reference.textValue()));
        RewardSample sample = sample(expected.path("text").textValue(), references);
        holds(expected, "bleu", new Bleu("gold", Bleu.Options.SENTENCE), sample);
        holds(expected, "bleuFixedOrder", bleu(BleuTokenizer.THIRTEEN_A, false, false), sample);
        holds(expected, "bleuInternational", bleu(BleuTokenizer.INTERNATIONAL, false, true), sample);
        holds(expected, "bleuCharacters", bleu(BleuTokenizer.CHARACTERS, true, true), sample);
        holds(expected, "chrf", new Chrf("gold", Chrf.Options.CHRF), sample);
        holds(expected, "chrfPlusPlus", new Chrf("gold", Chrf.Options.CHRF_PLUS_PLUS), sample);
        holds(expected, "chrfLowerCase", new Chrf("gold", new Chrf.Options(6, 0, 2, true)), sample);
        holds(expected, "meteor", new Meteor("gold", Meteor.Options.DEFAULT), sample);
        rougeHolds(expected.path("rouge1"), Rouge.Kind.ROUGE_1, sample);
        rougeHolds(expected.path("rouge2"), Rouge.Kind.ROUGE_2, sample);
        rougeHolds(expected.path("rougeL"), Rouge.Kind.ROUGE_L, sample);
    }

    private static Bleu bleu(BleuTokenizer tokenizer, boolean lowerCase, boolean effectiveOrder) {
        return new Bleu("gold", new Bleu.Options(tokenizer, 4, lowerCase, effectiveOrder));
    }

    private static void holds(JsonNode expected, String name, Reward reward, RewardSample sample) throws Exception {
        assertThat(reward.score(sample).value())
                .as(name)
                .isEqualTo(expected.path(name).doubleValue(), within(EXACT));
    }

    private static void rougeHolds(JsonNode expected, Rouge.Kind kind, RewardSample sample) {
        Score score = new Rouge("gold", kind).score(sample);
        assertThat(score.value()).as(kind.name()).isEqualTo(expected.path(0).doubleValue(), within(EXACT));
        assertThat(score.components().get("precision"))
                .isEqualTo(expected.path(1).doubleValue(), within(EXACT));
        assertThat(score.components().get("recall")).isEqualTo(expected.path(2).doubleValue(), within(EXACT));
    }

    private static RewardSample sample(String text, Object references) {
        return RewardSample.of(TaskRecord.of("t", "?").with("gold", references), text);
    }

    @Test
    void questionAnsweringCountsWords() {
        TokenF1 f1 = new TokenF1("gold");
        assertThat(f1.score(sample("The Eiffel Tower!", "eiffel tower")).value())
                .isEqualTo(1);
        assertThat(f1.score(sample("in Paris, France", "Paris")).value()).isEqualTo(0.5, within(EXACT));
        assertThat(f1.score(sample("Paris", List.of("London", "paris"))).value())
                .isEqualTo(1);
        assertThat(f1.score(sample("the", "a")).value()).isEqualTo(1);
        assertThat(f1.score(sample("", "a cat")).value()).isEqualTo(0);
    }

    @Test
    void editsAreCountedInCharacters() {
        EditSimilarity edits = new EditSimilarity("gold", 10);
        assertThat(edits.score(sample("kitten", "sitting")).value()).isEqualTo(4 / 7.0, within(EXACT));
        assertThat(edits.score(sample(" same ", "same")).value()).isEqualTo(1);
        assertThat(edits.score(sample("", "abc")).value()).isEqualTo(0);
        assertThat(edits.score(sample("\uD83D\uDE00", "x")).value()).isEqualTo(0);
        assertThat(edits.score(sample("0123456789 and more", "0123456789 or less"))
                        .value())
                .as("only the first ten")
                .isEqualTo(1);
    }

    @Test
    void theSignatureSaysHowBleuWasComputed() {
        assertThat(new Bleu("gold", Bleu.Options.SENTENCE)
                        .score(sample("a", List.of("a", "b")))
                        .diagnostics())
                .containsEntry("signature", "nrefs:2|case:mixed|eff:yes|tok:13a|smooth:exp");
    }

    @Test
    void metricsCheckThemselves() {
        TaskRecord task = TaskRecord.of("t", "?").with("gold", List.of("The quick brown fox.", "A fast fox runs"));
        ALL.forEach(reward -> SelfCheck.run(reward, task).requirePassed());
    }

    @Test
    void aTaskWithoutReferencesIsRefused() {
        assertThatThrownBy(() -> new TokenF1("gold").score(sample("a", List.of())))
                .hasMessage("references in column 'gold' of task t was none, must be at least one; leave the row out");
        assertThatThrownBy(() -> new TokenF1("gold").score(sample("a", List.of(3))))
                .hasMessage(
                        "reference in column 'gold' of task t was 3, must be a string; give a text or a list of texts");
    }

    @Test
    void anEmptyTextIsNoAnswer() {
        TaskRecord article = TaskRecord.of("t", "A, B or C?").with("gold", "A");
        assertThat(SelfCheck.run(new TokenF1("gold"), article).failures())
                .as("without articles nothing is left of the reference")
                .extracting(SelfCheckReport.Failure::what)
                .contains("a wrong completion scored 1.0, must score less than 1.0");
        TaskRecord blank = TaskRecord.of("t", "?").with("gold", " ");
        assertThat(SelfCheck.run(new EditSimilarity("gold", 10), blank).passed())
                .isFalse();
    }
}
