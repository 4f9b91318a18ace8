package org.rft4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.report.LearningCurve;
import org.rft4j.core.report.MetricsLog;
import org.rft4j.core.report.Notebook;
import org.rft4j.core.report.Views;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.StepReport;

/** The code of docs/notebooks.md. */
class NotebooksPageTest {
    private final StepReport step = new StepReport(1, 0, Map.of("reward", 0.5, "entropy", 1.5, "kl", 0.1), Map.of());

    @TempDir
    private Path folder;

    @BeforeEach
    void run() {
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            log.stepped(step);
            log.evaluated(new EvaluationReport("eval", 1, Map.of("eval_reward", 0.5), List.of()));
        }
    }

    @Test
    void showing() {
        List<Map<String, Double>> rows = List.of(Map.of("reward", 0.5));
        RewardSample sample = RewardSample.of(TaskRecord.of("t", "Go on"), "no");
        Score score = Score.of(1);
        Map<String, Path> runs = Map.of("GRPO", folder);

        Notebook notebook = Notebook.open(System.out);
        notebook.show(Views.table(rows));
        notebook.show(Views.facts(step.metrics()));
        notebook.show(Views.scored(sample, score));
        notebook.show(Views.completionsOverTime(folder));
        notebook.show(LearningCurve.of(folder, "reward"));
        notebook.show(LearningCurve.of(folder, "entropy", "kl"));
        notebook.show(LearningCurve.compare("eval_reward", runs));

        assertThat(Views.table(rows)).hasToString("reward\n   0.5");
    }

    @Test
    void asAFile() throws IOException {
        Path picture = folder.resolve("reward.svg");

        Files.writeString(
                picture, LearningCurve.of(folder, "reward").titled("Reward").svg());

        assertThat(picture).content().startsWith("<svg ").contains(">Reward</text>");
    }
}
