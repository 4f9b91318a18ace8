package org.rft4j.rewards.sandbox;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.Check;

/**
 * A program for the sandbox.
 *
 * @param command what is run, in a folder that holds the files
 * @param files contents by plain name
 * @param input what it reads from its standard input
 */
public record Program(List<String> command, Map<String, String> files, String input) {
    /** Checks names and copies. */
    public Program {
        command = List.copyOf(command);
        files = new LinkedHashMap<>(files);
        Check.that(
                !command.isEmpty(), "command", "empty", "must name a program", "use List.of(\"python3\", \"main.py\")");
        for (String name : files.keySet()) {
            Check.that(
                    name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*"),
                    "name of a file",
                    name,
                    "must be letters, digits, dots, dashes and underscores",
                    "rename it");
        }
    }
}
