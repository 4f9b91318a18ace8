package org.rft4j.cli.bind;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.engine.InvalidInputException;

/** Values from the environment and from the command line, in place of those of the file. The command line comes last and wins. */
public final class Overrides {
    /** What the names of variables begin with that set something. */
    public static final String PREFIX = "RFT4J_SET_";

    private Overrides() {}

    /**
     * Sets values from variables: {@code RFT4J_SET_RUN__TASKS_PER_ROUND} sets {@code run.tasksPerRound}. Two underscores part keys, one parts the
     * words of a key, and a number is a place in a list.
     *
     * @param document what they are set in
     * @param environment of the process
     */
    public static void fromEnvironment(Document document, Map<String, String> environment) {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                set(document, steps(name), value, name);
            }
        });
    }

    private static List<String> steps(String name) {
        return Arrays.stream(name.substring(PREFIX.length()).split("__"))
                .map(Names::camel)
                .toList();
    }

    /**
     * Sets values from the command line.
     *
     * @param document what they are set in
     * @param settings each as {@code path.to.key=value}
     */
    public static void fromCommandLine(Document document, List<String> settings) {
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals <= 0) {
                throw new InvalidInputException(
                        "--set", setting, "must be path.to.key=value", "write --set run.rounds=5");
            }
            set(
                    document,
                    Paths.steps(setting.substring(0, equals).strip()),
                    setting.substring(equals + 1).strip(),
                    "--set");
        }
    }

    private static void set(Document document, List<String> steps, String text, String by) {
        document.set(steps, Document.value(text), by);
    }
}
