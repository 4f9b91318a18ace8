package org.rft4j.cli.config;

import org.rft4j.cli.bind.Otherwise;
import org.rft4j.engine.Check;

/**
 * Who watches. 0 turns something off.
 *
 * @param consoleEverySteps progress on the console
 * @param htmlEverySteps report.html in the run's folder
 * @param tensorBoard whether event files are written
 * @param completionsEveryRounds completions.jsonl
 * @param tableEveryRounds a few completions on the console
 */
public record ReportConfig(
        @Otherwise("1") int consoleEverySteps,
        @Otherwise("10") int htmlEverySteps,
        @Otherwise("false") boolean tensorBoard,
        @Otherwise("1") int completionsEveryRounds,
        @Otherwise("0") int tableEveryRounds) {
    /** Every step on the console, a report every ten. */
    static final ReportConfig DEFAULT = new ReportConfig(1, 10, false, 1, 0);

    /** Checks the numbers. */
    public ReportConfig {
        requireCount("consoleEverySteps", consoleEverySteps, 0);
        requireCount("htmlEverySteps", htmlEverySteps, 0);
        requireCount("completionsEveryRounds", completionsEveryRounds, 1);
        requireCount("tableEveryRounds", tableEveryRounds, 0);
    }

    private static void requireCount(String what, int value, int least) {
        Check.that(value >= least, what, value, "must be at least " + least, "use 10");
    }
}
