package org.rft4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.model.GenerateOptions;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.run.ExampleOptions;
import org.rft4j.examples.run.ExampleOutcome;

class QuickstartTest {
    @TempDir
    private Path temporary;

    private static Score score(String completion) throws Exception {
        return Speech.SOMEBODY_SPEAKS.score(RewardSample.of(TaskRecord.of("one", "Once upon a time"), completion));
    }

    @Test
    void somethingSaidIsTwoWordsBetweenQuotationMarks() throws Exception {
        assertThat(score("a cat. \"I am glad,\" said Tim.").value()).isEqualTo(1);
        assertThat(score("a cat. \"Oh!\" said Tim.").value()).isZero();
        assertThat(score("a cat said nothing.").feedback())
                .singleElement()
                .satisfies(feedback -> assertThat(feedback.text()).isEqualTo("Nobody speaks."));
        assertThat(score("a cat said, \"I am").feedback())
                .singleElement()
                .satisfies(feedback -> assertThat(feedback.text()).isEqualTo("Nobody finishes speaking."));
    }

    @Test
    void aBriefRunLeavesWhatItPromises() {
        Path folder = temporary.resolve("brief");
        ExampleOutcome outcome = Quickstart.run(new ExampleOptions(folder, 1, true, Optional.empty()));
        assertThat(outcome.start()).isBetween(0.0, 1.0);
        assertThat(outcome.end()).isBetween(0.0, 1.0);
        assertThat(folder.resolve("report.html")).content().contains("eval_held_out_reward");
        assertThat(folder.resolve("metrics.jsonl")).isNotEmptyFile();
        assertThat(folder.resolve("completions.jsonl")).isNotEmptyFile();
        Path model = folder.resolve("checkpoints/step-00000002/model");
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel trained = LanguageModel.load(model, engine)) {
            assertThat(trained.generate("Once upon a time", GenerateOptions.greedy(8))
                            .text())
                    .isNotBlank();
        }
    }

    /** What Ctrl-C and schedulers do. */
    @Test
    void aRunThatIsToldToEndGoesOnWhenItIsStartedAgain() throws Exception {
        Path folder = temporary.resolve("ended");
        Process process = started(folder);
        List<String> said = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                said.add(line);
                if (line.startsWith("step 1/25")) {
                    process.toHandle().destroy(); // process.destroy() would close the stream that is read here
                }
            }
        }
        assertThat(process.waitFor()).as(String.join("\n", said)).isNotZero();
        String last = said.get(said.size() - 1);
        assertThat(last)
                .matches(
                        "Stopped after step [0-9]+\\. The same command goes on from there; to start over, delete .*ended\\.");
        long stopped = Long.parseLong(last.replaceAll("Stopped after step ([0-9]+)\\..*", "$1"));
        assertThat(stopped).isLessThan(25);
        assertThat(steps(folder)).isEqualTo(stopped);
        Quickstart.run(new ExampleOptions(folder, 1, true, Optional.empty()));
        assertThat(Files.readString(folder.resolve("events.jsonl")))
                .contains("\"event\":\"start\",\"step\":" + stopped);
    }

    private static long steps(Path folder) throws IOException {
        try (var lines = Files.lines(folder.resolve("metrics.jsonl"))) {
            return lines.filter(line -> line.contains("\"grad_norm\"")).count();
        }
    }

    private static Process started(Path folder) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile", ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Quickstart.class.getName(),
                        "--folder",
                        folder.toString())
                .redirectErrorStream(true)
                .start();
    }
}
