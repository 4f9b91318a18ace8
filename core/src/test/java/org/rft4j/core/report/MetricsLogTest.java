package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.InvalidInputException;

final class MetricsLogTest {
    @TempDir
    Path folder;

    @Test
    void aLineHasTheFewestDigitsAndWordsForWhatJsonLacks() throws IOException {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("reward", 0.1 + 0.2);
        metrics.put("tiny", 2.0e-3);
        metrics.put("shortest", 2e23); // Java 17 writes 2.0000000000000003E23
        metrics.put("minus zero", -0.0);
        metrics.put("kl", Double.NaN);
        metrics.put("most", Double.POSITIVE_INFINITY);
        metrics.put("least", Double.NEGATIVE_INFINITY);
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.stepped(new StepReport(1, 0, metrics, Map.of("time/step_s", 0.5)));
            log.evaluated(new EvaluationReport("held-out", 1, Map.of("eval_reward", 0.25), List.of()));
        }
        assertThat(folder.resolve("metrics.jsonl")).hasContent("""
                        {"step":1,"round":0,"metrics":{"reward":0.30000000000000004,"tiny":0.002,"shortest":2.0E23,"minus zero":-0.0,\
                        "kl":"NaN","most":"Infinity","least":"-Infinity"}}
                        {"evaluation":"held-out","step":1,"metrics":{"eval_reward":0.25}}
                        """);
        assertThat(folder.resolve("timings.jsonl"))
                .hasContent("{\"step\":1,\"round\":0,\"timings\":{\"time/step_s\":0.5}}\n");
        assertThat(RunHistory.read(folder).steps().get(0).metrics()).isEqualTo(metrics);
    }

    @Test
    void eventsAreReadAgain() throws IOException {
        RunStart start = new RunStart("GRPO", folder, 0, 4, 2, Map.of("seed", "7"));
        Finding finding = new Finding(Finding.Level.ERROR, "not-finite", "the gradient was \"NaN\"", 1);
        RunEnd end = new RunEnd(RunEnd.Reason.FAILED, 1, Optional.of(Path.of("step-1")), Optional.empty());
        EvaluationReport evaluation = new EvaluationReport("held-out", 1, Map.of("eval_reward", 0.25), List.of());
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.started(start);
            log.stepped(step(1));
            log.evaluated(evaluation);
            log.found(finding);
            log.ended(end);
        }
        assertThat(folder.resolve("events.jsonl")).hasContent("""
                        {"event":"start","step":0,"algorithm":"GRPO","steps":4,"rounds":2,"settings":{"seed":"7"}}
                        {"event":"finding","step":1,"level":"ERROR","code":"not-finite","text":"the gradient was \\"NaN\\""}
                        {"event":"end","step":1,"reason":"FAILED","last":"step-1"}
                        """);
        assertThat(RunHistory.read(folder))
                .isEqualTo(new RunHistory(
                        Optional.of(start), List.of(step(1)), List.of(evaluation), List.of(finding), Optional.of(end)));
    }

    @Test
    void everyLineIsInTheFileAtOnce() throws IOException {
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.stepped(step(1));
            assertThat(RunHistory.read(folder).steps()).containsExactly(step(1));
            assertThat(log.position()).isEqualTo(Files.size(folder.resolve("metrics.jsonl")));
        }
    }

    @Test
    void aRunThatGoesOnHasTheSameBytesAsOneThatWasNeverStopped() throws IOException {
        Path whole = folder.resolve("whole");
        try (MetricsLog log = MetricsLog.open(whole, 0)) {
            steps(log, 1, 6);
        }
        Path killed = folder.resolve("killed");
        long position;
        try (MetricsLog log = MetricsLog.open(killed, 0)) {
            steps(log, 1, 3);
            position = log.position();
            steps(log, 4, 5);
        }
        append(killed.resolve("metrics.jsonl"), "{\"step\":6,\"rou");
        append(killed.resolve("timings.jsonl"), "{\"step\":6,\"round\":3,\"timings\":{}}\n{\"st");
        try (MetricsLog log = MetricsLog.open(killed, position)) {
            steps(log, 4, 6);
        }
        for (String name : List.of("metrics.jsonl", "timings.jsonl", "events.jsonl")) {
            assertThat(killed.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
        }
    }

    @Test
    void aNewRunDropsOldLines() {
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            steps(log, 1, 2);
        }
        MetricsLog.open(folder, 0).close();
        assertThat(RunHistory.read(folder))
                .isEqualTo(new RunHistory(Optional.empty(), List.of(), List.of(), List.of(), Optional.empty()));
    }

    @Test
    void theEndOfAnEarlierPartIsNoEnd() {
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.ended(new RunEnd(RunEnd.Reason.STOPPED, 0, Optional.empty(), Optional.empty()));
            log.started(new RunStart("GRPO", folder, 0, 4, 2, Map.of()));
        }
        assertThat(RunHistory.read(folder).end()).isEmpty();
    }

    @Test
    void aFileThatIsShorterThanItsCheckpointSaysIsRefused() {
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.stepped(step(1));
        }
        assertThatThrownBy(() -> MetricsLog.open(folder, 1000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("length of metrics.jsonl was 46, must be at least 1000 where the run goes on; "
                        + "restore the file as it was, or begin a new run in an empty folder");
        assertThatThrownBy(() -> MetricsLog.open(folder, 10))
                .hasMessage("position in metrics.jsonl was 10, must be the end of a line; "
                        + "restore the file as it was, or begin a new run in an empty folder");
        assertThatThrownBy(() -> MetricsLog.open(folder, -1))
                .hasMessage("position in metrics.jsonl was -1, must not be negative; "
                        + "restore the file as it was, or begin a new run in an empty folder");
        assertThat(RunHistory.read(folder).steps()).as("left alone").containsExactly(step(1));
    }

    @Test
    void aLineThatIsNoJsonIsNamed() throws IOException {
        Files.writeString(folder.resolve("metrics.jsonl"), "this is not JSON, and longer than what a message holds\n");
        assertThatThrownBy(() -> RunHistory.read(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "line of metrics.jsonl was this is not JSON, and longer than what a..., must be a JSON object; "
                                + "restore the file, or delete the line");
    }

    private static void steps(MetricsLog log, long from, long to) {
        for (long i = from; i <= to; i++) {
            log.stepped(step(i));
            log.found(new Finding(Finding.Level.NOTE, "seen", "step " + i, i));
        }
    }

    private static StepReport step(long step) {
        return new StepReport(step, (step - 1) / 2, Map.of("loss", step / 8.0), Map.of("time/step_s", 1.5));
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }
}
