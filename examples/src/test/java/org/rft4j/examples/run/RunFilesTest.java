package org.rft4j.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.run.RunEnd;

class RunFilesTest {
    private static final Path FOLDER = Path.of("runs", "first");

    @Test
    void sayWhereEverythingIsRelativeToTheRun() {
        Path last = FOLDER.toAbsolutePath().resolve("checkpoints").resolve("step-00000020");
        assertThat(RunFiles.of(FOLDER, new RunEnd(RunEnd.Reason.FINISHED, 20, Optional.of(last), Optional.empty())))
                .contains("Run      runs/first (")
                .contains("Report   runs/first/report.html (open it in a browser)")
                .endsWith("Model    runs/first/checkpoints/step-00000020/model (Hugging Face tools load it)");
    }

    @Test
    void nameTheBestWhereItIsNotTheLast() {
        Path last = FOLDER.resolve("checkpoints").resolve("step-00000020");
        Path best = FOLDER.resolve("checkpoints").resolve("step-00000010");
        assertThat(RunFiles.of(FOLDER, new RunEnd(RunEnd.Reason.FINISHED, 20, Optional.of(last), Optional.of(best))))
                .endsWith("\nBest     runs/first/checkpoints/step-00000010/model (by its evaluation)");
        assertThat(RunFiles.of(FOLDER, new RunEnd(RunEnd.Reason.FINISHED, 20, Optional.of(last), Optional.of(last))))
                .doesNotContain("Best");
    }

    @Test
    void sayThatThereIsNoModel() {
        assertThat(RunFiles.of(FOLDER, new RunEnd(RunEnd.Reason.FAILED, 0, Optional.empty(), Optional.empty())))
                .contains("Model    none, because nothing was trained");
    }
}
