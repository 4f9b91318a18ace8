package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever pastes the program of README.md into a file and runs it gets what it promises. */
class ReadmeTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\\n(import .*?)```", Pattern.DOTALL);

    private static final long MOST_LINES = 25;

    private final Stories stories = new Stories();

    @TempDir
    private Path folder;

    @AfterEach
    void free() {
        stories.close();
    }

    @Test
    void theProgramTrains() throws IOException, InterruptedException {
        Matcher program = PROGRAM.matcher(Files.readString(SnippetsTest.ROOT.resolve("README.md")));
        assertThat(program.find()).as("a program with its imports").isTrue();
        String brief = program.group(1).replace("RunOptions.of(25, ", "RunOptions.of(2, ");
        assertThat(brief).isNotEqualTo(program.group(1));
        Files.writeString(folder.resolve("Train.java"), brief);

        assertThat(run("javac", "-Xlint:all,-processing,-classfile,-path", "-Werror", "-cp", classPath(), "Train.java"))
                .isEmpty();
        String said = run("java", "-cp", classPath(), "Train", stories.folder().toString());

        assertThat(said).contains("grpo-trl: finished after 2 steps");
        assertThat(folder.resolve("runs/mine/metrics.jsonl")).isNotEmptyFile();
        try (Stream<String> lines = program.group(1).lines()) {
            assertThat(lines.dropWhile(line -> !line.startsWith("public class")).count())
                    .as("lines behind the imports")
                    .isLessThanOrEqualTo(MOST_LINES);
        }
    }

    private static String classPath() {
        return "." + System.getProperty("path.separator") + System.getProperty("java.class.path");
    }

    private String run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin", tool)
                                .toString()),
                        Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s said: %s", tool, said).isZero();
        return said;
    }
}
