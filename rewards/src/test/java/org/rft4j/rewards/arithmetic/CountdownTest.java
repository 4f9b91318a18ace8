package org.rft4j.rewards.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.answer.WholeText;

class CountdownTest {
    private static final TaskRecord TASK =
            TaskRecord.of("t", "?").with("nums", List.of(3, 4, 5, 25)).with("target", 40);
    private static final CountdownOptions WHOLE = CountdownOptions.DEFAULT.withPlace(new WholeText());

    private static Score score(CountdownOptions options, String text) {
        return new CountdownReward(options).score(RewardSample.of(TASK, text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            1+2*3 | 7
            (1+2)*3 | 9
            8/2/2 | 2
            10-2-3 | 5
            1/3+1/6 | 1/2
            -(2-5) | 3
            2*-3 | -6
            --2 | 2
            [2+3]*4 | 20
            3 \u00d7 4 \u00f7 6 | 2
            3 \\times 4 \\cdot 2 \\div 6 | 4
            \\frac{1+2}{4} | 3/4
            \\left(1+2\\right) \\, 3 | '3' was not expected in the expression
            $7$ | 7
            7 \u2212 2 | 5
            1/0 | the expression divides by zero
            1/(2-2) | the expression divides by zero
            \\frac{1}{0} | the expression divides by zero
            1 2 | '2' was not expected in the expression
            2(3) | '(' was not expected in the expression
            1.5 | '.' was not expected in the expression
            2^3 | '^' was not expected in the expression
            (1+2 | the expression ends too early
            1+ | the expression ends too early
            x | 'x' was not expected in the expression
            1234567890123456789 | a number has more than 18 digits
            """)
    void expressions(String expression, String outcome) {
        Arithmetic.Result result = Arithmetic.evaluate(expression);
        assertThat(result.isValue() ? result.value().toString() : result.fault())
                .isEqualTo(outcome);
    }

    @Test
    void expressionsHaveLimits() {
        assertThat(Arithmetic.evaluate("").fault()).isEqualTo("the expression ends too early");
        assertThat(Arithmetic.evaluate("1+".repeat(600)).fault())
                .isEqualTo("the expression is longer than 1000 characters");
        assertThat(Arithmetic.evaluate("(".repeat(60)).fault()).isEqualTo("the expression is nested deeper than 50");
        assertThat(Arithmetic.evaluate("-".repeat(60) + "1").fault())
                .isEqualTo("the expression is nested deeper than 50");
        assertThat(Arithmetic.evaluate("(".repeat(45) + "1" + ")".repeat(45)).isValue())
                .isTrue();
        assertThat(Arithmetic.evaluate("123456789012345678" + "*123456789012345678".repeat(50))
                        .isValue())
                .isTrue();
        assertThat(Arithmetic.evaluate("7*(2+7)").numbers())
                .isEqualTo(List.of(7, 2, 7).stream().map(BigInteger::valueOf).toList());
    }

    @Test
    void hits() {
        Score score = score(WHOLE, "(25 - 5) * (4 - 3) * 2");
        assertThat(score.feedback().get(0).text()).isEqualTo("the expression uses 2, which is not given");
        Score hit = score(WHOLE, "25 + 3*5 + 4 - 4");
        assertThat(hit.feedback().get(0).text()).isEqualTo("the expression uses 4 more often than it is given");
        assertThat(score(WHOLE, "25 + 5*3").feedback().get(0).text()).isEqualTo("the expression does not use 4");
        assertThat(score(WHOLE.atMostOnce(), "25 + 5*3"))
                .isEqualTo(Score.of(1)
                        .withComponent("answered", 1)
                        .withDiagnostic("answer", "25 + 5*3")
                        .withComponent("numbers", 1)
                        .withDiagnostic("value", "40"));
        assertThat(score(WHOLE.atMostOnce(), "25 + 5*3 = 40").value()).isEqualTo(1);
        assertThat(score(WHOLE.atMostOnce(), "25 + 5*3 = 41").feedback().get(0).text())
                .isEqualTo("what stands behind the equals sign is not the value of the expression");
        assertThat(score(WHOLE.atMostOnce(), "25 + 5*3 = 40 = 40").value()).isZero();
        assertThat(score(WHOLE.atMostOnce(), "40 = 25 + 5*3").value()).isZero();
        assertThat(score(WHOLE.atMostOnce(), "25/0").feedback().get(0).text())
                .isEqualTo("the expression divides by zero");
        assertThat(score(WHOLE.atMostOnce(), "255*3").feedback().get(0).text()).contains("255, which is not given");
    }

    @Test
    void misses() {
        Score miss = score(WHOLE.withFormatScore(0.1), "25 + 5 + 4 + 3");
        assertThat(miss.value()).isEqualTo(0.1);
        assertThat(miss.components()).containsEntry("numbers", 1.0);
        assertThat(miss.feedback().get(0).text()).isEqualTo("the expression comes to 37, not to 40");
        assertThat(score(WHOLE.withFormatScore(0.1), "25 + 15").value()).isZero();
        assertThat(score(CountdownOptions.DEFAULT, "25+15").feedback().get(0).text())
                .isEqualTo("the final answer is missing the tags <answer></answer>");
        assertThatThrownBy(() -> WHOLE.withFormatScore(1))
                .hasMessage("formatScore was 1.0, must be in [0,1); a miss must earn less than a hit");
    }

    @Test
    void checksItself() {
        CountdownReward reward = new CountdownReward(CountdownOptions.DEFAULT);
        assertThat(reward.name()).isEqualTo("countdown");
        KeyedRandom random = KeyedRandom.ofSeed(1).derive("countdown");
        for (int game = 0; game < 40; game++) {
            KeyedRandom draws = random.derive(game);
            List<Integer> numbers = IntStream.range(0, 3 + game % 2)
                    .mapToObj(i -> 1 + (int) (draws.uniform(i) * 20))
                    .toList();
            int target = numbers.get(0) * numbers.get(1)
                    - numbers.stream().skip(2).mapToInt(i -> i).sum();
            TaskRecord task =
                    TaskRecord.of("g" + game, "?").with("nums", numbers).with("target", target);
            assertThat(SelfCheck.run(reward, task).failures()).isEmpty();
            assertThat(reward.right(task)).hasSize(3);
        }
        TaskRecord some = TASK.with("nums", List.of(3, 4, 5, 25, 77)).with("target", 40);
        assertThat(SelfCheck.run(new CountdownReward(CountdownOptions.DEFAULT.atMostOnce()), some)
                        .failures())
                .isEmpty();
        assertThat(SelfCheck.run(reward, TASK.with("nums", List.of(1, 2, 3, 4, 5, 6)))
                        .unchecked())
                .isEqualTo(1);
    }

    @Test
    void rowsThatCannotBeRead() {
        CountdownReward reward = new CountdownReward(CountdownOptions.DEFAULT);
        assertThatThrownBy(() -> reward.right(TASK.with("nums", List.of(1, 1)).with("target", 50)))
                .hasMessage("numbers of task t was [1, 1] for 50, must be solvable; leave out the row");
        assertThatThrownBy(() -> reward.right(TASK.with("nums", "3 4")))
                .hasMessage(
                        "column 'nums' of task t was 3 4, must list at least one whole number; name the right column with"
                                + " CountdownOptions");
        assertThatThrownBy(() -> reward.right(TASK.with("target", 1.5)))
                .hasMessage(
                        "column 'target' of task t was 1.5, must hold whole numbers; countdown is played with whole numbers");
        assertThat(reward.score(RewardSample.of(TASK.with("target", "24.0"), "<answer>25+4-5+(3-3)</answer>"))
                        .value())
                .isZero();
    }
}
