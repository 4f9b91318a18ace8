package org.rft4j.core.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * A picture of how metrics of a run moved, or of how one metric moved in several runs, from the files in the runs' folders; a run may be
 * going on. It holds at most {@value #MOST_CURVES} curves. A curve of more than 400 points is thinned to the least and the largest value of
 * each stretch, and a noisy one of 40 points and more has its mean drawn over it, as in {@link HtmlReport}. A learning curve is a value,
 * read once, that any number of threads may share.
 */
public final class LearningCurve {
    /** More curves in a picture cannot be told apart. */
    public static final int MOST_CURVES = 6;

    private final Chart chart;

    private LearningCurve(Chart chart) {
        this.chart = chart;
    }

    /**
     * Metrics of one run. {@code reward} alone has a band of its standard deviation around it.
     *
     * @param folder the run's folder
     * @param metrics names as {@code metrics.jsonl} has them, of steps or of evaluations; at least one
     * @return the picture
     * @throws InvalidInputException if the run has told no numbers under one of the names
     */
    public static LearningCurve of(Path folder, String... metrics) {
        Check.that(metrics.length > 0, "metrics", "none", "must be at least one", "name one, such as reward");
        Charts charts = Charts.of(RunHistory.read(folder));
        List<Curve> curves = new ArrayList<>();
        for (String metric : metrics) {
            curves.addAll(curves(charts, metric, folder.toString()));
        }
        boolean reward = metrics.length == 1 && metrics[0].equals(MetricNames.REWARD);
        Optional<Curve> band = reward ? charts.rewardBand() : Optional.empty();
        String names = String.join(", ", metrics) + (band.isPresent() ? ", band of reward_std" : "");
        return of(metrics.length == 1 ? metrics[0] : "Metrics of a run", names, curves, band);
    }

    /**
     * One metric of several runs.
     *
     * @param metric a name as {@code metrics.jsonl} has it, of steps or of evaluations
     * @param runs the runs' folders by the names that the legend has for them, drawn in this order
     * @return the picture
     * @throws InvalidInputException if one of the runs has told no numbers under that name
     */
    public static LearningCurve compare(String metric, Map<String, Path> runs) {
        Check.that(!runs.isEmpty(), "runs", "none", "must be at least one", "give the folder of a run");
        List<Curve> curves = new ArrayList<>();
        new LinkedHashMap<>(runs).forEach((name, folder) -> {
            List<Curve> ofRun = curves(Charts.of(RunHistory.read(folder)), metric, name);
            for (Curve curve : ofRun) {
                curves.add(curve.with(ofRun.size() == 1 ? name : name + ", " + curve.name(), curve.values()));
            }
        });
        return of(metric, metric, curves, Optional.empty());
    }

    private static List<Curve> curves(Charts charts, String metric, String run) {
        List<Curve> curves = charts.all(metric);
        if (curves.isEmpty()) {
            String known = charts.names().isEmpty() ? "none" : String.join(", ", charts.names());
            throw new InvalidInputException(
                    "metric",
                    "'" + metric + "'",
                    "must be one that run " + run + " has numbers for (" + known + ")",
                    "look into " + MetricsLog.METRICS + " of the run's folder");
        }
        return curves;
    }

    private static LearningCurve of(String title, String names, List<Curve> curves, Optional<Curve> band) {
        Check.that(
                curves.size() <= MOST_CURVES,
                "number of curves",
                curves.size(),
                "must be at most " + MOST_CURVES,
                "divide them into several pictures");
        return new LearningCurve(new Chart(title, names, curves, band));
    }

    /**
     * Gives the picture another title.
     *
     * @param title in plain words
     * @return this picture under that title
     */
    public LearningCurve titled(String title) {
        return new LearningCurve(new Chart(title, chart.metrics(), chart.curves(), chart.band()));
    }

    /**
     * The picture as a file of its own, for a page or for whatever turns SVG into other formats. Its ground is white, so that it can be read on dark
     * pages too; it has no script and refers to nothing.
     *
     * @return a whole SVG file, to be written as UTF-8
     */
    public String svg() {
        return ChartSvg.of(chart);
    }

    /**
     * The picture for a notebook. It is an image there, so that neither the notebook's styles nor those of other pictures reach it; the plain
     * form is a line of bars per curve.
     *
     * @return the view
     */
    public View view() {
        String image = Base64.getEncoder().encodeToString(svg().getBytes(StandardCharsets.UTF_8));
        String text = text();
        String html = "<img alt=\"" + Html.escape(text).replace("\n", "&#10;") + "\" style=\"max-width:100%\""
                + " src=\"data:image/svg+xml;base64," + image + "\">";
        return new View(html, text);
    }

    private String text() {
        List<String> names =
                ChartWords.names(chart.curves()).stream().map(Printable::line).toList();
        int width = names.stream().mapToInt(Printable::width).max().orElse(0);
        List<String> lines = new ArrayList<>(List.of(Printable.line(chart.title())));
        for (int i = 0; i < names.size(); i++) {
            Curve curve = chart.curves().get(i);
            lines.add(
                    Printable.column(names.get(i), width) + "  " + Sparkline.of(curve.values()) + "  " + facts(curve));
        }
        return String.join("\n", lines);
    }

    private static String facts(Curve curve) {
        double[] finite = Arrays.stream(curve.values()).filter(Double::isFinite).toArray();
        return Numbers.of(finite[0]) + " -> " + Numbers.of(finite[finite.length - 1]) + " over "
                + Numbers.count(finite.length, "point", "points");
    }

    /**
     * The plain form.
     *
     * @return a title, and a line per curve
     */
    @Override
    public String toString() {
        return text();
    }
}
