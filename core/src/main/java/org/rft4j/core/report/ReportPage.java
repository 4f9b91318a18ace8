package org.rft4j.core.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RunStart;

/** Puts the page together. Each part appends itself, or nothing where a run has nothing to show. */
final class ReportPage {
    private static final String STYLE = resource("report.css");
    private static final String SCRIPT = resource("report.js");

    private final StringBuilder html = new StringBuilder(1 << 16);
    private final RunHistory run;
    private final Charts charts;

    private ReportPage(RunHistory run) {
        this.run = run;
        this.charts = Charts.of(run);
    }

    static String of(RunHistory run, List<SampleRound> samples) {
        ReportPage page = new ReportPage(run);
        page.head();
        page.title();
        page.tiles();
        new FindingsHtml(page.html).append(run.findings());
        page.curves();
        new SamplesHtml(page.html).append(samples);
        page.time();
        page.settings();
        page.html.append("</main>\n<script>").append(SCRIPT).append("</script>\n</body>\n</html>\n");
        return page.html.toString();
    }

    /** The policy in the head is a second fence behind escaping: a script that got into the page would not run. */
    private void head() {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.append(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; ");
        html.append("script-src 'sha256-").append(sha256(SCRIPT)).append("'\">\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.append("<title>").append(Html.escape(name())).append("</title>\n<style>\n");
        html.append(STYLE).append("</style>\n</head>\n<body>\n<main>\n");
    }

    private String name() {
        return run.start().map(start -> start.algorithm() + " run").orElse("Run");
    }

    private void title() {
        html.append("<header><h1>").append(Html.escape(name())).append("</h1><p>");
        html.append(run.end().map(end -> Words.of(end.reason())).orElse("going on"));
        html.append(" after ").append(Numbers.count(lastStep(), "step", "steps"));
        lastRound().ifPresent(round -> html.append(", ").append(Numbers.count(round + 1, "round", "rounds")));
        html.append("</p></header>\n");
    }

    private long lastStep() {
        return run.steps().isEmpty()
                ? 0
                : run.steps().get(run.steps().size() - 1).step();
    }

    private Optional<Long> lastRound() {
        return run.steps().isEmpty()
                ? Optional.empty()
                : Optional.of(run.steps().get(run.steps().size() - 1).round());
    }

    private void tiles() {
        html.append("<dl class=\"tiles\">");
        long planned = run.start().map(RunStart::steps).orElse(0L);
        tile("Steps", Numbers.of(lastStep()), planned > 0 ? "of " + Numbers.of(planned) : "");
        charts.curve(MetricNames.REWARD)
                .map(Curve::smoothed)
                .ifPresent(
                        reward -> tile("Reward", Numbers.of(reward.last()), "from " + Numbers.of(reward.values()[0])));
        lastEvaluation();
        double seconds = charts.seconds();
        if (seconds > 0) {
            tile(
                    "Time in steps",
                    Numbers.duration(seconds),
                    Numbers.duration(seconds / run.steps().size()) + " a step");
        }
        html.append("</dl>\n");
    }

    /** The evaluation and the metric that came first, as they were last. */
    private void lastEvaluation() {
        if (run.evaluations().isEmpty()) {
            return;
        }
        EvaluationReport first = run.evaluations().get(0);
        first.metrics().keySet().stream().limit(1).forEach(metric -> {
            double last = run.evaluations().stream()
                    .filter(evaluation -> evaluation.name().equals(first.name()))
                    .mapToDouble(evaluation -> evaluation.metrics().getOrDefault(metric, Double.NaN))
                    .reduce(Double.NaN, (before, value) -> Double.isNaN(value) ? before : value);
            tile("Evaluation", Numbers.of(last), MetricNames.within(first.name(), metric) + ", " + first.name());
        });
    }

    private void tile(String name, String value, String remark) {
        html.append("<div class=\"tile\"><dt>")
                .append(name)
                .append("</dt><dd>")
                .append(value)
                .append("</dd>");
        html.append("<dd>").append(Html.escape(remark)).append("</dd></div>");
    }

    private void curves() {
        List<Chart> aims = charts.aims();
        List<Chart> training = charts.training();
        List<Chart> others = charts.others();
        List<Chart> all =
                Stream.of(aims, training, others).flatMap(List::stream).toList();
        ChartHtml drawing = new ChartHtml(html, ChartLines.steps(all));
        section("Rewards and evaluations", aims, drawing);
        section("Training", training, drawing);
        if (!others.isEmpty()) {
            html.append("<details><summary>Other metrics <small>")
                    .append(others.size())
                    .append("</small></summary>");
            drawAll(others, drawing);
            html.append("</details>\n");
        }
    }

    private void section(String title, List<Chart> charts, ChartHtml drawing) {
        if (!charts.isEmpty()) {
            html.append("<h2>").append(title).append("</h2>\n");
            drawAll(charts, drawing);
        }
    }

    private void drawAll(List<Chart> charts, ChartHtml drawing) {
        html.append("<div class=\"charts\">\n");
        charts.forEach(chart -> drawing.draw(chart, chart.title().equals("Reward") ? "main" : "small"));
        html.append("</div>\n");
    }

    private void time() {
        List<Map.Entry<String, Double>> parts =
                new ArrayList<>(charts.secondsByPart().entrySet());
        double sum = parts.stream().mapToDouble(Map.Entry::getValue).sum();
        if (sum <= 0) {
            return;
        }
        html.append("<h2>Where the time went</h2>\n<div class=\"card split\"><div class=\"bar\">");
        for (int i = 0; i < parts.size(); i++) {
            html.append("<i class=\"c")
                    .append(i % 6)
                    .append("\" style=\"flex:")
                    .append(share(parts.get(i), sum))
                    .append("\"></i>");
        }
        html.append("</div><ul>");
        for (int i = 0; i < parts.size(); i++) {
            html.append("<li class=\"c")
                    .append(i % 6)
                    .append("\"><i></i>")
                    .append(Html.escape(parts.get(i).getKey()));
            html.append(" <b>").append(share(parts.get(i), sum)).append(" %</b> <span>");
            html.append(Numbers.duration(parts.get(i).getValue())).append("</span></li>");
        }
        html.append("</ul></div>\n");
    }

    private static String share(Map.Entry<String, Double> part, double sum) {
        return Numbers.of(Math.rint(part.getValue() / sum * 1000) / 10);
    }

    private void settings() {
        Map<String, String> settings = run.start().map(RunStart::settings).orElse(Map.of());
        if (settings.isEmpty()) {
            return;
        }
        html.append("<h2>Settings</h2>\n<div class=\"card settings\"><table>");
        settings.forEach((name, value) -> html.append("<tr><th>")
                .append(Html.escape(name))
                .append("</th><td>")
                .append(Html.escape(value))
                .append("</td></tr>"));
        html.append("</table></div>\n");
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
