package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.engine.EngineException;

/** A disk that fills up while a run is under way: the run ends with a clear error, and goes on when there is room again. */
class FullDiskTest {
    private static final int FULL_AFTER = 3;

    @TempDir
    Path temporary;

    private Path disk;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectory(temporary.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()))
                .as("mounting a small disk")
                .isTrue();
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        run("umount", disk.toString());
    }

    @Test
    void roomForTheLogsButNotForACheckpoint() throws IOException {
        Path folder = disk.resolve("run");
        train(folder, 64, "Could not write " + folder + "/checkpoints/step-00000004/");
        goesOn(folder);
    }

    @Test
    void noRoomAtAll() throws IOException {
        Path folder = disk.resolve("run");
        train(folder, 0, "Could not write " + folder + "/");
        goesOn(folder);
    }

    private void train(Path folder, int leftKilobytes, String message) {
        RunListener fills = new RunListener() {
            @Override
            public void checkpointed(Path checkpoint, long step) {
                if (step == FULL_AFTER) {
                    fill(leftKilobytes);
                }
            }
        };
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder, fills).build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(EngineException.class)
                    .hasMessageStartingWith(message)
                    .hasMessageContaining("No space left on device; check space and permissions");
        }
    }

    private void goesOn(Path folder) throws IOException {
        Files.delete(disk.resolve("filler"));
        Path whole = temporary.resolve("whole");
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(whole).build()) {
            trainer.run();
        }
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder).build()) {
            RunEnd end = trainer.resume();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.FINISHED);
        }
        for (String name : new String[] {"metrics.jsonl", "checkpoints/step-00000008/policy.bin"}) {
            assertThat(folder.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
        }
    }

    /** Fills the disk, and gives some of it back. */
    private void fill(int leftKilobytes) {
        Path spare = disk.resolve("spare");
        try {
            Files.write(spare, new byte[leftKilobytes << 10]);
            try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
                byte[] page = new byte[4096];
                while (disk.toFile().getUsableSpace() > 0) {
                    out.write(page);
                }
            }
            Files.delete(spare);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // no such command here
        }
    }
}
