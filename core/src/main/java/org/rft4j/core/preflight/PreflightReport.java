package org.rft4j.core.preflight;

import java.util.List;
import java.util.Locale;
import org.rft4j.core.run.Finding;

/**
 * All checks before a run.
 *
 * @param checks in the order in which they were made
 */
public record PreflightReport(List<Checked> checks) {
    /** Copies the list. */
    public PreflightReport {
        checks = List.copyOf(checks);
    }

    /**
     * What was found.
     *
     * @return the findings of all checks
     */
    public List<Finding> findings() {
        return checks.stream().flatMap(check -> check.findings().stream()).toList();
    }

    /**
     * Whether the run can begin.
     *
     * @return false if something of level ERROR was found
     */
    public boolean passed() {
        return findings().stream().noneMatch(finding -> finding.level() == Finding.Level.ERROR);
    }

    /**
     * A table with a line per check, and below it what was found.
     *
     * @return several lines
     */
    @Override
    public String toString() {
        int width = checks.stream().mapToInt(one -> one.check().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Checked one : checks) {
            text.append(String.format(
                    Locale.ROOT, "%-" + (width + 2) + "s%-9s%s%n", one.check(), one.verdict(), one.saw()));
        }
        for (Finding finding : findings()) {
            text.append(String.format(Locale.ROOT, "%s %s: %s%n", finding.level(), finding.code(), finding.text()));
        }
        return text.toString();
    }
}
