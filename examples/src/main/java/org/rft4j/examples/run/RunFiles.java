package org.rft4j.examples.run;

import java.nio.file.Path;
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
     * @return a line each for the folder, the report and the model that was trained
     */
    public static String of(Path folder, RunEnd end) {
        String model = end.last()
                .map(last -> folder.resolve("checkpoints")
                        .resolve(last.getFileName())
                        .resolve("model"))
                .map(Path::toString)
                .orElse("none, because nothing was trained");
        return String.join(
                "\n",
                "Run      " + folder + " (metrics.jsonl, completions.jsonl, events.jsonl, checkpoints)",
                "Report   " + folder.resolve(HtmlReport.FILE) + " (open it in a browser)",
                "Model    " + model + " (Hugging Face tools load it)");
    }
}
