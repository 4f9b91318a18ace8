package org.rft4j.rewards.maths;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.answer.AnswerSource;
import org.rft4j.rewards.answer.Reveal;
import org.rft4j.rewards.answer.WholeText;
import org.rft4j.rewards.exact.Rational;

class MathsRewardTest {
    private static final MathsRewardOptions WHOLE =
            MathsRewardOptions.DEFAULT.withSource(AnswerSource.BOXED.withCompletion(new WholeText()));

    private static TaskRecord task(String gold) {
        return TaskRecord.of("t", "?").with("answer", gold);
    }

    private static Score score(MathsRewardOptions options, String gold, String completion) {
        return new MathsReward(options).score(RewardSample.of(task(gold), completion));
    }

    private static String said(MathsRewardOptions options, String gold, String completion) {
        return score(options, gold, completion).feedback().get(0).text();
    }

    @Test
    void rightAnswers() {
        Score score = score(MathsRewardOptions.DEFAULT, "\\frac{1}{2}", "Half of it: $\\boxed{0.5}$.");
        assertThat(score)
                .isEqualTo(Score.of(1)
                        .withComponent("answered", 1)
                        .withComponent("undecided", 0)
                        .withDiagnostic("answer", "0.5")
                        .withDiagnostic("verdict", "EQUAL")
                        .withDiagnostic("reason", "exact"));
        assertThat(new MathsReward(MathsRewardOptions.DEFAULT).name()).isEqualTo("maths");
    }

    @Test
    void answersWithoutABox() {
        Score score = score(MathsRewardOptions.DEFAULT, "5", "It is 5.");
        assertThat(score.value()).isZero();
        assertThat(score.components()).containsEntry("answered", 0.0).containsEntry("undecided", 0.0);
        assertThat(score.feedback())
                .containsExactly(Feedback.negative("the final answer is missing a \\boxed{}", "maths"));
    }

    @Test
    void feedbackPointsAtTheAnswer() {
        Score score = score(MathsRewardOptions.DEFAULT, "12", "So \\boxed{120}");
        assertThat(score.feedback())
                .containsExactly(
                        Feedback.negative("the answer 120 differs from what was expected by a factor of 10", "maths")
                                .at(new CharSpan(10, 13)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            12 | -12 | the answer -12 has the wrong sign
            12 | 0.12 | the answer 0.12 differs from what was expected by a factor of 100
            12 | 24 | the answer 24 differs from what was expected by a factor of 2
            \\frac34 | \\frac43 | the answer \\frac43 is upside down
            12 | 13 | the answer 13 is not what was expected
            1,2 | 1 | the answer 1 has another number of values than expected
            5\\text{ cm} | 5\\text{ s} | the answer 5\\text{ s} has a unit of another kind than expected
            [0,1) | [0,1] | the answer [0,1] has other brackets than expected
            x=5 | y=5 | the answer y=5 is given for another name than expected
            (1,2) | 3 | the answer 3 is another kind of answer than expected
            12 | 10^{10^{10}} | the answer 10^{10^{10}} could not be compared with what was expected: an exponent beyond 1000000
            """)
    void hints(String gold, String answer, String text) {
        assertThat(said(WHOLE, gold, answer)).isEqualTo(text);
    }

    @Test
    void feedbackGivesAwayWhatItMay() {
        assertThat(said(WHOLE.withReveal(Reveal.NOTHING), "12", "120")).isEqualTo("the answer is wrong");
        assertThat(said(WHOLE.withReveal(Reveal.ANSWER), "12", "120")).isEqualTo("the answer is 12, not 120");
        for (Reveal reveal : List.of(Reveal.NOTHING, Reveal.HINT)) {
            for (String wrong : List.of("3", "\\frac{1}{0}", "x=3", "-271", "no", "271 \\text{ or } 3")) {
                assertThat(said(WHOLE.withReveal(reveal), "314159", wrong)).doesNotContain("314159");
            }
        }
        assertThat(said(WHOLE, "12", "x".repeat(100))).contains("x".repeat(57) + "... ");
    }

    @Test
    void undecidedAnswersScoreNothingAndAreCounted() {
        Score score = score(WHOLE, "12", "\\int_0^1 12\\,dx");
        assertThat(score.value()).isZero();
        assertThat(score.components()).containsEntry("undecided", 1.0);
        assertThat(score.diagnostics()).containsEntry("reason", "\\int is not evaluated");
    }

    @Test
    void somebodyElseMayDecide() {
        MathsOptions asking = MathsOptions.DEFAULT.withSymbolic((gold, answer) ->
                answer.equals("\\int_0^1 12\\,dx") ? Verdict.equal("integrated") : Verdict.undecided("no idea"));
        MathsRewardOptions options = WHOLE.withComparison(asking);
        assertThat(score(options, "12", "\\int_0^1 12\\,dx").value()).isEqualTo(1);
        assertThat(score(options, "12", "\\int_0^1 x\\,dx").diagnostics()).containsEntry("reason", "no idea");
        assertThat(score(options, "12", "13").value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"120", "120.0", "\\frac{240}{2}", "240/2", "-(-120)", "x=120", "$120$", "120\\text{ ways}"})
    void numbersThatAreWrittenOut(String answer) {
        assertThat(score(WHOLE.evaluatedOnly(), "120", answer).value()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\binom{10}{3}", "5!", "100+20", "12\\cdot10", "2^3\\cdot 15", "\\frac{1200}{2\\cdot5}"})
    void numbersThatAreNot(String answer) {
        assertThat(score(WHOLE, "120", answer).value()).isEqualTo(1);
        assertThat(score(WHOLE.evaluatedOnly(), "120", answer).value()).isZero();
        assertThat(said(WHOLE.evaluatedOnly(), "120", answer))
                .isEqualTo("the answer is not worked out: write the number");
        assertThat(score(WHOLE.evaluatedOnly(), "\\binom{10}{3}+x-x", answer).value())
                .isEqualTo(1);
    }

    @Test
    void tolerance() {
        MathsRewardOptions percent = WHOLE.withComparison(MathsOptions.DEFAULT.withTolerance(Rational.of(1, 100)));
        assertThat(score(percent, "\\pi", "3.14").value()).isEqualTo(1);
        assertThat(score(percent, "\\frac13", "0.333").value()).isEqualTo(1);
        assertThat(score(percent, "\\pi+\\ln 2", "3.835").value()).isEqualTo(1);
        assertThat(score(percent, "\\pi", "3.2").value()).isZero();
        assertThat(score(percent, "\\pi+\\ln 2", "3.9").value()).isZero();
        assertThat(score(percent, "100", "101").value()).isEqualTo(1);
        assertThat(score(percent, "100", "102").value()).isZero();
        assertThatThrownBy(() -> MathsOptions.DEFAULT.withTolerance(Rational.ONE))
                .hasMessage(
                        "tolerance was 1, must be in [0,1); it is relative: 1/100 lets numbers differ by one percent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "18",
                "-3",
                "70,000",
                "0",
                "\\frac{1}{2}",
                "11\\frac{2}{3}",
                "x=5",
                "\\{1,2\\}",
                "(1,2)",
                "[0,1)",
                "50\\%",
                "\\$5",
                "30^\\circ",
                "3\\text{ cm}",
                "\\text{Evelyn}",
                "\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
                "\\infty",
                "x^2+1",
                "\\emptyset",
                "(-\\infty,1)\\cup(2,\\infty)",
                "\\sqrt{2}+\\sqrt{3}",
                "1,2",
                "3:2",
                "1011_2"
            })
    void checksItself(String gold) {
        assertThat(SelfCheck.run(new MathsReward(MathsRewardOptions.DEFAULT), task(gold))
                        .failures())
                .isEmpty();
        assertThat(new MathsReward(MathsRewardOptions.DEFAULT).right(task(gold)))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(new MathsReward(MathsRewardOptions.DEFAULT).wrong(task(gold)))
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void aRowWithoutAnAnswerFailsTheCheck() {
        assertThat(SelfCheck.run(new MathsReward(MathsRewardOptions.DEFAULT), task(" "))
                        .failures())
                .singleElement()
                .satisfies(
                        f -> assertThat(f.what()).contains("column 'answer' of task t was ' ', must hold an answer"));
    }

    @Test
    void limits() {
        MathsLimits few = new MathsLimits(20, 5, 50, 64, 3);
        MathsEquivalence strict = new MathsEquivalence(MathsOptions.DEFAULT.withLimits(few));
        assertThat(strict.compare("1".repeat(21), "2"))
                .isEqualTo(Verdict.undecided("an answer of more than 20 characters"));
        assertThat(strict.compare("((((((1))))))", "2")).isEqualTo(Verdict.undecided("nested deeper than 5"));
        assertThat(strict.compare("100!", "2")).isEqualTo(Verdict.undecided("a number of more than 64 bits"));
        MathsEquivalence hasty =
                new MathsEquivalence(MathsOptions.DEFAULT.withLimits(new MathsLimits(100, 60, 50, 16_384, 400)));
        assertThat(hasty.compare("\\sin(x)+x", "x+1")).isEqualTo(Verdict.undecided("more than 50 steps"));
        assertThatThrownBy(() -> new MathsLimits(1, 201, 1, 1, 1))
                .hasMessage(
                        "limit of depth was 201, must be in 1..200; use MathsLimits.DEFAULT; deeper nesting could overflow"
                                + " the stack");
        assertThatThrownBy(() -> new MathsLimits(0, 1, 1, 1, 1))
                .hasMessage("limit of characters was 0, must be > 0; use MathsLimits.DEFAULT");
        assertThatThrownBy(() -> new MathsLimits(1, 1, 0, 1, 1)).hasMessageContaining("limit of steps was 0");
        assertThatThrownBy(() -> new MathsLimits(1, 1, 1, 0, 1)).hasMessageContaining("limit of bits was 0");
        assertThatThrownBy(() -> new MathsLimits(1, 1, 1, 1, 0)).hasMessageContaining("limit of terms was 0");
    }
}
