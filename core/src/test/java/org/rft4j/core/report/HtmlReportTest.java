package org.rft4j.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

final class HtmlReportTest {
    private static final String HOSTILE =
            "</pre></script><script>alert(1)</script><img src=x onerror='alert(2)'>\"&amp;\u0000\u001b";

    private static final String SHOWN = "&lt;/pre&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
            + "&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&quot;&amp;amp;\u2400\u241b";

    @TempDir
    Path folder;

    @Test
    void thePageIsThatOfTheFiles() throws IOException {
        tell(60, 1000);
        String page = Files.readString(folder.resolve("report.html"));
        assertThat(page).isEqualTo(HtmlReport.of(folder));
        assertThat(page)
                .contains("<h1>GRPO run</h1><p>finished after 60 steps, 30 rounds</p>")
                .contains("<h3>Reward</h3>", "reward, band of reward_std \u00b7 mean over 5 points")
                .contains("<h3>Evaluation: mean@4</h3>", "<span>held out</span>", "<span>train</span>")
                .contains(
                        "<h3>Learning rate</h3>",
                        "<h3>Speed</h3>",
                        "<span>trained_tokens_per_s</span>",
                        "<h3>KL to the reference</h3>",
                        "<h3>Clipped tokens</h3>")
                .contains("<summary>Other metrics <small>1</small></summary>", "<h3>num_tokens</h3>")
                .contains("<b>truncated</b> <small>warning, step 30, 2 times since step 20</small>")
                .contains("<b>Round 0</b>", "<b>Round 15</b>", "<b>Round 25</b><small>after 50 steps</small>")
                .contains("<tr><th>groupSize</th><td>8</td></tr>")
                .containsPattern("</i>sampling <b>[0-9.]+ %</b> <span>1:[0-9]{2}</span>");
        assertThat(page).doesNotContain("http://", "https://", " src=", "@import", "url(");
    }

    @Test
    void whatAModelWroteIsShownAndNotRun() throws IOException {
        Completion completion = new Completion(
                HOSTILE, 0, HOSTILE, HOSTILE, OptionalDouble.of(1), Map.of(HOSTILE, 1.0), 2, List.of(HOSTILE));
        try (MetricsLog metrics = MetricsLog.open(folder, 0);
                CompletionsLog completions = CompletionsLog.open(folder, 0, 1)) {
            metrics.started(new RunStart(HOSTILE, folder, 0, 1, 1, Map.of(HOSTILE, HOSTILE)));
            metrics.stepped(
                    new StepReport(1, 0, Map.of(HOSTILE, 1.0, "reward", 1.0), Map.of("time/" + HOSTILE + "_s", 1.0)));
            metrics.found(new Finding(Finding.Level.NOTE, HOSTILE, HOSTILE, 1));
            completions.sampled(new RoundReport(0, 0, List.of(completion)));
        }
        String page = HtmlReport.of(folder);
        assertThat(page).contains("<pre>\n" + SHOWN + "</pre>", "<h3>" + SHOWN + "</h3>", "<td>" + SHOWN + "</td>");
        assertThat(page).doesNotContain("<script>alert", "<img", "</pre></script>", "\u0000", "\u001b");
        assertThat(Pattern.compile("</script>").matcher(page).results().count())
                .as("two charts and the page's own script")
                .isEqualTo(3);
    }

    @Test
    void onlyThePagesOwnScriptIsAllowed() throws IOException, GeneralSecurityException {
        tell(10, 1000);
        String page = HtmlReport.of(folder);
        Matcher script =
                Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(script.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
        assertThat(page)
                .contains("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest) + "'\"");
        assertThat(script.find()).as("another script").isFalse();
    }

    @Test
    void tenThousandStepsMakeAPageLittleLargerThanThousand() throws IOException {
        tell(1000, 100_000);
        long thousand = Files.size(folder.resolve("report.html"));
        tell(10_000, 100_000);
        assertThat(Files.size(folder.resolve("report.html")))
                .isLessThan(thousand * 5 / 4)
                .isLessThan(450_000);
    }

    @Test
    void aPageIsWrittenNowAndThen() throws IOException {
        try (MetricsLog metrics = MetricsLog.open(folder, 0)) {
            HtmlReport report = HtmlReport.every(folder, 2);
            for (long step = 1; step <= 3; step++) {
                StepReport stepped = new StepReport(step, 0, Map.of("loss", 0.5), Map.of());
                metrics.stepped(stepped);
                report.stepped(stepped);
                assertThat(Files.exists(folder.resolve("report.html"))).isEqualTo(step >= 2);
            }
            assertThat(Files.readString(folder.resolve("report.html")))
                    .contains("<p>going on after 2 steps, 1 round</p>");
            report.ended(new RunEnd(RunEnd.Reason.STOPPED, 3, Optional.empty(), Optional.empty()));
        }
        assertThat(Files.readString(folder.resolve("report.html"))).contains("going on after 3 steps, 1 round");
        assertThatThrownBy(() -> HtmlReport.every(folder, 0))
                .hasMessage("everySteps was 0, must be at least 1; use 50 if in doubt");
    }

    @Test
    void anEmptyFolderGivesAnEmptyPage() {
        assertThat(HtmlReport.of(folder))
                .contains("<h1>Run</h1><p>going on after 0 steps</p>")
                .doesNotContain("<h2>", "<h3>");
    }

    @Test
    void whatIsNotFiniteBreaksTheLine() {
        try (MetricsLog metrics = MetricsLog.open(folder, 0)) {
            double[] values = {0, 1, Double.NaN, 1e308, 1, 0};
            for (int i = 0; i < values.length; i++) {
                metrics.stepped(new StepReport(i + 1, i, Map.of("loss", values[i]), Map.of()));
            }
        }
        // 1.04 is the top of the scale, so 1 is at 38.5 of 1000
        assertThat(HtmlReport.of(folder))
                .contains("<path class=\"line c0\" d=\"M0 1000L200 38.5M800 38.5L1000 1000\"/>")
                .contains("loss \u00b7 1 infinite value left out")
                .contains("\"steps\":[1,2,3,4,5,6],\"values\":[\"0\",\"1\",\"NaN\",\"inf\",\"1\",\"0\"]");
    }

    @Test
    void longTextsAreCutAndSaySo() {
        assertThat(Html.shortened("abcdef", 4)).isEqualTo("abcd\u2026 (2 more characters)");
        assertThat(Html.shortened("abc\ud83d\ude00", 4)).isEqualTo("abc\u2026 (2 more characters)");
        assertThat(Html.shortened("abcd", 4)).isEqualTo("abcd");
    }

    private void tell(long steps, int everySteps) {
        try (MetricsLog metrics = MetricsLog.open(folder, 0);
                CompletionsLog completions = CompletionsLog.open(folder, 0, 5)) {
            List<RunListener> listeners = List.of(metrics, completions, HtmlReport.every(folder, everySteps));
            new ExampleRun(steps).tell(folder, listeners);
        }
    }
}
