package org.rft4j.rewards.maths;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.random.KeyedRandom;

/** Random formulas that make sense, rewritten by rules that keep or change their value. */
class FormulaFuzzTest {
    private static final KeyedRandom RANDOM = KeyedRandom.ofSeed(20261124).derive("formulas");
    private static final List<String> LEAVES = List.of(
            "1",
            "2",
            "3",
            "7",
            "12",
            "0.25",
            "\\frac{2}{3}",
            "x",
            "y",
            "\\pi",
            "e",
            "\\sqrt{2}",
            "\\sqrt{3}",
            "2^{1/3}");
    private static final int FORMULAS = 300;
    private static final int SAME_AT_MOST_UNDECIDED = FORMULAS / 20;

    private final MathsEquivalence equivalence = new MathsEquivalence(MathsOptions.DEFAULT);

    private static String formula(KeyedRandom random, int depth) {
        double what = random.uniform(0);
        if (depth == 0 || what < 0.15) {
            return LEAVES.get((int) (random.uniform(1) * LEAVES.size()));
        }
        String a = formula(random.derive(1), depth - 1);
        String b = formula(random.derive(2), depth - 1);
        List<String> forms = List.of(
                "(" + a + ")+(" + b + ")",
                "(" + a + ")-(" + b + ")",
                "(" + a + ")(" + b + ")",
                "\\frac{" + a + "}{" + b + "}",
                "(" + a + ")^{2}",
                "\\sqrt{(" + a + ")^2+1}",
                "\\sin(" + a + ")",
                "\\ln((" + a + ")^2+2)",
                "|" + b + "|",
                "e^{-(" + a + ")^2}");
        return forms.get((int) (random.uniform(2) * forms.size()));
    }

    private record Rewritten(String before, String after) {}

    private static List<Rewritten> same(String f, String g) {
        return List.of(
                new Rewritten("(" + f + ")+(" + g + ")", "(" + g + ")+(" + f + ")"),
                new Rewritten("(" + f + ")(" + g + ")", "(" + g + ")\\cdot(" + f + ")"),
                new Rewritten("(" + f + ")-(" + g + ")", "-((" + g + ")-(" + f + "))"),
                new Rewritten("((" + f + ")+(" + g + "))^2", "(" + f + ")^2+2(" + f + ")(" + g + ")+(" + g + ")^2"),
                new Rewritten(f, "\\left(" + f + "\\right) \\cdot \\sqrt[3]{8} / 2"));
    }

    @Test
    void rulesThatKeepTheValueAreNeverRefused() {
        int undecided = 0;
        for (int i = 0; i < FORMULAS; i++) {
            KeyedRandom random = RANDOM.derive(i);
            String f = formula(random.derive("f"), 3);
            String g = formula(random.derive("g"), 2);
            List<Rewritten> rules = same(f, g);
            Rewritten pair = rules.get(i % rules.size());
            Verdict verdict = equivalence.compare(pair.before(), pair.after());
            assertThat(verdict.kind())
                    .as("%s | %s: %s", pair.before(), pair.after(), verdict)
                    .isNotEqualTo(Verdict.Kind.DIFFERENT);
            undecided += verdict.isEqual() ? 0 : 1;
        }
        // formulas that divide by zero, or are real at too few points
        assertThat(undecided).isLessThanOrEqualTo(SAME_AT_MOST_UNDECIDED);
    }

    @Test
    void addingOneIsNeverAccepted() {
        for (int i = 0; i < FORMULAS; i++) {
            String f = formula(RANDOM.derive(i).derive("plus"), 3);
            for (String changed :
                    List.of("(" + f + ")+1", "(" + f + ")+\\frac{1}{10^{20}}", "2(" + f + ")+1-(" + f + ")")) {
                assertThat(equivalence.compare(f, changed).isEqual())
                        .as("%s | %s", f, changed)
                        .isFalse();
            }
        }
    }
}
