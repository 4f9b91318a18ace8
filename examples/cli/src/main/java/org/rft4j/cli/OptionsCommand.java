package org.rft4j.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.rft4j.cli.config.Configurations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells the algorithms and rewards that there are, and their keys. */
@Command(
        name = "options",
        description = "Tells algorithms and rewards, or the keys of one with their usual values.",
        mixinStandardHelpOptions = true,
        versionProvider = Rft4j.Version.class)
final class OptionsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "NAME", arity = "0..1", description = "an algorithm or a reward")
    private String name = "";

    @Override
    public Integer call() {
        String text = name.isEmpty() ? Configurations.names() : Configurations.usual(name);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.print(text);
        out.flush();
        return 0;
    }
}
