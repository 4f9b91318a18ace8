package org.rft4j.core.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.Check;

/**
 * Writes a run as one page, {@code report.html} in its folder, that needs no network: learning curves, what was found, samples of what the
 * policy wrote over time, where the time went, and the settings. It works from the lines that {@link MetricsLog} and {@link CompletionsLog}
 * have written and so shows what lay before a resume as well; as a listener it must be told after them. What a model wrote is escaped, and
 * the page allows no script but its own. Its size does not grow with the number of steps beyond a few hundred. To be called by one thread.
 */
public final class HtmlReport implements RunListener {
    /** The name of the page in a run's folder. */
    public static final String FILE = "report.html";

    private final Path folder;
    private final int everySteps;

    private HtmlReport(Path folder, int everySteps) {
        this.folder = folder;
        this.everySteps = everySteps;
    }

    /**
     * A listener that writes the page now and then, and at the end.
     *
     * @param folder the run's folder, which both logs write into
     * @param everySteps after how many steps it is written anew, at least 1
     * @return the listener
     */
    public static HtmlReport every(Path folder, int everySteps) {
        Check.that(everySteps >= 1, "everySteps", everySteps, "must be at least 1", "use 50 if in doubt");
        return new HtmlReport(folder, everySteps);
    }

    /**
     * Makes the page of a run from its files alone.
     *
     * @param folder the run's folder; files that are missing leave their part of the page out
     * @return the whole page
     */
    public static String of(Path folder) {
        return ReportPage.of(RunHistory.read(folder), SampleRound.of(folder));
    }

    @Override
    public void stepped(StepReport step) {
        if (step.step() % everySteps == 0) {
            write();
        }
    }

    @Override
    public void ended(RunEnd end) {
        write();
    }

    private void write() {
        ByteBuffer page = ByteBuffer.wrap(of(folder).getBytes(StandardCharsets.UTF_8));
        try (AtomicFiles files = new AtomicFiles()) {
            files.write(folder.resolve(FILE), out -> writeAll(out, page));
            files.commit();
        }
    }

    private static void writeAll(FileChannel out, ByteBuffer page) throws IOException {
        while (page.hasRemaining()) {
            out.write(page);
        }
    }
}
