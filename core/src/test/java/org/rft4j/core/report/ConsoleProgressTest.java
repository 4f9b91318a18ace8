package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

final class ConsoleProgressTest {
    private static final Path FOLDER = Path.of("runs", "a");
    private static final String AGAIN = "\r\u001b[K";

    private final StringBuilder out = new StringBuilder();

    @Test
    void linesWithoutATerminal() {
        ConsoleProgress progress = new ConsoleProgress(new Screen(out, Terminal.plain()), 2);
        progress.started(new RunStart("GRPO", FOLDER, 0, 5, 3, Map.of()));
        for (long step = 1; step <= 3; step++) {
            progress.stepped(step(step));
        }
        progress.found(new Finding(Finding.Level.WARNING, "truncated", "31 % were cut;\nallow more tokens", 3));
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("eval_held-out_mean@4", 0.5);
        metrics.put("eval_held-out_pass@4", 0.75);
        progress.evaluated(new EvaluationReport("held-out", 3, metrics, List.of()));
        progress.stepped(step(4));
        progress.stepped(step(5));
        progress.ended(new RunEnd(RunEnd.Reason.STOPPED_EARLY, 5, Optional.of(FOLDER), Optional.of(Path.of("best"))));
        assertThat(out.toString()).isEqualTo("""
                        GRPO: 5 steps, in runs/a
                        step 1/5  reward 0.25 +-0.125  1:20 left  loss 0.5  1,500 tok/s  round 0
                        step 2/5  reward 0.5 +-0.125  1:00 left  loss 0.25  1,500 tok/s  round 0
                        WARNING truncated, step 3: 31 % were cut;\\nallow more tokens
                        evaluation held-out, step 3: mean@4 0.5, pass@4 0.75
                        step 4/5  reward 1 +-0.125  0:20 left  loss 0.125  1,500 tok/s  round 1
                        step 5/5  reward 1.25 +-0.125  loss 0.1  1,500 tok/s  round 2
                        GRPO: stopped early after 5 steps in 1:40
                          reward    0.25 at first, 1.25 at last
                          findings  1 warning
                          best      best
                          last      runs/a
                        """);
    }

    @Test
    void aBarIsDrawnInPlaceBelowLines() {
        Screen screen = new Screen(out, new Terminal(true, 60, false, true));
        ConsoleProgress progress = new ConsoleProgress(screen, 2);
        progress.started(new RunStart("GRPO", FOLDER, 0, 4, 2, Map.of()));
        progress.stepped(step(1));
        progress.found(new Finding(Finding.Level.NOTE, "seen", "look", 1));
        progress.stepped(step(2));
        progress.close();
        String first = "━━━──────────  1/4  reward 0.25 ±0.125  1:00 left  loss 0.5";
        String second = "━━━━━━───────  2/4  reward 0.5 ±0.125  0:40 left  loss 0.25";
        assertThat(out.toString())
                .isEqualTo("GRPO: 4 steps, in runs/a\n" + AGAIN + first + AGAIN + "NOTE seen, step 1: look\n" + first
                        + AGAIN + second + "\n");
    }

    @Test
    void aNarrowTerminalGetsWhatMattersMostAndAWideOneAll() {
        assertThat(barOf(new Terminal(true, 20, false, false))).isEqualTo("[###.........]  1/4");
        assertThat(barOf(new Terminal(true, 40, false, false))).isEqualTo("[##.........]  1/4  reward 0.25 +-0.125");
        assertThat(barOf(new Terminal(true, 200, false, false)))
                .isEqualTo("[#######.....................]  1/4  reward 0.25 +-0.125  1:00 left  loss 0.5"
                        + "  1,500 tok/s  round 0");
        for (int width = 20; width < 120; width++) {
            assertThat(barOf(new Terminal(true, width, false, true)).length()).isLessThan(width);
        }
    }

    private static String barOf(Terminal terminal) {
        StringBuilder out = new StringBuilder();
        ConsoleProgress progress = new ConsoleProgress(new Screen(out, terminal), 1);
        progress.started(new RunStart("", FOLDER, 0, 4, 2, Map.of()));
        progress.stepped(step(1));
        return out.substring(out.indexOf(AGAIN) + AGAIN.length());
    }

    @Test
    void coloursOnlyWhereTheyAreWanted() {
        Screen screen = new Screen(out, new Terminal(true, 40, true, true));
        new ConsoleProgress(screen, 1).found(new Finding(Finding.Level.ERROR, "nan", "gone", 7));
        assertThat(out.toString()).isEqualTo("\u001b[1;31mERROR nan\u001b[0m, step 7: gone\n");
    }

    @Test
    void whatIsNotKnownIsNotShown() {
        ConsoleProgress progress = new ConsoleProgress(new Screen(out, Terminal.plain()), 1);
        progress.started(new RunStart("GRPO", FOLDER, 6, 0, 0, Map.of()));
        progress.stepped(new StepReport(7, 3, Map.of(), Map.of()));
        progress.ended(new RunEnd(RunEnd.Reason.NO_MORE_DATA, 7, Optional.empty(), Optional.empty()));
        assertThat(out.toString()).isEqualTo("""
                        GRPO: goes on after step 6, steps as long as there is data, in runs/a
                        step 7  round 3
                        GRPO: no more data after 7 steps in 0.0 s
                        """);
    }

    @Test
    void namesOfOthersCannotMoveTheCursor() {
        ConsoleProgress progress = new ConsoleProgress(new Screen(out, Terminal.plain()), 1);
        progress.evaluated(new EvaluationReport("\u001b[2J", 1, Map.of(), List.of()));
        assertThat(out.toString()).isEqualTo("evaluation \\u001b[2J, step 1: \n");
    }

    @Test
    void aConsoleThatBreaksFallsSilent() {
        int[] calls = {0};
        Appendable broken = new Appendable() {
            @Override
            public Appendable append(CharSequence text) throws IOException {
                calls[0]++;
                throw new IOException("pipe closed");
            }

            @Override
            public Appendable append(CharSequence text, int start, int end) throws IOException {
                return append(text);
            }

            @Override
            public Appendable append(char c) throws IOException {
                return append("");
            }
        };
        ConsoleProgress progress = new ConsoleProgress(new Screen(broken, Terminal.plain()), 1);
        progress.stepped(step(1));
        progress.stepped(step(2));
        assertThat(calls[0]).isEqualTo(1);
    }

    @Test
    void everyStepsMustBePositive() {
        assertThatThrownBy(() -> new ConsoleProgress(new Screen(out, Terminal.plain()), 0))
                .hasMessage("everySteps was 0, must be at least 1; use 10 if in doubt");
    }

    private static StepReport step(long step) {
        Map<String, Double> metrics = Map.of("reward", step / 4.0, "reward_std", 0.125, "loss", 0.5 / step);
        Map<String, Double> timings = Map.of("time/step_s", 20.0, "speed/tokens_per_s", 1500.0);
        return new StepReport(step, (step - 1) / 2, metrics, timings);
    }
}
