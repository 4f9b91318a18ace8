package org.rft4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.rft4j.engine.Rft4jException;
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
    /** What the process says when something was wrong with what it was told. */
    static final int WRONG_INPUT = 2;

    private Rft4j() {}

    /**
     * Runs a command, and ends the process with its exit status.
     *
     * @param args of the command line
     */
    public static void main(String[] args) {
        System.exit(commandLine(System.getenv()).execute(args));
    }

    /** The command, for an environment. Problems are told in a sentence, without a trace. */
    static CommandLine commandLine(Map<String, String> environment) {
        return new CommandLine(new Rft4j())
                .addSubcommand(new RunCommand(environment))
                .addSubcommand(new ReportCommand())
                .addSubcommand(new OptionsCommand())
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (!(e instanceof Rft4jException)) {
                        throw e;
                    }
                    PrintWriter err = command.getErr();
                    err.println(e.getMessage());
                    err.flush();
                    return WRONG_INPUT;
                });
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
