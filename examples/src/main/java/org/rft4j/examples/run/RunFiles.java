package org.rft4j.examples.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.run.RunEnd;

/** Says where a run's files are. */
public final class RunFiles {
    private RunFiles() {}

    /**
     * For the end of an example's output.
     *
     * @param folder of the run
     * @param end of the run
     * @return a line each for the folder, the report, the model that was trained, and the best one where that is another
     */
    public static String of(Path folder, RunEnd end) {
        List<String> lines = new ArrayList<>();
        lines.add("Run      " + folder + " (metrics.jsonl, completions.jsonl, events.jsonl, checkpoints)");
        lines.add("Report   " + folder.resolve(HtmlReport.FILE) + " (open it in a browser)");
        lines.add("Model    "
                + end.last()
                        .map(last -> model(folder, last) + " (Hugging Face tools load it)")
                        .orElse("none, because nothing was trained"));
        end.best()
                .filter(best -> !end.last().equals(end.best()))
                .ifPresent(best -> lines.add("Best     " + model(folder, best) + " (by its evaluation)"));
        return String.join("\n", lines);
    }

    private static Path model(Path folder, Path checkpoint) {
        return folder.resolve("checkpoints").resolve(checkpoint.getFileName()).resolve("model");
    }
}
