package org.rft4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.rft4j.cli.bind.ConfigurationException;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.engine.InvalidInputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code rft4j}. */
@Command(
        name = "rft4j",
        description = "Reinforcement fine-tuning of language models.",
        mixinStandardHelpOptions = true,
        versionProvider = Rft4j.Version.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Rft4j {
    /** What the process says when the preflight says that a run would not begin well. */
    static final int NOT_READY = 1;

    /** What the process says when something was wrong with what it was told. */
    static final int WRONG_INPUT = 2;

    /** What the process says when something broke that was told rightly. */
    static final int BROKEN = 3;

    private Rft4j() {}

    /**
     * Runs a command, and ends the process with its exit status.
     *
     * @param args of the command line
     */
    public static void main(String[] args) {
        System.exit(execute(commandLine(System.getenv()), args));
    }

    /** Runs a command; errors of the virtual machine, which picocli lets through, are told too. */
    static int execute(CommandLine command, String... args) {
        try {
            return command.execute(args);
        } catch (Error e) {
            return broken(e, command.getErr());
        }
    }

    /** The command, for an environment. Wrong input is told in a sentence, without a trace. */
    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new Rft4j())
                .addSubcommand(new RunCommand(environment))
                .addSubcommand(new ReportCommand())
                .addSubcommand(new OptionsCommand())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (!isOfTheInput(e)) {
                        return broken(e, command.getErr());
                    }
                    command.getErr().println(e.getMessage());
                    command.getErr().flush();
                    return WRONG_INPUT;
                });
    }

    private static boolean isOfTheInput(Exception e) {
        return e instanceof InvalidInputException || e instanceof ConfigurationException || e instanceof DataException;
    }

    private static int broken(Throwable e, PrintWriter err) {
        err.println("The command broke off: " + e.getMessage());
        e.printStackTrace(err);
        err.flush();
        return BROKEN;
    }

    /** The version that the build wrote. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties properties = new Properties();
            try (InputStream in = Rft4j.class.getResourceAsStream("/org/rft4j/cli/version.properties")) {
                if (in == null) {
                    throw new IOException("version.properties is not in the jar");
                }
                properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
            }
            return new String[] {"rft4j " + properties.getProperty("version")};
        }
    }
}
