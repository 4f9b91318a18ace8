package org.rft4j.rollout.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;

@Timeout(20)
class CalculatorTest {
    /** Values are those of Python. */
    @ParameterizedTest
    @CsvSource({
        "1 + 2 * 3, 7",
        "(1 + 2) * 3, 9",
        "-2 ** 2, -4",
        "2 ** 3 ** 2, 512",
        "2 ** -2, 0.25",
        "2^10, 1024",
        "10 / 4, 2.5",
        "1 / 3, 0.333333333333333",
        "2 / 3, 0.666666666666667",
        "0.1 + 0.2, 0.3",
        "7 % 3, 1",
        "-7 % 3, 2",
        "7 % -3, -2",
        "5.5 % 2, 1.5",
        "--3, 3",
        "+-+3, -3",
        "1.5e3, 1500",
        "2E-3, 0.002",
        ".5, 0.5",
        "3., 3",
        "12 × 4 ÷ 3 − 1, 15",
        "1 / 2 ** 100, 7.88860905221012E-31",
        "0 ** 0, 1",
        "(-1) ** 1000001, -1",
        "(-1) ** 1000000, 1",
        "1 ** 2000000000, 1",
        "0 * 5, 0",
        "2 ** 100, 1267650600228229401496703205376"
    })
    void calculates(String expression, String value) {
        assertThat(Calculator.evaluate(expression)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9**9**9",
                "9**9**9**9",
                "(9**999)**999",
                "2**2000000000",
                "1e999999999",
                "1e-999999999",
                "1e2000*1e2000",
                "0.1**5000",
                "(3/2)**100000"
            })
    void numbersThatGrowTooLargeAreRefusedAtOnce(String expression) {
        assertThatThrownBy(() -> Calculator.evaluate(expression))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must be at most 4096; calculate with smaller numbers");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 +|expression at character 3 was the end, must be a number; write numbers, + - * / % ** and brackets only",
                "(1|expression at character 2 was the end, must be ')'; write numbers, + - * / % ** and brackets only",
                "1 2|expression at character 2 was '2', must be an operator or the end; write numbers, + - * / % ** and"
                        + " brackets only",
                "System.exit(1)|expression at character 0 was 'System.exi', must be a number; write numbers, + - * / % ** and"
                        + " brackets only",
                "1.2.3|expression at character 0 was '1.2.3', must be a number; write numbers, + - * / % ** and brackets"
                        + " only",
                "1 / 0|divisor was 0, must not be 0; check the expression",
                "0 ** -1|divisor was 0, must not be 0; check the expression",
                "5 % 0|divisor was 0, must not be 0; check the expression",
                "2 ** 0.5|exponent was 0.5, must be a whole number; roots cannot be calculated",
                "1 ** 3000000000|exponent was 3000000000, must be below 2^31; calculate with smaller numbers"
            })
    void saysWhatIsWrong(String expression, String message) {
        assertThatThrownBy(() -> Calculator.evaluate(expression)).hasMessage(message);
    }

    @Test
    void lengthAndDepthAreLimited() {
        assertThatThrownBy(() -> Calculator.evaluate("(".repeat(500)))
                .hasMessage("depth of the expression was 101, must be at most 100; use fewer brackets");
        assertThatThrownBy(() -> Calculator.evaluate("2" + "**2".repeat(200)))
                .hasMessage("depth of the expression was 101, must be at most 100; use fewer powers");
        assertThatThrownBy(() -> Calculator.evaluate("1".repeat(1001)))
                .hasMessage("length of the expression was 1001, must be at most 1000; calculate in steps");
        assertThat(Calculator.evaluate("(".repeat(99) + "1" + ")".repeat(99))).isEqualTo("1");
        assertThat(Calculator.evaluate("-".repeat(998) + "1")).isEqualTo("1");
    }

    @Test
    void theToolReadsItsArgument() throws Exception {
        assertThat(Calculator.tool().call(Map.of("expression", "6*7"))).isEqualTo("42");
        assertThat(Calculator.tool().spec().schema().toString())
                .isEqualTo(
                        "{type=function, function={name=calculator, description=Calculates the value of an arithmetic"
                                + " expression., parameters={type=object, properties={expression={type=string, description=An"
                                + " expression such as (3 + 4) * 2.5}}, required=[expression]}}}");
    }
}
