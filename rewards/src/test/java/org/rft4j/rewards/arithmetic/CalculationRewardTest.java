package org.rft4j.rewards.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.rewards.SelfCheck;
import org.rft4j.rewards.exact.Rational;

class CalculationRewardTest {
    private static final TaskRecord TASK = TaskRecord.of("t", "?");
    private static final CalculationReward EXACT = new CalculationReward(Rational.ZERO);

    private static Score score(CalculationReward reward, String text) {
        return reward.score(RewardSample.of(TASK, text));
    }

    @Test
    void thePartThatIsRight() {
        Score score = score(EXACT, "16 - 3 - 4 = 9 eggs, 9 * 2 = $18, and 18 / 4 = 5.");
        assertThat(score.value()).isEqualTo(1 - 1 / 3.0);
        assertThat(score.components()).containsEntry("calculations", 3.0).containsEntry("wrong", 1.0);
        assertThat(score.feedback()).singleElement().satisfies(f -> {
            assertThat(f.text()).isEqualTo("this calculation is wrong: 18 / 4 = 5");
            assertThat(f.span()).contains(new CharSpan(38, 48));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80,000+50,000=130,000",
                "<<48/2=24>>24",
                "$80,000 * 1.5 = $120,000",
                "2 \u00d7 3 = 6",
                "3 \\times 4 = 12",
                "(2+3)*4 = 20",
                "0.1+0.2=0.3",
                "5 - 7 = -2",
                "1/8 = 0.125",
                "2 + 2 = 4.",
                "7-2=5"
            })
    void rightCalculations(String text) {
        assertThat(score(EXACT, text))
                .isEqualTo(Score.of(1).withComponent("calculations", 1).withComponent("wrong", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x + 2 = 4",
                "5 = 5",
                "2 + 2 = 4 + 0",
                "2 + 2",
                "12/0 = 5",
                "3x+1 = 4",
                "2 + 2 = 4%",
                "y*2 + 3 = 7"
            })
    void whatIsNoCalculation(String text) {
        assertThat(score(EXACT, text)).isEqualTo(Score.notApplicable("no calculation between plain numbers"));
    }

    @Test
    void roundedResults() {
        assertThat(score(EXACT, "2 / 3 = 0.67").value()).isZero();
        assertThat(score(new CalculationReward(Rational.of(1, 200)), "2 / 3 = 0.67")
                        .value())
                .isEqualTo(1);
        assertThat(score(new CalculationReward(Rational.of(1, 200)), "2 / 3 = 0.66")
                        .value())
                .isZero();
        assertThatThrownBy(() -> new CalculationReward(Rational.of(-1)))
                .hasMessage("tolerance was -1, must be >= 0; use 0 for exact results");
    }

    @Test
    void longRowsOfNumbersEnd() {
        assertThat(score(EXACT, "1+".repeat(20_000) + "1 = 3").applicable()).isFalse();
        assertThat(score(EXACT, "1,".repeat(20_000) + "1 = 3").applicable()).isFalse();
        assertThat(score(EXACT, "1" + " ".repeat(20_000) + "+ 1 = 2").applicable())
                .isFalse();
        assertThat(score(EXACT, "1" + " ".repeat(200) + "+ 1 = 2").value()).isEqualTo(1);
    }

    @Test
    void checksItself() {
        assertThat(SelfCheck.run(EXACT, TASK).failures()).isEmpty();
        assertThat(EXACT.name()).isEqualTo("calculations");
    }
}
