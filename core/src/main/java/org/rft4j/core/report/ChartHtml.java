package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Draws a chart. Lines are SVG that is stretched to the width there is; words are HTML beside it, so that they keep their size on any
 * screen. The script finds values to show in a block of JSON.
 */
final class ChartHtml {
    /** Points of a curve: more than a screen has columns for would only be weight. */
    private static final int MOST_POINTS = 400;

    private static final int SIZE = 1000;
    private static final int STEP_TICKS = 7;
    private static final int VALUE_TICKS = 8;

    private final StringBuilder html;
    private final Axis steps;

    ChartHtml(StringBuilder html, Axis steps) {
        this.html = html;
        this.steps = steps;
    }

    /** The steps that all charts of a page have in common. */
    static Axis steps(List<Chart> charts) {
        double[] all = charts.stream()
                .flatMap(chart -> chart.curves().stream())
                .flatMapToDouble(curve -> DoubleStream.of(curve.steps()))
                .toArray();
        long first = (long) DoubleStream.of(all).min().orElse(0);
        return Axis.ofSteps(first, (long) DoubleStream.of(all).max().orElse(1), STEP_TICKS);
    }

    void draw(Chart chart, String kind) {
        List<Curve> curves = chart.curves();
        List<Curve> smooth = curves.stream().map(Curve::smoothed).toList();
        List<Curve> edges =
                chart.band().map(band -> edges(smooth.get(0), band.smoothed())).orElse(List.of());
        Axis values = values(Stream.concat(curves.stream(), edges.stream()).toList());
        html.append("<figure class=\"chart ")
                .append(kind)
                .append("\"><figcaption><h3>")
                .append(Html.escape(chart.title()));
        html.append("</h3>");
        legend(smooth);
        html.append("</figcaption><div class=\"plot\">");
        ticks(values);
        html.append("<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        grid(values);
        if (!edges.isEmpty()) {
            html.append("<path class=\"band c0\" d=\"")
                    .append(area(edges.get(0), edges.get(1), values))
                    .append("\"/>");
        }
        for (int i = 0; i < curves.size(); i++) {
            if (!smooth.get(i).isLike(curves.get(i))) {
                path(curves.get(i), values, "raw c" + i);
            }
            path(smooth.get(i), values, "line c" + i);
        }
        html.append("</svg><div class=\"cursor\"></div><div class=\"tip\"></div>");
        data(curves);
        html.append("</div><p class=\"names\">")
                .append(Html.escape(chart.metrics()))
                .append(remark(curves, smooth))
                .append("</p></figure>\n");
    }

    private static List<Curve> edges(Curve middle, Curve half) {
        double[] low = new double[middle.length()];
        double[] high = new double[middle.length()];
        for (int i = 0; i < low.length; i++) {
            low[i] = middle.values()[i] - half.values()[i];
            high[i] = middle.values()[i] + half.values()[i];
        }
        return List.of(middle.with("low", low), middle.with("high", high));
    }

    private static Axis values(List<Curve> curves) {
        double[] finite = curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.values()))
                .filter(Double::isFinite)
                .toArray();
        double least = DoubleStream.of(finite).min().orElse(0);
        double most = DoubleStream.of(finite).max().orElse(0);
        boolean nearZero = least > 0 && least < most / 2;
        return Axis.ofValues(nearZero ? 0 : least, most, VALUE_TICKS);
    }

    private void legend(List<Curve> curves) {
        int common = commonFolder(curves.stream().map(Curve::name).toList());
        html.append("<ul>");
        for (int i = 0; i < curves.size(); i++) {
            html.append("<li class=\"c").append(i).append("\"><i></i>");
            if (curves.size() > 1) {
                String name = curves.get(i).name().substring(common);
                html.append("<span>").append(Html.escape(name)).append("</span>");
            }
            html.append("<b>").append(Numbers.of(curves.get(i).last())).append("</b></li>");
        }
        html.append("</ul>");
    }

    /** How long the beginning up to a slash is that all names share. */
    private static int commonFolder(List<String> names) {
        int end = names.get(0).lastIndexOf('/') + 1;
        String folder = names.get(0).substring(0, end);
        return names.stream().allMatch(name -> name.startsWith(folder)) ? end : 0;
    }

    private void ticks(Axis values) {
        for (double tick : values.ticks()) {
            html.append("<span class=\"y\" style=\"top:")
                    .append(percent(1 - values.place(tick)))
                    .append("\">");
            html.append(values.label(tick)).append("</span>");
        }
        for (double tick : steps.ticks()) {
            html.append("<span class=\"x\" style=\"left:")
                    .append(percent(steps.place(tick)))
                    .append("\">");
            html.append(steps.label(tick)).append("</span>");
        }
    }

    private void grid(Axis values) {
        html.append("<path class=\"grid\" d=\"");
        for (double tick : values.ticks()) {
            html.append("M0 ").append(y(values, tick)).append("H1000");
        }
        html.append("\"/>");
        if (values.low() < 0 && values.high() > 0) {
            html.append("<path class=\"zero\" d=\"M0 ").append(y(values, 0)).append("H1000\"/>");
        }
    }

    private void path(Curve curve, Axis values, String style) {
        html.append("<path class=\"")
                .append(style)
                .append("\" d=\"")
                .append(line(curve, values))
                .append("\"/>");
    }

    /** A curve that pauses where it has no finite value. A point alone is drawn as a line of no length, which has round ends. */
    private String line(Curve whole, Axis values) {
        Curve curve = whole.thinned(MOST_POINTS);
        StringBuilder path = new StringBuilder();
        boolean down = false;
        for (int i = 0; i < curve.length(); i++) {
            double value = curve.values()[i];
            if (Double.isFinite(value)) {
                String point = x(curve.steps()[i]) + " " + y(values, value);
                path.append(down ? "L" : "M").append(point);
                boolean alone = !down && (i + 1 == curve.length() || !Double.isFinite(curve.values()[i + 1]));
                path.append(alone ? "L" + point : "");
            }
            down = Double.isFinite(value);
        }
        return path.toString();
    }

    private String area(Curve low, Curve high, Axis values) {
        List<String> there = points(high, values);
        List<String> back = new ArrayList<>(points(low, values));
        Collections.reverse(back);
        return there.isEmpty() ? "" : "M" + String.join("L", there) + "L" + String.join("L", back) + "Z";
    }

    private List<String> points(Curve whole, Axis values) {
        Curve curve = whole.thinned(MOST_POINTS);
        List<String> points = new ArrayList<>();
        for (int i = 0; i < curve.length(); i++) {
            if (Double.isFinite(curve.values()[i])) {
                points.add(x(curve.steps()[i]) + " " + y(values, curve.values()[i]));
            }
        }
        return points;
    }

    private void data(List<Curve> curves) {
        html.append("<script type=\"application/json\">");
        html.append(Html.escapeJson(JsonLine.write(json -> {
            json.writeNumberField("from", steps.low());
            json.writeNumberField("to", steps.high());
            json.writeArrayFieldStart("curves");
            for (Curve whole : curves) {
                Curve curve = whole.thinned(MOST_POINTS);
                json.writeStartObject();
                json.writeStringField("name", curve.name());
                json.writeArrayFieldStart("steps");
                for (double step : curve.steps()) {
                    json.writeNumber((long) step);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("values");
                for (double value : curve.values()) {
                    json.writeString(Numbers.of(value));
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        })));
        html.append("</script>");
    }

    private static String remark(List<Curve> curves, List<Curve> smooth) {
        OptionalInt window = IntStream.range(0, curves.size())
                .filter(i -> !smooth.get(i).isLike(curves.get(i)))
                .map(i -> curves.get(i).window())
                .max();
        long notFinite = curves.stream()
                .flatMapToDouble(curve -> DoubleStream.of(curve.values()))
                .filter(Double::isInfinite)
                .count();
        Optional<String> smoothed =
                window.isPresent() ? Optional.of("mean over " + window.getAsInt() + " points") : Optional.empty();
        Optional<String> left = notFinite > 0
                ? Optional.of(Numbers.count(notFinite, "infinite value", "infinite values") + " left out")
                : Optional.empty();
        return Stream.of(smoothed, left)
                .flatMap(Optional::stream)
                .map(text -> " \u00b7 " + text)
                .reduce("", String::concat);
    }

    private String x(double step) {
        return number(steps.place(step) * SIZE);
    }

    private static String y(Axis values, double value) {
        return number((1 - values.place(value)) * SIZE);
    }

    private static String percent(double share) {
        return number(share * 100) + "%";
    }

    private static String number(double value) {
        double rounded = Math.rint(value * 10) / 10;
        return rounded == Math.rint(rounded)
                ? Long.toString(Math.round(rounded))
                : String.format(Locale.ROOT, "%.1f", rounded);
    }
}
