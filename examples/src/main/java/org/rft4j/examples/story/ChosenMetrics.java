package org.rft4j.examples.story;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;

/** Prints a few metrics, once a round; all others stand in the run's {@code metrics.jsonl} and in its report. */
public final class ChosenMetrics implements RunListener {
    private final List<String> names;

    private long lastRound = -1;

    /**
     * Chooses.
     *
     * @param names of metrics, as the log has them
     */
    public ChosenMetrics(String... names) {
        this.names = List.of(names);
    }

    /** What belongs to a round as a whole stands in the first of its steps. */
    @Override
    public void stepped(StepReport step) {
        if (step.round() == lastRound) {
            return;
        }
        lastRound = step.round();
        Map<String, Double> metrics = step.metrics();
        System.out.println("  round " + step.round() + ": "
                + names.stream()
                        .filter(metrics::containsKey)
                        .map(name -> String.format(Locale.ROOT, "%s %.3f", name, metrics.get(name)))
                        .collect(Collectors.joining(", ")));
    }
}
