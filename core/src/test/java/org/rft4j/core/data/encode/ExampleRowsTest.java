package org.rft4j.core.data.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;

class ExampleRowsTest {
    private final Tokenizer tokenizer = Tokenizers.bytes();

    private final ExampleEncoder encoder =
            ExampleEncoder.of(tokenizer, Optional.empty(), EncodeOptions.of(8, OverLength.KEEP_START));

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Test
    void aPreferenceIsTwoRowsOfAUnit() {
        ArrangedRows arranged = ExampleRows.preferences(encoder, EqualPairs.DROP)
                .withNumber(
                        TokenColumn.MARGIN,
                        pair -> ((Number) Objects.requireNonNull(pair.columns().get("margin"))).doubleValue())
                .arrange(List.of(
                        pair("abcdefgh", "x", "y", 1), // the prompt alone is too long
                        pair("ab", "cdefg", "c", 0.5), // one side is cut
                        pair("ab", "cdefgh", "cdefgi", 2), // equal once both are cut
                        pair("a", "b", "cd", 3)));
        assertThat(arranged.rows()).extracting(ExampleRow::unit).containsExactly(0, 0, 1, 1);
        assertThat(text(arranged.rows().get(0))).isEqualTo("<|bos|>abcdefg");
        assertThat(text(arranged.rows().get(1))).isEqualTo("<|bos|>abc<|eos|>");
        assertThat(text(arranged.rows().get(3))).isEqualTo("<|bos|>acd<|eos|>");
        assertThat(arranged.rows().get(1).columns().get(TokenColumn.MARGIN)).containsOnly(0.5f);
        assertThat(arranged.rows().get(3).columns().get(TokenColumn.MARGIN)).containsOnly(3);
        assertThat(arranged.metrics())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "examples/truncated", 2.0,
                        "examples/dropped", 1.0,
                        "examples/encoded_apart", 0.0,
                        "examples/equal_pairs", 1.0,
                        "lengths/prompt", 2.5,
                        "lengths/chosen", 3.5,
                        "lengths/rejected", 2.5));
    }

    @Test
    void equalPairsMayStay() {
        ArrangedRows arranged = ExampleRows.preferences(encoder, EqualPairs.KEEP)
                .arrange(List.of(pair("ab", "c", "c", 0), pair("ab", "c", "d", 0)));
        assertThat(arranged.rows()).hasSize(4);
        assertThat(arranged.metrics()).containsEntry("examples/equal_pairs", 1.0);
    }

    @Test
    void completionsAndTextsAreRowsOfTheirOwn() {
        ArrangedRows completions = ExampleRows.completions(encoder)
                .withResponse()
                .arrange(List.of(
                        new PromptCompletion("a", Prompt.of("ab"), Answer.of("c"), Map.of()),
                        new PromptCompletion("b", Prompt.of("a"), Answer.of("bc"), Map.of())));
        assertThat(completions.rows()).extracting(ExampleRow::unit).containsExactly(0, 1);
        assertThat(completions.rows().get(0).columns().get(TokenColumn.RESPONSE))
                .containsExactly(0, 0, 0, 1, 1);
        assertThat(completions.rows().get(1).columns().get(TokenColumn.RESPONSE))
                .containsExactly(0, 0, 1, 1, 1);
        assertThat(completions.rows().get(0).trained()).containsExactly(false, false, false, true, true);
        assertThat(completions.metrics()).containsEntry("lengths/prompt", 2.5).containsEntry("lengths/completion", 2.5);
        ArrangedRows texts =
                ExampleRows.texts(encoder).arrange(List.of(new LanguageModeling("t", Prompt.of("ab"), Map.of())));
        assertThat(texts.rows().get(0).trained()).containsExactly(false, true, true, true);
        assertThat(texts.metrics()).containsEntry("lengths/prompt", 0.0).containsEntry("lengths/completion", 4.0);
    }

    @Test
    void answersHaveLabels() {
        ArrangedRows arranged = ExampleRows.unpaired(encoder)
                .arrange(List.of(
                        new UnpairedPreference("a", Prompt.of("a"), Answer.of("b"), true, Map.of()),
                        new UnpairedPreference("b", Prompt.of("a"), Answer.of("c"), false, Map.of()),
                        new UnpairedPreference("c", Prompt.of("a"), Answer.of("d"), true, Map.of())));
        assertThat(arranged.rows())
                .extracting(row -> row.columns().get(TokenColumn.LABEL)[0])
                .containsExactly(1f, 0f, 1f);
        assertThat(arranged.metrics()).containsEntry("examples/desirable", 2.0);
    }

    @Test
    void nothingMayBeLeft() {
        ArrangedRows arranged =
                ExampleRows.preferences(encoder, EqualPairs.DROP).arrange(List.of(pair("abcdefgh", "x", "y", 1)));
        assertThat(arranged.rows()).isEmpty();
        assertThat(arranged.metrics()).containsEntry("examples/dropped", 1.0).doesNotContainKey("lengths/prompt");
    }

    private String text(ExampleRow row) {
        return tokenizer.decode(row.ids(), false);
    }

    private static Preference pair(String prompt, String chosen, String rejected, double margin) {
        return new Preference("p", Prompt.of(prompt), Answer.of(chosen), Answer.of(rejected), Map.of("margin", margin));
    }
}
