package org.rft4j.rewards.sandbox;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A program that means harm.
 *
 * @param name what it tries
 * @param kind the first line after the dashes: {@code escapes} must print nothing but "contained"; {@code ends} must be ended for one of the
 *     reasons that follow
 * @param program the program
 */
record HostileProgram(String name, List<String> kind, Program program) {
    /** Reads programs between lines "### name | kind | language". */
    static List<HostileProgram> parse(String text, String secretFile, long parent) {
        List<HostileProgram> programs = new ArrayList<>();
        for (String part : text.split("(?m)^### ")) {
            if (part.isBlank()) {
                continue;
            }
            int end = part.indexOf('\n');
            String[] head = part.substring(0, end).split(" \\| ");
            String code =
                    part.substring(end + 1).replace("@SECRET@", secretFile).replace("@PARENT@", Long.toString(parent));
            programs.add(
                    new HostileProgram(head[0], Arrays.asList(head[1].split(" ")), program(head[2].strip(), code)));
        }
        return programs;
    }

    private static Program program(String language, String code) {
        return switch (language) {
            case "python" ->
                new Program(List.of("/usr/bin/python3", "-I", "/files/main.py"), Map.of("main.py", code), "");
            case "node" -> new Program(List.of("/usr/bin/node", "/files/main.cjs"), Map.of("main.cjs", code), "");
            case "sh" -> new Program(List.of("/bin/sh", "/files/main.sh"), Map.of("main.sh", code), "");
            default -> throw new IllegalArgumentException(language);
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
