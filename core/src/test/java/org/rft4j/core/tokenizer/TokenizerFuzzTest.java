package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged tokenizers work or are refused. Native code ends the whole process where it fails, so that they are tried in a process of
 * their own. {@code -Drft4j.fuzz.seed} and {@code -Drft4j.fuzz.factor} try others and more.
 */
final class TokenizerFuzzTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final int TRIALS = 2000 * Integer.getInteger("rft4j.fuzz.factor", 1);
    private static final long LIMIT_SECONDS = 60L * Integer.getInteger("rft4j.fuzz.factor", 1);

    @TempDir
    Path folder;

    @Test
    void damagedTokenizersWorkOrAreRefused() throws IOException, InterruptedException {
        Path report = folder.resolve("report");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TokenizerFuzz.class.getName(),
                        Long.toString(SEED),
                        Integer.toString(TRIALS),
                        report.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        String last = Files.exists(report) ? Files.readString(report) : "nothing";
        assertThat(ended && process.exitValue() == 0)
                .as("seed %d ended with %s after: %s%n%s", SEED, process.exitValue(), last, Files.readString(output))
                .isTrue();
        assertThat(last).matches("worked [0-9]{3,}, refused [0-9]{3,}");
    }
}
