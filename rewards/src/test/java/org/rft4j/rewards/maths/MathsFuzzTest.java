package org.rft4j.rewards.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.random.KeyedRandom;

/** Random strings, drawn by key: nothing is thrown, the budget of steps holds, and the order of two answers does not matter. */
class MathsFuzzTest {
    private static final KeyedRandom RANDOM = KeyedRandom.ofSeed(20261124).derive("fuzz of answers");
    private static final List<String> PIECES = List.of(
            ("1 2 3 10 99 0.5 1,234 x y n a \\pi e i + - * / ^ ^{ _ { } ( ) [ ] | ! !! % , ; : = < > \\le \\ge \\ne \\in"
                            + " \\frac{1}{2} \\frac \\frac12 \\sqrt \\sqrt{2} \\sqrt[3]{x} \\log_2 \\ln \\sin \\cos \\tan \\arcsin"
                            + " \\binom{5}{2} \\binom \\lfloor \\rfloor \\pm \\mp \\cup \\cap \\setminus \\mathbb{R} \\emptyset"
                            + " \\infty \\begin{pmatrix} \\end{pmatrix} & \\\\ \\text{cm} \\text{and} \\overline{3} 0. ^\\circ"
                            + " \\$ $ \\left( \\right) \\{ \\} \\langle \\rangle \\boxed{ \\, \\ or cm apples 10^{10} ^{9^{9^9}}"
                            + " (10!)! f(x) x_1 ' ² ½ ３ √ \\int \\ldots 1e9 E-3 . \\ \uD83D \uD83D\uDE00 \0 \u00e9")
                    .split(" "));
    private static final int STRINGS = 2_000;
    private static final int SHORT = 12;
    private static final int LONG = 200;

    private final MathsEquivalence equivalence = new MathsEquivalence(MathsOptions.DEFAULT);

    private static String text(KeyedRandom random, int most) {
        StringBuilder text = new StringBuilder();
        int pieces = 1 + (int) (random.uniform(0) * most);
        for (int i = 1; i <= pieces; i++) {
            text.append(PIECES.get((int) (random.uniform(2L * i) * PIECES.size())));
            text.append(random.uniform(2L * i + 1) < 0.2 ? " " : "");
        }
        return text.toString();
    }

    private void check(String a, String b) {
        MathsEquivalence.Measured there = equivalence.measure(a, b);
        MathsEquivalence.Measured back = equivalence.measure(b, a);
        assertThat(there.steps()).as("%s | %s", a, b).isLessThanOrEqualTo(MathsLimits.DEFAULT.steps() + 20_000);
        assertThat(there.verdict().reason()).isNotBlank();
        // a budget may end on one way and not on the other; a difference may not turn into equality
        Verdict.Kind first = there.verdict().kind();
        Verdict.Kind second = back.verdict().kind();
        boolean decided = first != Verdict.Kind.UNDECIDED && second != Verdict.Kind.UNDECIDED;
        boolean contradiction = decided && first != second;
        assertThat(contradiction).as("%s | %s: %s, %s", a, b, there, back).isFalse();
    }

    @Test
    void anyStringsGiveAVerdict() {
        for (int i = 0; i < STRINGS; i++) {
            KeyedRandom random = RANDOM.derive(i);
            int most = i % 10 == 0 ? LONG : SHORT;
            check(text(random.derive("a"), most), text(random.derive("b"), most));
        }
    }

    @Test
    void anyStringIsItself() {
        for (int i = 0; i < STRINGS; i++) {
            String text = text(RANDOM.derive(i).derive("self"), i % 10 == 0 ? LONG : SHORT);
            Verdict verdict = equivalence.compare(text, text);
            boolean empty = LatexText.clean(text).isEmpty();
            boolean longer = text.length() > MathsLimits.DEFAULT.characters();
            assertThat(verdict.isEqual()).as("%s: %s", text, verdict).isEqualTo(!empty && !longer);
        }
    }

    /** Expressions that are short to write and long to work out. */
    @Test
    void whatGrowsWithinItselfEnds() {
        for (String piece : List.of(
                "\\begin{vmatrix}@&1&1\\\\1&@&1\\\\1&1&@\\end{vmatrix}",
                "\\begin{vmatrix}@&1&1&1\\\\1&2&1&1\\\\1&1&3&1\\\\1&1&1&4\\end{vmatrix}",
                "|(@)|+1",
                "|(@)|>x",
                "(@)^{2}+(@)",
                "\\sqrt{@+\\sqrt{2}}",
                "(@)!",
                "\\{@,1\\}",
                "\\{@,(@,1)\\}",
                "\\pm (@)+\\pm 1",
                "(@)^{x+(@)}",
                "\\binom{@}{2}",
                "\\sin(@)+\\frac{1}{@}",
                "[0,@]\\cup[@,9]")) {
            String one = piece;
            String other = piece;
            while (one.length() < 1_900 && one.contains("@")) {
                one = one.replace(
                        "@",
                        piece.length() * one.chars().filter(c -> c == '@').count() < 1_900 - one.length()
                                ? piece
                                : "x");
                other = one.replace("@", "y");
            }
            check(one.replace("@", "x"), other);
            check(one.replace("@", "3"), other.replace("y", "2").replace("x", "3"));
        }
    }

    @Test
    void deepNestingAndLongChainsEnd() {
        for (String piece : List.of(
                "(",
                "{",
                "[",
                "|",
                "-",
                "\\sqrt{",
                "\\frac{",
                "x^{",
                "2^",
                "1/",
                "3!",
                "((",
                "\\pm",
                "\\sin ",
                "[0,1]\\cup",
                "1,",
                "=",
                "x=",
                "'",
                "\\text{",
                "\\boxed{",
                "\\begin{pmatrix}",
                "\\overline{")) {
            String chain = piece.repeat(1_999 / piece.length());
            check(chain, "5");
            check(chain + "1", "5");
            check("1" + chain, chain);
        }
    }
}
