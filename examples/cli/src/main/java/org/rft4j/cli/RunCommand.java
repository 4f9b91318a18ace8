package org.rft4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rft4j.cli.assembly.Assembly;
import org.rft4j.cli.bind.Document;
import org.rft4j.cli.bind.Overrides;
import org.rft4j.cli.config.Configuration;
import org.rft4j.cli.config.Configurations;
import org.rft4j.cli.config.RunConfig;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.report.CompletionsTable;
import org.rft4j.core.report.ConsoleProgress;
import org.rft4j.core.report.HtmlReport;
import org.rft4j.core.report.Screen;
import org.rft4j.core.report.TensorBoardLog;
import org.rft4j.core.report.Terminal;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.trainer.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains as a file says. */
@Command(
        name = "run",
        description = {
            "Trains as a YAML file says. A run that was stopped goes on from its newest checkpoint.",
            "To start over, delete the run's folder or name another one: --set folder=runs/other."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Rft4j.Version.class)
final class RunCommand implements Callable<Integer> {
    private static final int ROWS = 4;

    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "the configuration, see docs/configuration.md")
    private Path file = Path.of("");

    @Option(
            names = "--dry-run",
            description =
                    "checks everything, tells the whole configuration and what the preflight sees, and trains nothing")
    private boolean dryRun;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "sets a value in place of the file's, such as run.rounds=5; may be given several times."
                    + " Variables such as RFT4J_SET_RUN__ROUNDS do the same and come before")
    private List<String> settings = new ArrayList<>();

    RunCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Document document = Document.read(file);
        Overrides.fromEnvironment(document, environment);
        Overrides.fromCommandLine(document, settings);
        Configuration configuration = Configurations.of(document);
        document.overrides().forEach((path, by) -> out.println("# " + path + " is set by " + by));
        if (dryRun) {
            out.println(Configurations.yaml(configuration));
        }
        out.flush();
        try (Assembly assembly = Assembly.open(configuration)) {
            return dryRun ? check(assembly, out) : train(assembly, configuration.run(), out);
        }
    }

    private static int check(Assembly assembly, PrintWriter out) {
        PreflightReport report = assembly.trainer().preflight();
        out.print(report);
        out.println(report.passed() ? "Nothing was trained." : "Nothing was trained, and the run would not begin.");
        out.flush();
        return report.passed() ? 0 : Rft4j.NOT_READY;
    }

    private static int train(Assembly assembly, RunConfig run, PrintWriter out) {
        Trainer trainer = assembly.trainer(listeners(run, out));
        PreflightReport report = trainer.preflight();
        if (!report.passed()) {
            out.print(report);
            out.flush();
            return Rft4j.NOT_READY;
        }
        trainer.stopOnExit();
        RunEnd end = trainer.runOrResume();
        out.println("The run ended after " + end.steps() + " steps (" + end.reason() + "); its files are in "
                + run.folder());
        end.last().ifPresent(last -> out.println("The last checkpoint is " + last));
        end.best().ifPresent(best -> out.println("The best checkpoint is " + best));
        out.flush();
        return 0;
    }

    private static RunListener[] listeners(RunConfig run, PrintWriter out) {
        Screen screen = new Screen(out, Terminal.detect());
        List<RunListener> listeners = new ArrayList<>();
        if (run.report().consoleEverySteps() > 0) {
            listeners.add(new ConsoleProgress(screen, run.report().consoleEverySteps()));
        }
        if (run.report().tableEveryRounds() > 0) {
            listeners.add(new CompletionsTable(screen, run.report().tableEveryRounds(), ROWS));
        }
        if (run.report().htmlEverySteps() > 0) {
            listeners.add(HtmlReport.every(run.folder(), run.report().htmlEverySteps()));
        }
        if (run.report().tensorBoard()) {
            listeners.add(new LateListener(() -> TensorBoardLog.open(run.folder())));
        }
        return listeners.toArray(RunListener[]::new);
    }
}
