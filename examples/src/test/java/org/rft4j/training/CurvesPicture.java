package org.rft4j.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;

/** A picture of curves: a panel for each algorithm, a colour for each seed. */
final class CurvesPicture {
    private static final int COLUMNS = 3;
    private static final double WIDTH = 230;
    private static final double HEIGHT = 150;
    private static final double MARGIN = 34;
    private static final List<String> COLOURS = List.of("#1f77b4", "#d95f02", "#1b9e77");

    private final StringBuilder svg = new StringBuilder();

    private CurvesPicture() {}

    static String of(List<Curves> all) {
        Map<String, List<Curves>> panels = new LinkedHashMap<>();
        all.forEach(one ->
                panels.computeIfAbsent(one.name(), absent -> new ArrayList<>()).add(one));
        int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
        CurvesPicture picture = new CurvesPicture();
        picture.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$.0f\" height=\"%2$.0f\" viewBox=\"0 0 %1$.0f"
                        + " %2$.0f\" font-family=\"sans-serif\" font-size=\"11\">",
                COLUMNS * (WIDTH + MARGIN) + MARGIN, rows * (HEIGHT + 2 * MARGIN));
        picture.add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        int panel = 0;
        for (List<Curves> runs : panels.values()) {
            picture.panel(runs, panel % COLUMNS, panel / COLUMNS);
            panel++;
        }
        return picture.add("</svg>").svg.toString();
    }

    private void panel(List<Curves> runs, int column, int row) {
        double rounds = runs.get(0).rounds() - 1;
        add(
                "<g transform=\"translate(%.0f %.0f)\">",
                MARGIN + column * (WIDTH + MARGIN), MARGIN + row * (HEIGHT + 2 * MARGIN));
        add("<text y=\"-8\" font-weight=\"bold\">%s</text>", runs.get(0).name());
        for (double reward : new double[] {0, 0.5, 1}) {
            double y = HEIGHT * (1 - reward);
            add("<line x2=\"%.0f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"#ddd\"/>", WIDTH, y, y);
            add("<text x=\"-4\" y=\"%.0f\" text-anchor=\"end\">%.1f</text>", y + 4, reward);
        }
        add("<text y=\"%.0f\">round 0</text>", HEIGHT + 14);
        add("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%.0f</text>", WIDTH, HEIGHT + 14, rounds);
        for (int i = 0; i < runs.size(); i++) {
            Curves run = runs.get(i);
            String colour = COLOURS.get(i % COLOURS.size());
            line(run.learned().rewards(), at -> at / rounds, colour, "");
            line(
                    run.learned().evaluations(StoryRun.HELD_OUT),
                    at -> Math.min(1, run.round(at) / rounds),
                    colour,
                    " stroke-dasharray=\"3 3\"");
        }
        add("</g>");
    }

    private void line(SortedMap<Long, Double> points, ToDoubleFunction<Long> share, String colour, String dashes) {
        StringBuilder path = new StringBuilder();
        points.forEach((at, reward) -> path.append(
                String.format(Locale.ROOT, "%.1f,%.1f ", share.applyAsDouble(at) * WIDTH, HEIGHT * (1 - reward))));
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"%s/>",
                path.toString().strip(), colour, dashes);
    }

    private CurvesPicture add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }
}
