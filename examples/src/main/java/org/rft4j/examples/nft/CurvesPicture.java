package org.rft4j.examples.nft;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A picture of curves as SVG: one colour for each algorithm, a line for each seed. */
final class CurvesPicture {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 260;
    private static final int LEFT = 40;
    private static final int TOP = 30;
    private static final int MARGIN = 30;
    private static final List<String> COLOURS = List.of("#1f77b4", "#d95f02");

    private CurvesPicture() {}

    static String of(String title, List<Curve> curves) {
        long rounds = Math.max(1, curves.stream().mapToLong(CurvesPicture::rounds).max().orElse(1));
        List<String> algorithms = curves.stream().map(Curve::algorithm).distinct().toList();
        StringBuilder svg = new StringBuilder();
        svg.append(format(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %1$d %2$d' width='%1$d' height='%2$d'"
                        + " font-family='sans-serif' font-size='11'>\n<rect width='100%%' height='100%%' fill='white'/>\n",
                WIDTH + LEFT + MARGIN, HEIGHT + TOP + 2 * MARGIN));
        svg.append(format("<text x='%d' y='18' font-weight='bold'>%s</text>\n", LEFT, title));
        for (double reward : new double[] {0, 0.25, 0.5, 0.75, 1}) {
            svg.append(format("<path d='M%d %.1f h%d' stroke='#ddd'/>", LEFT, y(reward), WIDTH));
            svg.append(format("<text x='%d' y='%.1f' text-anchor='end'>%.2f</text>\n", LEFT - 5, y(reward) + 4, reward));
        }
        for (long round = 0; round <= rounds; round += 2) {
            svg.append(format(
                    "<text x='%.1f' y='%d' text-anchor='middle'>%d</text>\n", x(round, rounds), TOP + HEIGHT + 16, round));
        }
        for (int i = 0; i < algorithms.size(); i++) {
            svg.append(format(
                    "<text x='%d' y='%d' fill='%s' font-weight='bold'>%s</text>\n",
                    LEFT + i * 80, TOP + HEIGHT + 40, COLOURS.get(i), algorithms.get(i)));
        }
        for (Curve curve : curves) {
            svg.append(line(curve, rounds, COLOURS.get(algorithms.indexOf(curve.algorithm()))));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String line(Curve curve, long rounds, String colour) {
        String points = curve.points().stream()
                .map(point -> format("%.1f,%.1f", x(point.round(), rounds), y(point.reward())))
                .collect(Collectors.joining(" "));
        return format("<polyline points='%s' fill='none' stroke='%s' stroke-width='1.5'/>\n", points, colour);
    }

    private static long rounds(Curve curve) {
        return curve.points().get(curve.points().size() - 1).round();
    }

    private static double x(long round, long rounds) {
        return LEFT + WIDTH * (double) round / rounds;
    }

    private static double y(double reward) {
        return TOP + HEIGHT * (1 - reward);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
