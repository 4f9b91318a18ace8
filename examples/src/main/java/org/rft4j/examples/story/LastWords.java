package org.rft4j.examples.story;

import java.nio.file.Path;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.run.RunEnd;

/** What an example ends with: where everything is. */
public final class LastWords {
    private LastWords() {}

    /**
     * Says where a run lies.
     *
     * @param folder of the run
     * @param end how it ended
     */
    public static void say(Path folder, RunEnd end) {
        System.out.println("Where everything is:");
        System.out.println("  run     " + folder + " (metrics.jsonl, completions.jsonl, events.jsonl, checkpoints)");
        System.out.println("  report  " + folder.resolve(HtmlReport.FILE) + " (open it in a browser)");
        end.last().ifPresent(last -> model(folder, last, "model   ", "AutoModelForCausalLM.from_pretrained loads it"));
        end.best().ifPresent(best -> model(folder, best, "best    ", "the best by the evaluation"));
    }

    private static void model(Path folder, Path checkpoint, String what, String remark) {
        Path model =
                folder.resolve("checkpoints").resolve(checkpoint.getFileName()).resolve("model");
        System.out.println("  " + what + model + " (" + remark + ")");
    }
}
