package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.RoundReport;

/** Tables, numbers, and text of others on a console. */
final class ConsoleTextTest {
    private final StringBuilder out = new StringBuilder();

    @Test
    void aTableOfCompletions() {
        CompletionsTable table = new CompletionsTable(screen(72), 2, 3);
        RoundReport round = new RoundReport(
                2,
                4,
                List.of(
                        completion("What is 2 + 2?", "4", 1, 1, 0.5),
                        completion("What is 2 + 2?", "Let me think.\nThe answer is four, I think.", 0, 0.25, 0.125),
                        completion("2 + 2?", "\u6211\u4e0d\u77e5\u9053", 0, 0, 0),
                        completion("not shown", "", 0, 0, 0)));
        table.sampled(round);
        table.sampled(new RoundReport(3, 6, round.completions()));
        assertThat(out.toString()).isEqualTo("""
                        round 2, 4 completions
                        prompt           completion                       right  format  reward
                        -----------------------------------------------------------------------
                        What is 2 + 2?   4                                    1       1     0.5
                        What is 2 + 2?   Let me think.\\nThe answer is...      0    0.25   0.125
                        2 + 2?           \u6211\u4e0d\u77e5\u9053                             0       0       0
                        """);
    }

    @Test
    void aNarrowTableLeavesPartsOut() {
        new CompletionsTable(screen(40), 1, 1)
                .sampled(new RoundReport(0, 0, List.of(completion("What is 2 + 2?", "4", 1, 1, 0.5))));
        assertThat(out.toString()).isEqualTo("""
                        round 0, 1 completion
                        prompt     completion            reward
                        ---------------------------------------
                        What i...  4                        0.5
                        """);
    }

    @Test
    void noRewardIsADash() {
        Completion none = new Completion("7", 0, "p", "t", OptionalDouble.empty(), Map.of(), 1, List.of());
        new CompletionsTable(screen(40), 1, 1).sampled(new RoundReport(0, 0, List.of(none)));
        assertThat(out.toString()).endsWith("p          t                          -\n");
    }

    @Test
    void countsMustBePositive() {
        assertThatThrownBy(() -> new CompletionsTable(screen(40), 0, 1))
                .hasMessage("everyRounds was 0, must be at least 1; use 1 to show all rounds");
        assertThatThrownBy(() -> new CompletionsTable(screen(40), 1, 0))
                .hasMessage("rows was 0, must be at least 1; do without the table to show none");
    }

    @Test
    void controlCharactersAreShown() {
        assertThat(Printable.line("a\n\r\tb\u001b[2J\u0007\u202e\u2028\ud83d"))
                .isEqualTo("a\\n\\r\\tb\\u001b[2J\\u0007\\u202e\\u2028\\ud83d");
    }

    @Test
    void columnsAreCutByWidth() {
        assertThat(Printable.column("abc", 5)).isEqualTo("abc  ");
        assertThat(Printable.column("abcdefg", 6)).isEqualTo("abc...");
        assertThat(Printable.column("abcdefg", 2)).isEqualTo("ab");
        assertThat(Printable.column("\u6211\u4e0d\u77e5\u9053", 6)).isEqualTo("\u6211... ");
        assertThat(Printable.width("e\u0301\u6211\ud83d\ude00")).isEqualTo(5);
    }

    @Test
    void numbersHaveFourDigits() {
        Map<Double, String> expected = new LinkedHashMap<>();
        expected.put(0.0, "0");
        expected.put(1.0, "1");
        expected.put(0.123456, "0.1235");
        expected.put(-0.00123456, "-0.001235");
        expected.put(12.5, "12.5");
        expected.put(999.96, "1000");
        expected.put(1234.5, "1,235");
        expected.put(2e7, "2e7");
        expected.put(1.5e-5, "1.5e-5");
        expected.put(Double.NaN, "NaN");
        expected.put(Double.POSITIVE_INFINITY, "inf");
        expected.put(Double.NEGATIVE_INFINITY, "-inf");
        expected.forEach((value, text) -> assertThat(Numbers.of(value)).isEqualTo(text));
    }

    @Test
    void durationsHaveTheUnitsTheyNeed() {
        assertThat(Numbers.duration(4.25)).isEqualTo("4.3 s");
        assertThat(Numbers.duration(59.6)).isEqualTo("1:00");
        assertThat(Numbers.duration(3599)).isEqualTo("59:59");
        assertThat(Numbers.duration(90_061)).isEqualTo("25:01:01");
        assertThat(Numbers.duration(Double.NaN)).isEqualTo("?");
    }

    @Test
    void theEnvironmentSaysWhatATerminalCanDo() {
        Map<String, String> usual = Map.of("TERM", "xterm", "LANG", "de_DE.UTF-8", "COLUMNS", "132");
        assertThat(Terminal.of(usual, true)).isEqualTo(new Terminal(true, 132, true, true));
        assertThat(Terminal.of(usual, false)).isEqualTo(new Terminal(false, 132, false, true));
        assertThat(Terminal.of(Map.of("NO_COLOR", "1"), true)).isEqualTo(new Terminal(true, 80, false, false));
        assertThat(Terminal.of(Map.of("TERM", "dumb"), true)).isEqualTo(Terminal.plain());
        assertThat(Terminal.of(Map.of("LC_ALL", "C", "LANG", "en_GB.utf8", "COLUMNS", "3"), true))
                .isEqualTo(new Terminal(true, 20, true, false));
        assertThatThrownBy(() -> new Terminal(true, 19, true, true))
                .hasMessage("width was 19, must be at least 20; widen the window");
    }

    @Test
    @Tag("newest-jdk")
    void aForkedTestHasNoTerminal() {
        assertThat(Terminal.detect().redraws()).isFalse();
        assertThat(Terminal.detect().colours()).isFalse();
    }

    private Screen screen(int width) {
        return new Screen(out, new Terminal(false, width, false, false));
    }

    private static Completion completion(String prompt, String text, double right, double format, double reward) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("right", right);
        parts.put("format", format);
        return new Completion("7", 0, prompt, text, OptionalDouble.of(reward), parts, 3, List.of());
    }
}
