package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Draws a chart as a picture of its own: a file of SVG with words in it and a white ground, so that it looks the same on light and dark
 * pages. It has no script and no style sheet, and refers to nothing.
 */
final class ChartSvg {
    private static final int WIDTH = 720;
    private static final int LEFT = 58;
    private static final int RIGHT = 22;
    private static final int PLOT_HEIGHT = 220;
    private static final int BELOW = 52;
    private static final int FIRST_LEGEND_LINE = 52;
    private static final int LEGEND_LINE = 20;

    /** A longer name is cut in the legend. */
    private static final int MOST_COLUMNS = 48;

    /** How wide a character of the legend is at most times taken to be; the reader's font decides. */
    private static final double CHARACTER = 6.9;

    private static final int VALUE_TICKS = 7;
    private static final List<String> COLOURS =
            List.of("#2b66d9", "#d2691e", "#20895a", "#9247b8", "#c0334f", "#7a6a2a");
    private static final String SOFT = "#616a78";
    private static final String GRID = "#e8e5df";

    private final StringBuilder svg = new StringBuilder();
    private final Chart chart;
    private final List<Curve> smooth;
    private final List<Curve> edges;
    private final ChartLines lines;

    private ChartSvg(Chart chart) {
        this.chart = chart;
        this.smooth = chart.curves().stream().map(Curve::smoothed).toList();
        this.edges = ChartLines.edges(chart);
        Axis values = ChartLines.values(
                Stream.concat(chart.curves().stream(), edges.stream()).toList(), VALUE_TICKS);
        this.lines = new ChartLines(ChartLines.steps(List.of(chart)), values, WIDTH - LEFT - RIGHT, PLOT_HEIGHT);
    }

    /** The whole file. */
    static String of(Chart chart) {
        return new ChartSvg(chart).draw();
    }

    private String draw() {
        List<LegendItem> legend = legend();
        int top =
                FIRST_LEGEND_LINE + LEGEND_LINE * legend.get(legend.size() - 1).line() + 18;
        int height = top + PLOT_HEIGHT + BELOW;
        String title = Html.escape(chart.title());
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " font-family=\"system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif\" font-size=\"12\">\n",
                WIDTH, height, WIDTH, height);
        add("<title>%s</title>\n", title);
        add("<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#ffffff\"/>\n", WIDTH, height);
        add("<text x=\"18\" y=\"28\" font-size=\"16\" font-weight=\"600\" fill=\"#1b1f27\">%s</text>\n", title);
        legend.forEach(this::draw);
        add(
                "<g transform=\"translate(%d %d)\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n",
                LEFT, top);
        grid();
        curves();
        add("</g>\n");
        String names = Html.escape("steps \u00b7 " + chart.metrics() + ChartWords.remark(chart.curves()));
        add("<text x=\"%d\" y=\"%d\" font-size=\"11\" fill=\"%s\">%s</text>\n</svg>\n", LEFT, height - 12, SOFT, names);
        return svg.toString();
    }

    /** An entry of the legend and where it stands. */
    private record LegendItem(int curve, String name, String value, double x, int line) {}

    private List<LegendItem> legend() {
        List<String> names = ChartWords.names(smooth);
        List<LegendItem> items = new ArrayList<>();
        double x = 18;
        int line = 0;
        for (int i = 0; i < smooth.size(); i++) {
            String name = smooth.size() == 1
                    ? ""
                    : Printable.column(names.get(i), Math.min(MOST_COLUMNS, Printable.width(names.get(i)))) + " ";
            String value = Numbers.of(smooth.get(i).last());
            double width = 24 + CHARACTER * (name.length() + value.length()) + 14;
            if (x + width > WIDTH && x > 18) {
                x = 18;
                line++;
            }
            items.add(new LegendItem(i, name, value, x, line));
            x += width;
        }
        return items;
    }

    private void draw(LegendItem item) {
        int y = FIRST_LEGEND_LINE + LEGEND_LINE * item.line();
        add(
                "<rect x=\"%s\" y=\"%d\" width=\"14\" height=\"3\" rx=\"1.5\" fill=\"%s\"/>",
                ChartLines.number(item.x()), y - 6, colour(item.curve()));
        add(
                "<text x=\"%s\" y=\"%d\" fill=\"%s\">%s<tspan font-weight=\"600\" fill=\"#1b1f27\">%s</tspan></text>\n",
                ChartLines.number(item.x() + 20), y, SOFT, Html.escape(item.name()), item.value());
    }

    private void grid() {
        String right = ChartLines.number(lines.width());
        for (double tick : lines.values().ticks()) {
            boolean zero = tick == 0 && lines.values().low() < 0;
            add("<path stroke=\"%s\" d=\"M0 %sH%s\"/>", zero ? SOFT : GRID, lines.y(tick), right);
            add(
                    "<text x=\"-9\" y=\"%s\" dy=\"4\" text-anchor=\"end\" fill=\"%s\">%s</text>\n",
                    lines.y(tick), SOFT, lines.values().label(tick));
        }
        for (double tick : lines.steps().ticks()) {
            add(
                    "<text x=\"%s\" y=\"%d\" text-anchor=\"middle\" fill=\"%s\">%s</text>\n",
                    lines.x(tick), PLOT_HEIGHT + 20, SOFT, lines.steps().label(tick));
        }
    }

    private void curves() {
        if (!edges.isEmpty()) {
            add(
                    "<path fill=\"%s\" fill-opacity=\"0.13\" d=\"%s\"/>\n",
                    colour(0), lines.area(edges.get(0), edges.get(1)));
        }
        for (int i = 0; i < smooth.size(); i++) {
            Curve raw = chart.curves().get(i);
            if (!smooth.get(i).isLike(raw)) {
                add("<path stroke=\"%s\" stroke-opacity=\"0.3\" d=\"%s\"/>\n", colour(i), lines.line(raw));
            }
            add("<path stroke=\"%s\" stroke-width=\"2\" d=\"%s\"/>\n", colour(i), lines.line(smooth.get(i)));
        }
    }

    private static String colour(int curve) {
        return COLOURS.get(curve % COLOURS.size());
    }

    private void add(String format, Object... parts) {
        svg.append(String.format(Locale.ROOT, format, parts));
    }
}
