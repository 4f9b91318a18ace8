package org.rft4j.rewards.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.engine.InvalidInputException;

/** How a language is run and tested. */
public sealed interface Language {
    /**
     * What fences call it.
     *
     * @return names in lower case, such as {@code python}
     */
    List<String> names();

    /**
     * The answer followed by the test. The last thing that the program does is to write the mark that it reads from its input.
     *
     * @param answer code
     * @param test code that throws if the answer is wrong
     * @return the program, whose input is still empty
     */
    Program tested(String answer, String test);

    /**
     * Finds the line that an error speaks of.
     *
     * @return a pattern whose first group is the line of the answer's file
     */
    Pattern lineOfError();

    /**
     * Where the answer begins in its file.
     *
     * @param test the test that it is run with
     * @return how many lines stand before it
     */
    int linesBefore(String test);

    /**
     * Python 3, isolated from the user's packages.
     *
     * @param executable usually {@code /usr/bin/python3}
     */
    record Python(String executable) implements Language {
        /** The system's Python. */
        public Python() {
            this("/usr/bin/python3");
        }

        @Override
        public List<String> names() {
            return List.of("python", "python3", "py");
        }

        @Override
        public Program tested(String answer, String test) {
            return new Program(
                    List.of(executable, "-I", "-B", "/files/run.py"),
                    Map.of("run.py", Harness.resource("run.py"), "answer.py", answer, "test.py", test),
                    "");
        }

        @Override
        public Pattern lineOfError() {
            return Pattern.compile("answer\\.py\", line (\\d+)");
        }

        @Override
        public int linesBefore(String test) {
            return 0;
        }
    }

    /**
     * JavaScript on Node.
     *
     * @param executable usually {@code /usr/bin/node}
     */
    record JavaScript(String executable) implements Language {
        /** The system's Node. */
        public JavaScript() {
            this("/usr/bin/node");
        }

        @Override
        public List<String> names() {
            return List.of("javascript", "js", "node");
        }

        @Override
        public Program tested(String answer, String test) {
            return new Program(
                    List.of(executable, "--max-old-space-size=256", "/files/run.cjs"),
                    Map.of("run.cjs", Harness.resource("run.cjs"), "answer.js", answer, "test.js", test),
                    "");
        }

        @Override
        public Pattern lineOfError() {
            return Pattern.compile("answer\\.js:(\\d+)");
        }

        @Override
        public int linesBefore(String test) {
            return 0;
        }
    }

    /**
     * Java: the answer's classes, and statements that test them. The sandbox must be able to read the JDK.
     *
     * @param home folder of a JDK
     */
    record Java(Path home) implements Language {
        private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*import\\s+[\\w.*\\s]+;[ \\t]*$");
        private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+[\\w.]+\\s*;");
        private static final Pattern PUBLIC_TYPE = Pattern.compile(
                "(?m)^(\\s*)public\\s+(?=(?:final\\s+|abstract\\s+|sealed\\s+)*(?:class|interface|enum|record)\\b)");

        /** The JDK that runs this process. */
        public Java() {
            this(Path.of(System.getProperty("java.home")));
        }

        @Override
        public List<String> names() {
            return List.of("java");
        }

        /**
         * What a sandbox must be able to read to run Java, for {@link Sandbox#bubblewrap}.
         *
         * @return the JDK, and its settings where Linux distributions keep them apart
         */
        public List<Path> readable() {
            try {
                Path settings = home.resolve("conf/security/java.security").toRealPath();
                Path folder = settings.getParent();
                return folder == null || settings.startsWith(home) ? List.of(home) : List.of(home, folder);
            } catch (IOException e) {
                throw new InvalidInputException(
                        "JDK",
                        home,
                        "must have conf/security/java.security",
                        "pass the folder of a JDK of version 9 or later");
            }
        }

        /** One source file: the launcher runs its first class, and types of an answer need not be public. Lines of the answer stay in place. */
        @Override
        public Program tested(String answer, String test) {
            String local =
                    PUBLIC_TYPE.matcher(PACKAGE.matcher(answer).replaceAll("")).replaceAll("$1");
            StringBuilder imports = new StringBuilder();
            Matcher found = IMPORT.matcher(local);
            while (found.find()) {
                imports.append(found.group().strip()).append(' ');
            }
            String types = IMPORT.matcher(local).replaceAll("");
            Map<String, String> files = new LinkedHashMap<>();
            files.put(
                    "Run.java",
                    Harness.resource("Run.java")
                            .replace("/*imports*/", imports)
                            .replace("/*test*/", test)
                            .replace("/*answer*/", types));
            return new Program(
                    List.of(
                            home.resolve("bin/java").toString(),
                            "-Xmx200m",
                            "-Xss1m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:-UsePerfData",
                            "-ea",
                            "/files/Run.java"),
                    files,
                    "");
        }

        @Override
        public Pattern lineOfError() {
            return Pattern.compile("Run\\.java:(\\d+)");
        }

        @Override
        public int linesBefore(String test) {
            String before = Harness.resource("Run.java").replace("/*test*/", test);
            return (int) before.substring(0, before.indexOf("/*answer*/"))
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
        }
    }
}
