package org.rft4j.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AtomicFilesTest {
    @TempDir
    Path folder;

    /** No system gives a process this number. */
    private static final String DEAD = "4294967295";

    @Test
    void whatKilledProcessesLeftBehindIsDeleted() throws IOException {
        Path abandoned = Files.createFile(folder.resolve(".model.bin." + DEAD + "-0.part"));
        Path ofAnother = Files.createFile(folder.resolve(".other.bin." + DEAD + "-0.part"));
        Path alive = Files.createFile(
                folder.resolve(".model.bin." + ProcessHandle.current().pid() + "-0.part"));
        Path unrelated = Files.createFile(folder.resolve(".model.bin.mine.part"));
        try (AtomicFiles files = new AtomicFiles()) {
            files.write(folder.resolve("model.bin"), out -> {});
            files.commit();
        }
        assertThat(abandoned).doesNotExist();
        assertThat(ofAnother).exists();
        assertThat(alive).exists();
        assertThat(unrelated).exists();
        assertThat(folder.resolve("model.bin")).exists();
    }
}
