package org.rft4j.rewards.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.rft4j.rewards.numeric.NumericOptions.UnitRule;

class NumericRewardTest {
    private static final NumericOptions WHOLE =
            NumericOptions.DEFAULT.withSource(AnswerSource.BOXED.withCompletion(new WholeText()));

    private static TaskRecord task(String gold) {
        return TaskRecord.of("t", "?").with("answer", gold);
    }

    private static Score score(NumericOptions options, String gold, String answer) {
        return new NumericReward(options).score(RewardSample.of(task(gold), answer));
    }

    private static String said(NumericOptions options, String gold, String answer) {
        return score(options, gold, answer).feedback().get(0).text();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1234 | 1234
            1,234 | 1234
            1 234 567 | 1234567
            -1,234.5 | -2469/2
            .5 | 1/2
            5. | 5
            +7 | 7
            - 7 | -7
            \u22127 | -7
            1e3 | 1000
            1.5E-3 | 3/2000
            6.02 x 10^23 | 602000000000000000000000
            6.02 \\times 10^{2} | 602
            3\u00d710^2 | 300
            3/4 | 3/4
            2 1/2 | 5/2
            2-1/2 | 5/2
            1\u00bd | 3/2
            \\frac{3}{4} | 3/4
            $5 | 5
            -$5 | -5
            $-5 | -5
            \\$1,000.00 | 1000
            $42$ | 42
            **42** | 42
            50% | 50
            50\\% | 50
            12 cm | 12
            12\\text{ cm} | 12
            30^\\circ | 30
            5 apples | 5
            \u0661\u0662 | 12
            """)
    void quantities(String text, String value) {
        assertThat(Quantity.parse(text)).map(q -> q.value().toString()).contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "x", "five", "--5", "-$-5", "1+1", "3 4", "1/0", "2 3/2", "2 1/0", "5 or 6", "1e99999", "5 = 6",
                "(5)", "1,23", "1..2"
            })
    void whatIsNoQuantity(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
        assertThat(Quantity.parse("1".repeat(401))).isEmpty();
    }

    @Test
    void units() {
        assertThat(score(WHOLE, "5 m", "500 cm").value()).isEqualTo(1);
        assertThat(score(WHOLE, "5 m", "5").value()).isEqualTo(1);
        assertThat(score(WHOLE, "5", "5 m").value()).isEqualTo(1);
        assertThat(score(WHOLE, "5 m", "5 apples").value()).isEqualTo(1);
        assertThat(said(WHOLE, "5 m", "5 cm"))
                .isEqualTo("the answer 5 cm differs from what was expected by a factor of 100");
        assertThat(said(WHOLE, "5 m", "5 s")).isEqualTo("the answer 5 s has a unit of another kind than expected");
        NumericOptions required = WHOLE.withUnits(UnitRule.REQUIRED);
        assertThat(said(required, "5 m", "5")).isEqualTo("the answer 5 has no unit");
        assertThat(score(required, "5", "5").value()).isEqualTo(1);
        assertThat(score(required, "5 m", "500 cm").value()).isEqualTo(1);
        NumericOptions ignored = WHOLE.withUnits(UnitRule.IGNORED);
        assertThat(score(ignored, "5 m", "5 cm").value()).isEqualTo(1);
        assertThat(score(ignored, "5 m", "500 cm").value()).isZero();
    }

    @Test
    void tolerances() {
        NumericOptions absolute = WHOLE.withAbsolute(Rational.of(1, 100));
        assertThat(score(absolute, "3.14", "3.15").value()).isEqualTo(1);
        assertThat(score(absolute, "3.14", "3.13").value()).isEqualTo(1);
        assertThat(score(absolute, "3.14", "3.1501").value()).isZero();
        NumericOptions relative = WHOLE.withRelative(Rational.of(1, 10));
        assertThat(score(relative, "-100", "-110").value()).isEqualTo(1);
        assertThat(score(relative, "-100", "-90").value()).isEqualTo(1);
        assertThat(score(relative, "-100", "-110.1").value()).isZero();
        assertThat(score(WHOLE, "0.1", "0.10").value()).isEqualTo(1);
        assertThat(score(WHOLE, "1/3", "0.3333333333").value()).isZero();
        assertThatThrownBy(() -> WHOLE.withAbsolute(Rational.of(-1)))
                .hasMessage("absolute tolerance was -1, must be >= 0; use 0 for exact numbers");
        assertThatThrownBy(() -> WHOLE.withRelative(Rational.ONE))
                .hasMessage("relative tolerance was 1, must be in [0,1); 1/100 lets numbers differ by one percent");
    }

    @Test
    void feedback() {
        Score score = score(NumericOptions.DEFAULT, "42", "It is \\boxed{420}");
        assertThat(score)
                .isEqualTo(Score.of(0)
                        .withComponent("answered", 1)
                        .withDiagnostic("answer", "420")
                        .withComponent("read", 1)
                        .withDiagnostic("value", "420")
                        .withFeedback(Feedback.negative(
                                        "the answer 420 differs from what was expected by a factor of 10", "numeric")
                                .at(new CharSpan(13, 16))));
        assertThat(said(NumericOptions.DEFAULT, "42", "42")).isEqualTo("the final answer is missing a \\boxed{}");
        assertThat(said(WHOLE, "42", "many")).isEqualTo("the answer is no number");
        assertThat(said(WHOLE, "42", "-42")).isEqualTo("the answer -42 has the wrong sign");
        assertThat(said(WHOLE, "42", "0.042")).endsWith("by a factor of 1000");
        assertThat(said(WHOLE, "42", "43")).isEqualTo("the answer 43 is too large");
        assertThat(said(WHOLE, "42", "41")).isEqualTo("the answer 41 is too small");
        assertThat(said(WHOLE, "0", "41")).isEqualTo("the answer 41 is not what was expected");
        assertThat(said(WHOLE.withReveal(Reveal.NOTHING), "42", "41")).isEqualTo("the answer is wrong");
        assertThat(said(WHOLE.withReveal(Reveal.ANSWER), "42", "41")).isEqualTo("the answer is 42, not 41");
    }

    @ParameterizedTest
    @ValueSource(strings = {"18", "-3", "70,000", "0", "3/4", "5 m", "$5", "50%", "12 apples", "1e3"})
    void checksItself(String gold) {
        assertThat(SelfCheck.run(new NumericReward(NumericOptions.DEFAULT), task(gold))
                        .failures())
                .isEmpty();
        NumericOptions wide =
                NumericOptions.DEFAULT.withAbsolute(Rational.of(2)).withRelative(Rational.of(1, 2));
        assertThat(SelfCheck.run(new NumericReward(wide), task(gold)).failures())
                .isEmpty();
    }

    @Test
    void aFormulaIsNoExpectedNumber() {
        assertThat(SelfCheck.run(new NumericReward(NumericOptions.DEFAULT), task("\\sqrt{2}"))
                        .failures())
                .singleElement()
                .satisfies(f -> assertThat(f.what())
                        .isEqualTo("cannot be read: expected answer of task t was '\\sqrt{2}', must be a number with or"
                                + " without a unit; use MathsReward for formulas"));
    }
}
