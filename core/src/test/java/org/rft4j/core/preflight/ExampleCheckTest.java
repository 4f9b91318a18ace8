package org.rft4j.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.run.Finding;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;

class ExampleCheckTest {
    private static final long END = 257;

    @Test
    void lengthsAreComparedWithTheContext() {
        Checked checked =
                check(4, Map.of(), row(10, 3), row(4, 3), row(4, 4), row(2, 1)).lengths(8);
        assertThat(checked.saw()).isEqualTo("4 examples, 4 rows: longest 10 tokens, mean 5.0, context 8");
        assertThat(checked.findings())
                .containsExactly(
                        finding(
                                Finding.Level.WARNING,
                                "rows_without_tokens",
                                "25.0 % of the rows have no token to train, and are left out with what belongs to them;"
                                        + " allow more tokens, or check that answers are not empty"),
                        finding(
                                Finding.Level.WARNING,
                                "rows_too_long",
                                "25.0 % of the rows have more than the 8 tokens that the model sees; give EncodeOptions at"
                                        + " most so many, or load the model with a longer context"));
        assertThat(check(1, Map.of(), row(9, 1)).lengths(8).findings())
                .extracting(Finding::level)
                .containsExactly(Finding.Level.ERROR);
        assertThat(check(1, Map.of(), row(8, 1)).lengths(8).findings()).isEmpty();
    }

    @Test
    void nothingToTrainIsAnError() {
        for (ExampleCheck nothing : List.of(check(3, Map.of()), check(3, Map.of(), row(3, 3)))) {
            assertThat(nothing.lengths(8).findings())
                    .containsExactly(finding(
                            Finding.Level.ERROR,
                            "nothing_to_train",
                            "none of the 3 examples leaves a token to train; allow more tokens with EncodeOptions, look at"
                                    + " its mask, and check that answers are not empty"));
        }
    }

    @Test
    void whatIsCutDroppedOrEqualIsTold() {
        Checked many = check(20, Map.of("truncated", 2.0, "dropped", 3.0, "equal_pairs", 20.0))
                .kept();
        assertThat(many.saw()).isEqualTo("2 cut, 3 dropped, 20 pairs of equal answers");
        assertThat(many.findings())
                .containsExactly(
                        finding(
                                Finding.Level.WARNING,
                                "examples_dropped",
                                "15.0 % of the examples are dropped because they are too long; allow more tokens"),
                        finding(
                                Finding.Level.NOTE,
                                "examples_truncated",
                                "10.0 % of the examples are cut, so that answers lose their end or prompts their beginning;"
                                        + " allow more tokens, or drop them with OverLength.DROP"),
                        finding(
                                Finding.Level.WARNING,
                                "equal_pairs",
                                "100.0 % of the examples prefer an answer to itself, from which nothing can be learned; drop"
                                        + " them with EqualPairs.DROP, and look whether answers were equal before they were cut"));
        assertThat(check(20, Map.of()).kept().findings()).isEmpty();
    }

    @Test
    void labelsAreCounted() {
        assertThat(check(1, Map.of(), row(3, 1)).labels().saw()).isEqualTo("none");
        assertThat(labels(1, 1, 1, 0).findings())
                .containsExactly(finding(
                        Finding.Level.NOTE,
                        "labels_uneven",
                        "3 answers are wanted and 1 are not; choose weights of which the products with these numbers differ"
                                + " by at most a third, such as 3.00 for those that are fewer"));
        assertThat(labels(1, 1, 1, 1, 0, 0, 0).findings()).as("4 to 3").isEmpty();
        assertThat(labels(1, 0).saw()).isEqualTo("1 wanted, 1 unwanted");
        assertThat(labels(1, 1).findings())
                .containsExactly(
                        finding(
                                Finding.Level.WARNING,
                                "one_label",
                                "all answers are wanted, so that there is nothing to compare them with; check the column of labels"));
        assertThat(labels(0).findings().get(0).text()).startsWith("all answers are unwanted, ");
        ExampleRow compared = row(3, 1).withNumber(TokenColumn.LABEL, 1).withNumber(TokenColumn.COMPARED, 1);
        ExampleRow trained = row(3, 1).withNumber(TokenColumn.LABEL, 0).withNumber(TokenColumn.COMPARED, 0);
        assertThat(check(1, Map.of(), compared, trained).labels().saw()).isEqualTo("0 wanted, 1 unwanted");
    }

    @Test
    void endsAreLookedFor() {
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            List<Long> ends = List.of(END);
            ExampleRow ended = ids(1, 2, 3, END, 10);
            ExampleRow goesOn = ids(1, 2, 3);
            ExampleRow longAgo = ids(1, END, 2, 3, 4, 5);
            Checked some = check(3, Map.of(), ended, goesOn, longAgo).ends(tokenizer, ends);
            assertThat(some.saw()).isEqualTo("1 of 3 rows");
            assertThat(some.findings())
                    .containsExactly(finding(
                            Finding.Level.NOTE,
                            "end_not_always_trained",
                            "66.7 % of the rows do not train a token that ends what the model writes, one of [<|eos|> (257)];"
                                    + " that is right where answers are cut or go on, and nowhere else"));
            assertThat(check(1, Map.of(), goesOn).ends(tokenizer, ends).findings())
                    .containsExactly(finding(
                            Finding.Level.WARNING,
                            "end_never_trained",
                            "100.0 % of the rows do not train a token that ends what the model writes, one of [<|eos|> (257)],"
                                    + " so that it does not learn to stop; take EncodeOptions with the end token, a template"
                                    + " that ends turns with it, or name the template's in generation_config.json"));
            assertThat(check(1, Map.of(), ended).ends(tokenizer, ends).findings())
                    .isEmpty();
        }
    }

    private static Checked labels(int... labels) {
        return check(
                        labels.length,
                        Map.of(),
                        Arrays.stream(labels)
                                .mapToObj(label -> row(3, 1).withNumber(TokenColumn.LABEL, label))
                                .toArray(ExampleRow[]::new))
                .labels();
    }

    private static ExampleCheck check(int examples, Map<String, Double> counts, ExampleRow... rows) {
        Map<String, Double> metrics = new java.util.TreeMap<>();
        counts.forEach((name, count) -> metrics.put("examples/" + name, count));
        return new ExampleCheck(examples, new ArrangedRows(new ArrayList<>(List.of(rows)), metrics));
    }

    private static ExampleRow row(int length, int trainedFrom) {
        boolean[] trained = new boolean[length];
        Arrays.fill(trained, trainedFrom, length, true);
        return new ExampleRow(new long[length], trained, 0, Map.of());
    }

    private static ExampleRow ids(long... ids) {
        boolean[] trained = new boolean[ids.length];
        Arrays.fill(trained, 1, ids.length, true);
        return new ExampleRow(ids, trained, 0, Map.of());
    }

    private static Finding finding(Finding.Level level, String code, String text) {
        return new Finding(level, code, text, 0);
    }
}
