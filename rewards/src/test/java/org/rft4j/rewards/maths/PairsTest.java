package org.rft4j.rewards.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of pairs: every verdict right, in both orders, and each within half of the budget of steps. */
class PairsTest {
    private static final MathsEquivalence EQUIVALENCE = new MathsEquivalence(MathsOptions.DEFAULT);
    private static final List<Pair> PAIRS = read();

    /** A row of the table. */
    record Pair(Verdict.Kind verdict, String gold, String answer, String note) {
        boolean adversarial() {
            return note.startsWith("adversarial");
        }
    }

    static List<Pair> pairs() {
        return PAIRS;
    }

    private static List<Pair> read() {
        try (InputStream in = PairsTest.class.getResourceAsStream("/maths/pairs.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("# "))
                    .map(line -> line.split("\t", -1))
                    .map(cells -> new Pair(Verdict.Kind.valueOf(cells[0]), cells[1], cells[2], cells[3]))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void verdictsAreRight(Pair pair) {
        assertThat(EQUIVALENCE.compare(pair.gold(), pair.answer()).kind()).isEqualTo(pair.verdict());
        assertThat(EQUIVALENCE.compare(pair.answer(), pair.gold()).kind()).isEqualTo(pair.verdict());
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void stepsStayFarBelowTheLimit(Pair pair) {
        long steps = EQUIVALENCE.measure(pair.gold(), pair.answer()).steps();
        assertThat(steps).isLessThan(MathsLimits.DEFAULT.steps() * 6 / 10);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void looksDoNotMatter(Pair pair) {
        String gold = pair.gold();
        boolean plain = gold.isBlank() || gold.contains("$") || gold.contains("`") || gold.contains("**");
        List<String> looks = plain
                ? List.of("  " + gold + " ")
                : List.of(
                        "$" + gold + "$",
                        "\\(" + gold + "\\)",
                        "\\displaystyle " + gold,
                        "\\boxed{" + gold + "}",
                        gold + ".");
        for (String look : looks) {
            boolean broken = look.startsWith("\\boxed") && pair.note().contains("brace is missing");
            if (!broken) {
                assertThat(EQUIVALENCE.compare(look, pair.answer()).kind())
                        .as(look)
                        .isEqualTo(pair.verdict());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void everyAnswerEqualsItself(Pair pair) {
        for (String answer : List.of(pair.gold(), pair.answer())) {
            Verdict.Kind expected = LatexText.clean(answer).isEmpty() ? Verdict.Kind.DIFFERENT : Verdict.Kind.EQUAL;
            assertThat(EQUIVALENCE.compare(answer, answer).kind()).isEqualTo(expected);
        }
    }

    @Test
    void threadsShareAJudge() {
        List<Pair> wrong = PAIRS.parallelStream()
                .filter(p -> EQUIVALENCE.compare(p.gold(), p.answer()).kind() != p.verdict())
                .toList();
        assertThat(wrong).isEmpty();
    }

    @Test
    void theTableIsLargeAndHard() {
        assertThat(PAIRS).hasSizeGreaterThanOrEqualTo(500).doesNotHaveDuplicates();
        assertThat(PAIRS).filteredOn(Pair::adversarial).hasSizeGreaterThanOrEqualTo(140);
        assertThat(PAIRS).filteredOn(p -> p.verdict() == Verdict.Kind.EQUAL).hasSizeGreaterThanOrEqualTo(300);
        assertThat(PAIRS).filteredOn(p -> p.verdict() == Verdict.Kind.DIFFERENT).hasSizeGreaterThanOrEqualTo(100);
    }
}
