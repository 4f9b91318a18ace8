package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.InvalidInputException;
import org.w3c.dom.Document;

class LearningCurveTest {
    @TempDir
    private Path runs;

    private Path first;

    @BeforeEach
    void write() {
        first = run("first", 1);
    }

    /** Reward from 0 up to a number, in five steps. */
    private Path run(String name, double last) {
        Path folder = runs.resolve(name);
        try (MetricsLog log = MetricsLog.open(folder, 0)) {
            for (int step = 1; step <= 5; step++) {
                double reward = last * (step - 1) / 4;
                Map<String, Double> metrics = Map.of(
                        "reward", reward, "reward_std", 0.1, "odd", step == 3 ? Double.NaN : 7.0, "none", Double.NaN);
                log.stepped(new StepReport(step, step - 1, metrics, Map.of("time/step_s", 2.0)));
            }
            for (String evaluation : List.of("train", "held <out>")) {
                log.evaluated(new EvaluationReport(evaluation, 5, Map.of("eval_reward", 0.5), List.of()));
            }
            log.evaluated(new EvaluationReport("train", 6, Map.of("eval_alone", 0.25), List.of()));
        }
        return folder;
    }

    @Test
    void rewardHasItsBand() throws Exception {
        String svg = LearningCurve.of(first, "reward").titled("Reward & more").svg();

        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Reward & more");
        assertThat(svg)
                .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\"")
                .contains("rx=\"8\" fill=\"#ffffff\"/>", "fill-opacity=\"0.13\"", "reward, band of reward_std")
                .contains(
                        "<path stroke=\"#2b66d9\" stroke-width=\"2\" d=\"M0 194.9L160 152.4L320 110L480 67.6L640 25.1\"/>")
                .doesNotContain("<script", "href", "url(");
    }

    @Test
    void severalMetrics() {
        LearningCurve curve = LearningCurve.of(first, "reward", "odd", "time/step_s");

        assertThat(curve).hasToString("""
                Metrics of a run
                reward       \u2581\u2583\u2585\u2586\u2588  0 -> 1 over 5 points
                odd          \u2585\u2585 \u2585\u2585  7 -> 7 over 4 points
                time/step_s  \u2585\u2585\u2585\u2585\u2585  2 -> 2 over 5 points""");
        assertThat(curve.svg()).doesNotContain("fill-opacity=\"0.13\"").contains("#20895a");
    }

    @Test
    void evaluations() {
        assertThat(LearningCurve.of(first, "eval_reward")).hasToString("""
                eval_reward
                train       \u2585  0.5 -> 0.5 over 1 point
                held <out>  \u2585  0.5 -> 0.5 over 1 point""");
        assertThat(LearningCurve.of(first, "eval_alone").view().text()).contains("eval_alone  \u2585");
        assertThat(LearningCurve.of(first, "eval_reward").svg()).contains("held &lt;out&gt;");
    }

    @Test
    void runsBesideEachOther() {
        Map<String, Path> folders = new LinkedHashMap<>();
        folders.put("GRPO", first);
        folders.put("<b>", run("second", 0.5));

        assertThat(LearningCurve.compare("reward", folders)).hasToString("""
                reward
                GRPO  \u2581\u2583\u2585\u2586\u2588  0 -> 1 over 5 points
                <b>   \u2581\u2583\u2585\u2586\u2588  0 -> 0.5 over 5 points""");
        assertThat(LearningCurve.compare("eval_reward", folders).view().text())
                .contains("GRPO, train ", "<b>, held <out>");
        assertThat(LearningCurve.compare("reward", folders).svg()).contains("&lt;b&gt;");
    }

    @Test
    void viewIsAnImage() {
        LearningCurve curve = LearningCurve.of(first, "reward");
        View view = curve.view();

        String data = view.html().replaceAll(".*base64,([^\"]*)\".*", "$1");
        assertThat(new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8))
                .isEqualTo(curve.svg());
        assertThat(view.html()).startsWith("<img alt=\"reward&#10;reward  \u2581");
        assertThat(view).hasToString(curve.toString());
    }

    @Test
    void legendsBreakLines() {
        Map<String, Path> folders = new LinkedHashMap<>();
        for (int i = 0; i < LearningCurve.MOST_CURVES; i++) {
            folders.put(i + " is the number of a run whose name is rather long", first);
        }

        assertThat(LearningCurve.compare("reward", folders).svg())
                .contains(
                        "viewBox=\"0 0 720 442\"", "y=\"152\"", ">5 is the number of a run whose name is rather... <");
        folders.put("one more", first);
        assertThatThrownBy(() -> LearningCurve.compare("reward", folders))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("number of curves was 7, must be at most 6; divide them into several pictures");
    }

    @Test
    void namesThatTheRunHasNot() {
        assertThatThrownBy(() -> LearningCurve.of(first, "rewards"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("metric was 'rewards', must be one that run " + first + " has numbers for (")
                .hasMessageContaining("reward_std")
                .hasMessageEndingWith("; look into metrics.jsonl of the run's folder");
        assertThatThrownBy(() -> LearningCurve.compare("none", Map.of("a", first)))
                .hasMessageStartingWith("metric was 'none', must be one that run a has numbers for (");
        assertThatThrownBy(() -> LearningCurve.of(runs.resolve("nothing"), "reward"))
                .hasMessageContaining("has numbers for (none)");
        assertThatThrownBy(() -> LearningCurve.of(first))
                .hasMessage("metrics was none, must be at least one; name one, such as reward");
        assertThatThrownBy(() -> LearningCurve.compare("reward", Map.of()))
                .hasMessage("runs was none, must be at least one; give the folder of a run");
    }
}
