package org.rft4j.core.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** Other processes: one that is killed while it writes, and one that has the folder. */
class KilledWriterTest {
    private static final int KILLS = 8;
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path temporary;

    @Test
    void aProcessKilledAtAnyMomentLeavesWholeCheckpoints() throws IOException, InterruptedException {
        Path run = temporary.resolve("run");
        KeyedRandom moments = KeyedRandom.ofSeed(6).derive("moments of killing");
        long before = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(run);
            try {
                waitForStepAfter(run, before, process);
                TimeUnit.MICROSECONDS.sleep((long) (moments.uniform(kill) * 40_000));
            } finally {
                process.destroyForcibly().waitFor();
            }
            try (CheckpointFolder folder = CheckpointFolder.open(run)) {
                assertThat(hidden(run)).isEmpty();
                // two are kept, the best besides, and one of each process that was killed before it could prune
                assertThat(folder.steps()).hasSizeBetween(1, 4 + kill);
                for (long step : folder.steps()) {
                    assertWhole(folder.at(step));
                }
                long newest = folder.newest().orElseThrow().step();
                assertThat(newest).isGreaterThan(before);
                before = newest;
            }
        }
    }

    @Test
    void aFolderInUseSaysByWhom() throws IOException, InterruptedException {
        Path run = temporary.resolve("run");
        Process process = start(run);
        try {
            waitForStepAfter(run, 0, process);
            assertThatThrownBy(() -> CheckpointFolder.open(run))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "run folder was " + run + ", in use by process " + process.pid()
                                    + ", must be used by one at a time; wait for that run to end, stop it, or choose another folder");
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (CheckpointFolder free = CheckpointFolder.open(run)) {
            assertWhole(free.newest().orElseThrow());
            assertThatThrownBy(() -> CheckpointFolder.open(run))
                    .hasMessageStartingWith("run folder was " + run + ", in use by this process already, must be");
            assertStillLocked(run);
        }
    }

    /** A second look within this process must not have given the lock away. */
    private static void assertStillLocked(Path run) throws IOException, InterruptedException {
        Process process = start(run);
        try {
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(1);
            assertThat(new String(process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .contains("in use by process " + ProcessHandle.current().pid() + ", must be used by one at a time");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static Process start(Path run) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CheckpointChild.class.getName(),
                        run.toString())
                .start();
    }

    private static void waitForStepAfter(Path run, long step, Process process)
            throws IOException, InterruptedException {
        for (int waited = 0; newestName(run) <= step; waited++) {
            assertThat(waited).as("process alive: %s", process.isAlive()).isLessThan(PATIENCE_SECONDS * 100);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static long newestName(Path run) throws IOException {
        Path checkpoints = run.resolve("checkpoints");
        if (!Files.exists(checkpoints)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(checkpoints)) {
            return all.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.startsWith("step-"))
                    .mapToLong(name -> Long.parseLong(name.substring("step-".length())))
                    .max()
                    .orElse(0);
        }
    }

    private static void assertWhole(Checkpoint checkpoint) throws IOException {
        assertThat(checkpoint.about().get("fill").longValue()).isEqualTo(checkpoint.step());
        for (String name : new String[] {"a.bin", "part/b.bin"}) {
            try (InputStream in = checkpoint.open(name)) {
                byte[] bytes = in.readAllBytes();
                assertThat(bytes).hasSize(CheckpointChild.BYTES).containsOnly((byte) checkpoint.step());
            }
        }
    }

    private static java.util.List<Path> hidden(Path run) throws IOException {
        try (Stream<Path> all = Files.list(run.resolve("checkpoints"))) {
            return all.filter(path -> String.valueOf(path.getFileName()).startsWith("."))
                    .toList();
        }
    }
}
