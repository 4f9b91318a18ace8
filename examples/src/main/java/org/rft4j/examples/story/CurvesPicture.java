package org.rft4j.examples.story;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A picture of curves as SVG: a colour for each name, a line for each seed. The axis of rewards shows 0 and 1 in any case. */
final class CurvesPicture {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 240;
    private static final int LEFT = 40;
    private static final int TOP = 34;
    private static final int MARGIN = 30;
    private static final double GRID = 0.5;
    private static final List<String> COLOURS = List.of("#1f77b4", "#d95f02");

    private final StringBuilder svg = new StringBuilder();
    private final double rounds;
    private final double bottom;
    private final double top;

    private CurvesPicture(List<Curve> curves) {
        rounds = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(Curve.Point::round)
                .max()
                .orElse(1);
        bottom = Math.floor(rewards(curves).min().orElse(0) / GRID) * GRID;
        top = Math.ceil(rewards(curves).max().orElse(1) / GRID) * GRID;
    }

    private static DoubleStream rewards(List<Curve> curves) {
        return DoubleStream.concat(
                DoubleStream.of(0, 1),
                curves.stream().flatMap(curve -> curve.points().stream()).mapToDouble(Curve.Point::reward));
    }

    static String of(String title, List<Curve> curves) {
        CurvesPicture picture = new CurvesPicture(curves);
        picture.frame(title);
        List<String> names = curves.stream().map(Curve::name).distinct().toList();
        for (String name : names) {
            picture.text(LEFT + 90 * names.indexOf(name), TOP + HEIGHT + 40, "start", colour(names, name), name);
        }
        curves.forEach(curve -> picture.line(curve, colour(names, curve.name())));
        return picture.add("</svg>").svg.toString();
    }

    private static String colour(List<String> names, String name) {
        return COLOURS.get(names.indexOf(name) % COLOURS.size());
    }

    private void frame(String title) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %1$d %2$d\" width=\"%1$d\" height=\"%2$d\""
                        + " font-family=\"sans-serif\" font-size=\"11\">",
                LEFT + WIDTH + MARGIN, TOP + HEIGHT + 2 * MARGIN);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        text(LEFT, 18, "start", "black", title);
        for (double reward = bottom; reward <= top; reward += GRID) {
            add("<path d=\"M%d %.1f h%d\" stroke=\"#ddd\"/>", LEFT, y(reward), WIDTH);
            text(LEFT - 6, y(reward) + 4, "end", "#555", String.format(Locale.ROOT, "%.1f", reward));
        }
        text(LEFT, TOP + HEIGHT + 18, "start", "#555", "round 0");
        text(LEFT + WIDTH, TOP + HEIGHT + 18, "end", "#555", String.format(Locale.ROOT, "%.0f", rounds));
    }

    private void line(Curve curve, String colour) {
        String points = curve.points().stream()
                .map(point -> String.format(
                        Locale.ROOT, "%.1f,%.1f", LEFT + WIDTH * point.round() / rounds, y(point.reward())))
                .collect(Collectors.joining(" "));
        add("<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>", points, colour);
    }

    private void text(double x, double y, String anchor, String colour, String words) {
        add("<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"%s\" fill=\"%s\">%s</text>", x, y, anchor, colour, words);
    }

    private double y(double reward) {
        return TOP + HEIGHT * (top - reward) / (top - bottom);
    }

    private CurvesPicture add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
        return this;
    }
}
