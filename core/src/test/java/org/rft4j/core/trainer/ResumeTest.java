package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.InvalidInputException;

/** How runs begin and go on, and how they refuse to. */
class ResumeTest {
    private static final int STOPPED_AT = 5;

    private static final String WAY_OUT =
            "; go on with the settings of the checkpoint, or begin a new run in another folder";

    @TempDir
    Path temporary;

    @Test
    void aStoppedRunGoesOnAsIfItHadNotBeenStopped() throws IOException {
        Path whole = finished("whole");
        Path stopped = stopped("stopped");
        RunEnd end = resume(stopped);
        assertThat(end.reason()).isEqualTo(RunEnd.Reason.FINISHED);
        assertThat(end.steps()).isEqualTo(TinyRun.STEPS);
        assertSame(whole, stopped);
    }

    @Test
    void aRunDoesNotBeginWhereThereIsOne() throws IOException {
        Path folder = stopped("run");
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder).build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("checkpoints in " + folder
                            + " was [3, 4, 5], must be none where a run begins; call resume() to go on with that run, or"
                            + " choose another folder");
        }
    }

    @Test
    void nothingGoesOnWhereThereIsNone() {
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary.resolve("new")).build()) {
            assertThatThrownBy(trainer::resume)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("checkpoints in " + temporary.resolve("new")
                            + " was none, must be at least one where a run goes on; call run() to begin it");
        }
    }

    @Test
    void anotherRunIsRefusedAndChangesNothing() throws IOException {
        Path folder = stopped("run");
        byte[] metrics = Files.readAllBytes(folder.resolve("metrics.jsonl"));
        Path older = folder.resolve("checkpoints/step-00000003");
        try (TinyRun run = new TinyRun()) {
            refuse(
                    run.whole(folder).run(RunOptions.of(4, 3, 1, 6)),
                    "seed of the run that goes on was 6, must be what it was when " + older + " was written, 5"
                            + WAY_OUT);
            refuse(
                    run.whole(folder).run(RunOptions.of(4, 2, 1, 5)),
                    "tasksPerRound of the run that goes on was 2, must be what it was when " + older + " was written, 3"
                            + WAY_OUT);
            refuse(
                    TinyRun.learning(
                            run.builder(folder),
                            new TinyRun.ByHeart("by-rote", 1),
                            TinyRun.examples(5, Epochs.FOREVER)),
                    "algorithm of the run that goes on was by-rote, must be what it was when " + older
                            + " was written, by-heart" + WAY_OUT);
            refuse(
                    TinyRun.learning(
                            run.builder(folder),
                            new TinyRun.ByHeart("by-heart", 1),
                            TinyRun.examples(7, Epochs.FOREVER)),
                    "order of 'epochs' was shuffled by 7, must be shuffled by 5 as in the saved state; continue with the"
                            + " order and seed of the saved run, or start a new one");
        }
        assertThat(folder.resolve("metrics.jsonl")).hasBinaryContent(metrics);
        resume(folder);
        assertSame(finished("whole"), folder);
    }

    private static void refuse(TrainerBuilder builder, String message) {
        try (Trainer trainer = builder.build()) {
            assertThatThrownBy(() -> trainer.resumeFrom(3))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }
    }

    @Test
    void whatMayChangeAndWhatMayNot() {
        Map<String, String> before = new LinkedHashMap<>(Map.of("groupSize", "8", "rounds", "10"));
        Path checkpoint = Path.of("run/checkpoints/step-00000001");
        new Settings(Map.of("groupSize", "8", "rounds", "20")).requireFits(new Settings(before).toJson(), checkpoint);
        assertThatThrownBy(() -> new Settings(Map.of("groupSize", "4", "rounds", "10"))
                        .requireFits(new Settings(before).toJson(), checkpoint))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("groupSize of the run that goes on was 4, must be what it was when " + checkpoint
                        + " was written, 8" + WAY_OUT);
    }

    @Test
    void aDamagedCheckpointNamesTheOneToGoOnFrom() throws IOException {
        Path folder = stopped("run");
        Path weights = folder.resolve("checkpoints/step-00000005/policy.bin");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder).build()) {
            assertThatThrownBy(trainer::resume)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith(weights + ": SHA-256 was ")
                    .hasMessageEndingWith("; go on from step 4, which is intact");
        }
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder).build()) {
            assertThat(trainer.resumeFrom(4).steps()).isEqualTo(TinyRun.STEPS);
        }
        assertSame(finished("whole"), folder);
    }

    @Test
    void aRunWhoseDataEndsKeepsItsOnlyCheckpoint() throws IOException {
        Path folder = temporary.resolve("run");
        try (TinyRun run = new TinyRun();
                Trainer trainer = TinyRun.learning(
                                run.builder(folder).checkpoints(new CheckpointPlan(1, 1, false)),
                                new TinyRun.ByHeart("by-heart", 1),
                                TinyRun.examples(5, 1))
                        .build()) {
            RunEnd end = trainer.run();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.NO_MORE_DATA);
            assertThat(end.steps()).isEqualTo(4);
            assertThat(end.last()).contains(folder.resolve("checkpoints/step-00000004"));
        }
        assertThat(folder.resolve("checkpoints/step-00000004/model/config.json"))
                .exists();
        assertThat(folder.resolve("checkpoints")).isDirectoryNotContaining("glob:**/.step*");
    }

    private Path finished(String name) {
        Path folder = temporary.resolve(name);
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder).build()) {
            trainer.run();
        }
        return folder;
    }

    /** In the middle of the third round. */
    private Path stopped(String name) {
        Path folder = temporary.resolve(name);
        Trainer[] asked = new Trainer[1];
        RunListener stops = new RunListener() {
            @Override
            public void stepped(StepReport step) {
                if (step.step() == STOPPED_AT) {
                    asked[0].stop();
                }
            }
        };
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder, stops).build()) {
            asked[0] = trainer;
            assertThat(trainer.run().reason()).isEqualTo(RunEnd.Reason.STOPPED);
        }
        return folder;
    }

    private static RunEnd resume(Path folder) {
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(folder).build()) {
            return trainer.resume();
        }
    }

    private static void assertSame(Path expected, Path found) throws IOException {
        for (String name : new String[] {
            "metrics.jsonl",
            "checkpoints/step-00000008/policy.bin",
            "checkpoints/step-00000008/optimizer.bin",
            "checkpoints/step-00000008/model/model.safetensors"
        }) {
            assertThat(found.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
    }
}
