package org.rft4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the report of a run that was, or is under way. */
@Command(
        name = "report",
        description = "Writes report.html of a run.",
        mixinStandardHelpOptions = true,
        versionProvider = Rft4j.Version.class)
final class ReportCommand implements Callable<Integer> {
    private static final String METRICS = "metrics.jsonl";

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "the run's folder")
    private Path folder = Path.of("");

    @Override
    public Integer call() {
        Check.that(
                Files.isRegularFile(folder.resolve(METRICS)),
                "FOLDER",
                folder,
                "must be a run's folder, in which there is " + METRICS,
                "name what the run's file has as folder, such as runs/grpo");
        Path file = folder.resolve(HtmlReport.FILE);
        try {
            Files.writeString(file, HtmlReport.of(folder));
        } catch (IOException e) {
            throw new InvalidInputException(
                    "report", file, "must be a file that can be written (" + e + ")", "make room");
        }
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.println(file);
        out.flush();
        return 0;
    }
}
