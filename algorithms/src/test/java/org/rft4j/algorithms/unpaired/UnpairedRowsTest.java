package org.rft4j.algorithms.unpaired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.algorithms.rows.RowEncoder;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.engine.InvalidInputException;

/** Rows of labelled answers. A letter is a token; the answer is trained. */
class UnpairedRowsTest {
    /** Drops what has more than four letters; an answer "-" has no trained token. */
    private static final RowEncoder LETTERS = (of, prompt, answer) -> {
        String asked = ((Prompt.Text) prompt).text();
        String said = ((Answer.Text) answer).text();
        String all = asked + said;
        boolean[] trained = new boolean[all.length()];
        for (int t = asked.length(); t < trained.length; t++) {
            trained[t] = !said.equals("-");
        }
        return all.length() > 4
                ? Optional.empty()
                : Optional.of(new ExampleRow(all.chars().asLongStream().toArray(), trained, 0, Map.of()));
    };

    private static UnpairedPreference example(String prompt, String answer, boolean label) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("ratio", answer.length() / 2.0);
        columns.put("none", null);
        return new UnpairedPreference(prompt + answer, Prompt.of(prompt), Answer.of(answer), label, columns);
    }

    /** Unit, letters, label, whether it is compared. */
    private static List<String> told(ArrangedRows arranged) {
        List<String> told = new ArrayList<>();
        for (ExampleRow row : arranged.rows()) {
            StringBuilder letters = new StringBuilder();
            for (int t = 0; t < row.ids().length; t++) {
                letters.append(row.trained()[t] ? "" : "_").append((char) row.ids()[t]);
            }
            told.add(row.unit() + " " + letters + " " + number(row, TokenColumn.LABEL) + " "
                    + (row.columns().containsKey(TokenColumn.COMPARED) ? number(row, TokenColumn.COMPARED) : "never"));
        }
        return told;
    }

    private static int number(ExampleRow row, TokenColumn column) {
        return (int) Objects.requireNonNull(row.columns().get(column))[0];
    }

    private static Map<String, Double> counts(double dropped, double mismatched, double alone) {
        return Map.of("unpaired/dropped", dropped, "unpaired/mismatched_dropped", mismatched, "unpaired/alone", alone);
    }

    @ParameterizedTest
    @CsvSource({"PREVIOUS, Cz, Ax, By", "NEXT, By, Cz, Ax"})
    void answersAreMismatchedInACircle(Neighbour neighbour, String first, String second, String third) {
        UnpairedRows rows = new UnpairedRows(LETTERS, neighbour, Optional.empty());
        ArrangedRows arranged =
                rows.arrange(List.of(example("A", "x", true), example("B", "y", false), example("C", "z", true)));
        assertThat(told(arranged))
                .containsExactly(
                        "0 _Ax 1 0",
                        "0 _A" + first.charAt(1) + " 1 1",
                        "1 _By 0 0",
                        "1 _B" + second.charAt(1) + " 0 1",
                        "2 _Cz 1 0",
                        "2 _C" + third.charAt(1) + " 1 1");
        assertThat(arranged.metrics()).isEqualTo(counts(0, 0, 0));
    }

    @Test
    void whatIsDroppedIsCountedAndDoesNotMismatchOthers() {
        UnpairedRows rows = new UnpairedRows(LETTERS, Neighbour.PREVIOUS, Optional.empty());
        ArrangedRows arranged = rows.arrange(List.of(
                example("A", "xxx", true),
                example("B", "yyyy", true),
                example("D", "-", true),
                example("CC", "z", false)));
        assertThat(told(arranged)).containsExactly("0 _Axxx 1 0", "0 _Az 1 1", "1 _C_Cz 0 0");
        assertThat(arranged.metrics()).isEqualTo(counts(2, 1, 0));
    }

    @Test
    void oneThatIsAloneHasNoNeighbourAndSaysSo() {
        UnpairedRows rows = new UnpairedRows(LETTERS, Neighbour.PREVIOUS, Optional.empty());
        ArrangedRows arranged = rows.arrange(List.of(example("A", "x", true), example("B", "yyyy", true)));
        assertThat(arranged.rows()).isEmpty();
        assertThat(arranged.metrics()).isEqualTo(counts(1, 0, 1));
        ArrangedRows unmatched =
                new UnpairedRows(LETTERS, Neighbour.NONE, Optional.empty()).arrange(List.of(example("A", "x", false)));
        assertThat(told(unmatched)).containsExactly("0 _Ax 0 never");
        assertThat(unmatched.metrics()).isEqualTo(counts(0, 0, 0));
        assertThat(rows.arrange(List.of()).metrics()).isEqualTo(counts(0, 0, 0));
    }

    @Test
    void weightsComeFromAColumn() {
        ArrangedRows arranged = new UnpairedRows(LETTERS, Neighbour.NONE, Optional.of("ratio"))
                .arrange(List.of(example("A", "x", true), example("B", "yyy", false)));
        assertThat(arranged.rows())
                .extracting(row -> Objects.requireNonNull(row.columns().get(TokenColumn.WEIGHT))[1])
                .containsExactly(0.5f, 1.5f);
        UnpairedRows absent = new UnpairedRows(LETTERS, Neighbour.NONE, Optional.of("none"));
        assertThatThrownBy(() -> absent.arrange(List.of(example("A", "x", true))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "column 'none' of example Ax was absent, must be a finite number above 0; name the column of"
                                + " weights, or none");
        UnpairedRows zero = new UnpairedRows(LETTERS, Neighbour.NONE, Optional.of("ratio"));
        assertThatThrownBy(() -> zero.arrange(List.of(
                        new UnpairedPreference("one", Prompt.of("A"), Answer.of("x"), true, Map.of("ratio", 0)))))
                .hasMessageStartingWith("column 'ratio' of example one was 0, must be a finite number above 0");
    }
}
