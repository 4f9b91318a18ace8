package org.rft4j.rewards.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.answer.WholeText;

class LogicTest {
    private static final LogicReward REWARD =
            new LogicReward(AnswerSource.BOXED.withCompletion(new WholeText()), Reveal.HINT);

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            p and q; q and p
            p and q; p & q
            p and q; p && q
            p and q; p /\\ q
            p and q; p \u2227 q
            p and q; p \\land q
            p and q; $p \\wedge q$
            p and q; P_1 and true and not P_1 or p and q
            p or q; p | q
            p or q; p || q
            p or q; p \\/ q
            p or q; p \u2228 q
            p or q; p \\vee q
            p or q; p + q
            not p; !p
            not p; ~p
            not p; \u00acp
            not p; \\neg p
            not p; \\lnot p
            not p; \\overline{p}
            not p; p'
            not (p and q); (p and q)'
            not p; NOT p
            not (p and q); not p or not q
            not (p or q); not p and not q
            p implies q; not p or q
            p implies q; p -> q
            p implies q; p => q
            p implies q; p \u2192 q
            p implies q; p \\to q
            p implies q; p \\implies q
            p implies q; not q implies not p
            p iff q; p <-> q
            p iff q; p <=> q
            p iff q; p \\leftrightarrow q
            p iff q; p == q
            p iff q; (p implies q) and (q implies p)
            p xor q; p ^ q
            p xor q; p \u2295 q
            p xor q; p \\oplus q
            p xor q; p != q
            p xor q; not (p iff q)
            p nand q; not (p and q)
            p nor q; not (p or q)
            p -> q -> r; p -> (q -> r)
            p -> q -> r; p and q -> r
            p or q and r; p or (q and r)
            not p and q; (not p) and q
            p xor q and r; p xor (q and r)
            p or q xor r; p or (q xor r)
            p or q -> r; (p or q) -> r
            p -> q <-> r; (p -> q) <-> r
            p or not p; true
            p and not p; false
            p and not p; \\bot
            p; p and (q or not q)
            x_1 and x_{2}; x_2 and x_1
            p and (q or r); (p and q) or (p and r)
            [p and q] or r; r or {q and p}
            \\left(p\\right) \\text{ and } q; p and q.
            """)
    void equivalent(String a, String b) {
        assertThat(LogicEquivalence.compare(a, b)).isEqualTo(new LogicEquivalence.Result(true, "", ""));
        assertThat(LogicEquivalence.compare(b, a).equivalent()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            p and q; p or q; p = true, q = false
            p implies q; q implies p; p = true, q = false
            p iff q; p xor q; p = false, q = false
            not p and q; not (p and q); p = false, q = false
            p -> q -> r; (p -> q) -> r; p = false, q = false, r = false
            p or q and r; (p or q) and r; p = true, q = false, r = false
            p; q; p = true, q = false
            P; p; P = true, p = false
            p nand q; p nor q; p = true, q = false
            p; true; p = false
            """)
    void different(String a, String b, String counterexample) {
        assertThat(LogicEquivalence.compare(a, b)).isEqualTo(new LogicEquivalence.Result(false, counterexample, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            ""; the formula ends too early
            p and; the formula ends too early
            and p; 'and' was not expected in the formula
            p q; 'q' was not expected in the formula
            (p; a bracket of the formula is not closed
            (p]; a bracket of the formula is not closed
            p); ')' was not expected in the formula
            p ? q; '?' was not expected in the formula
            \\int p; '\\int' was not expected in the formula
            """)
    void faults(String answer, String fault) {
        assertThat(LogicEquivalence.compare("p", answer)).isEqualTo(new LogicEquivalence.Result(false, "", fault));
    }

    private static String variables(int from, int to, String joint) {
        return IntStream.range(from, to).mapToObj(i -> "x" + i).collect(Collectors.joining(joint));
    }

    @Test
    void sixteenVariablesAndNoMore() {
        String sixteen = variables(0, 16, " xor ");
        assertThat(LogicEquivalence.compare(sixteen, "not not (" + sixteen + ")")
                        .equivalent())
                .isTrue();
        LogicEquivalence.Result last = LogicEquivalence.compare(variables(0, 16, " and "), "false");
        assertThat(last.equivalent()).isFalse();
        assertThat(last.counterexample()).doesNotContain("false").contains("x0 = true", "x15 = true");
        assertThat(LogicEquivalence.compare(sixteen, "x16").fault())
                .isEqualTo("the formulas have more than 16 variables together");
        assertThatThrownBy(() -> LogicEquivalence.compare(variables(0, 17, " and "), "p"))
                .hasMessage("expected formula was '" + variables(0, 17, " and ")
                        + "' (17 variables), must be a propositional formula of at most 16 variables; repair or leave out the"
                        + " row");
        assertThatThrownBy(() -> LogicEquivalence.compare("p and", "p"))
                .hasMessageContaining("was 'p and' (the formula ends too early), must be a propositional formula");
    }

    @Test
    void longAndDeepFormulasEnd() {
        assertThat(LogicEquivalence.compare("p", "(".repeat(150)).fault())
                .isEqualTo("the formula is nested deeper than 100");
        assertThat(LogicEquivalence.compare("p", "!".repeat(150) + "p").fault())
                .isEqualTo("the formula is nested deeper than 100");
        assertThat(LogicEquivalence.compare("p", "p->".repeat(150) + "p").fault())
                .isEqualTo("the formula is nested deeper than 100");
        assertThat(LogicEquivalence.compare("p", "p".repeat(2_001)).fault())
                .isEqualTo("the formula is longer than 2000 characters");
        assertThat(LogicEquivalence.compare("p", "(p and p) or ".repeat(60) + "p")
                        .equivalent())
                .isTrue();
    }

    @Test
    void reward() {
        TaskRecord task = TaskRecord.of("t", "?").with("answer", "p implies q");
        assertThat(REWARD.score(RewardSample.of(task, "~p | q")))
                .isEqualTo(Score.of(1)
                        .withComponent("answered", 1)
                        .withComponent("read", 1)
                        .withDiagnostic("answer", "~p | q"));
        assertThat(REWARD.score(RewardSample.of(task, "p and q"))
                        .feedback()
                        .get(0)
                        .text())
                .isEqualTo("the formula is wrong where p = false, q = false");
        Score unread = REWARD.score(RewardSample.of(task, "p and"));
        assertThat(unread.components()).containsEntry("read", 0.0);
        assertThat(unread.feedback().get(0).text()).isEqualTo("the formula ends too early");
        assertThat(REWARD.score(RewardSample.of(task, "")).components()).containsEntry("answered", 0.0);
        LogicReward telling = new LogicReward(AnswerSource.BOXED, Reveal.ANSWER);
        assertThat(telling.score(RewardSample.of(task, "\\boxed{p}"))
                        .feedback()
                        .get(0)
                        .text())
                .isEqualTo("the formula is not equivalent to p implies q");
        LogicReward silent = new LogicReward(AnswerSource.BOXED, Reveal.NOTHING);
        assertThat(silent.score(RewardSample.of(task, "\\boxed{p}"))
                        .feedback()
                        .get(0)
                        .text())
                .isEqualTo("the formula is wrong");
        assertThat(SelfCheck.run(REWARD, task).failures()).isEmpty();
        assertThat(SelfCheck.run(silent, task).failures()).isEmpty();
        assertThat(REWARD.name()).isEqualTo("logic");
    }
}
