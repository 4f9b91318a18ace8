package org.rft4j.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.rft4j.training.SmallRun.Kind;

/** A {@link RunChild}, watched by what it says. */
final class RunProcess implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Process process;
    private final BufferedReader words;
    private final Path errors;
    private String last = "nothing";

    private RunProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        words = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static RunProcess start(Kind kind, Path folder) throws IOException {
        Path errors = folder.resolveSibling(folder.getFileName() + ".errors");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunChild.class.getName(),
                        kind.name(),
                        folder.toString()))
                .redirectError(errors.toFile())
                .start();
        return new RunProcess(process, errors);
    }

    /** What was said last. */
    String last() {
        return last;
    }

    /** Whether it says so many words before its end. */
    boolean hear(int count) throws IOException {
        for (int heard = 0; heard < count; heard++) {
            String word = words.readLine();
            if (word == null || word.equals(RunChild.DONE)) {
                last = word == null ? last : word;
                return false;
            }
            last = word;
        }
        return true;
    }

    /** Waits for the end of a run that nobody disturbs. Gives the seconds from one word to the next. */
    double finish() throws IOException, InterruptedException {
        int count = 0;
        long begin = 0;
        while (hear(1)) {
            begin = begin == 0 ? System.nanoTime() : begin;
            count++;
        }
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        int code = process.waitFor();
        if (code != 0) {
            throw new AssertionError("the run ended with " + code + ": " + Files.readString(errors));
        }
        return seconds / count;
    }

    /** Lets it live a little longer, and kills it. */
    void kill(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * NANOS_PER_SECOND));
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
