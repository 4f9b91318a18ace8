package org.rft4j.core.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * Draws a chart of a report. Lines are SVG that is stretched to the width there is; words are HTML beside it, so that they keep their size
 * on any screen. The script finds values to show in a block of JSON.
 */
final class ChartHtml {
    private static final int SIZE = 1000;
    private static final int VALUE_TICKS = 8;

    private final StringBuilder html;
    private final Axis steps;

    ChartHtml(StringBuilder html, Axis steps) {
        this.html = html;
        this.steps = steps;
    }

    void draw(Chart chart, String kind) {
        List<Curve> curves = chart.curves();
        List<Curve> smooth = curves.stream().map(Curve::smoothed).toList();
        List<Curve> edges = ChartLines.edges(chart);
        Axis values =
                ChartLines.values(Stream.concat(curves.stream(), edges.stream()).toList(), VALUE_TICKS);
        ChartLines lines = new ChartLines(steps, values, SIZE, SIZE);
        html.append("<figure class=\"chart ")
                .append(kind)
                .append("\"><figcaption><h3>")
                .append(Html.escape(chart.title()));
        html.append("</h3>");
        legend(smooth);
        html.append("</figcaption><div class=\"plot\">");
        ticks(values);
        html.append("<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
        grid(lines);
        if (!edges.isEmpty()) {
            html.append("<path class=\"band c0\" d=\"")
                    .append(lines.area(edges.get(0), edges.get(1)))
                    .append("\"/>");
        }
        for (int i = 0; i < curves.size(); i++) {
            if (!smooth.get(i).isLike(curves.get(i))) {
                path(lines.line(curves.get(i)), "raw c" + i);
            }
            path(lines.line(smooth.get(i)), "line c" + i);
        }
        html.append("</svg><div class=\"cursor\"></div><div class=\"tip\"></div>");
        data(curves);
        html.append("</div><p class=\"names\">")
                .append(Html.escape(chart.metrics()))
                .append(ChartWords.remark(curves))
                .append("</p></figure>\n");
    }

    private void legend(List<Curve> curves) {
        List<String> names = ChartWords.names(curves);
        html.append("<ul>");
        for (int i = 0; i < curves.size(); i++) {
            html.append("<li class=\"c").append(i).append("\"><i></i>");
            if (curves.size() > 1) {
                html.append("<span>").append(Html.escape(names.get(i))).append("</span>");
            }
            html.append("<b>").append(Numbers.of(curves.get(i).last())).append("</b></li>");
        }
        html.append("</ul>");
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

    private void grid(ChartLines lines) {
        Axis values = lines.values();
        html.append("<path class=\"grid\" d=\"");
        for (double tick : values.ticks()) {
            html.append("M0 ").append(lines.y(tick)).append("H1000");
        }
        html.append("\"/>");
        if (values.low() < 0 && values.high() > 0) {
            html.append("<path class=\"zero\" d=\"M0 ").append(lines.y(0)).append("H1000\"/>");
        }
    }

    private void path(String line, String style) {
        html.append("<path class=\"")
                .append(style)
                .append("\" d=\"")
                .append(line)
                .append("\"/>");
    }

    private void data(List<Curve> curves) {
        html.append("<script type=\"application/json\">");
        html.append(Html.escapeJson(JsonLine.write(json -> {
            json.writeNumberField("from", steps.low());
            json.writeNumberField("to", steps.high());
            json.writeArrayFieldStart("curves");
            for (Curve whole : curves) {
                Curve curve = whole.thinned(ChartLines.MOST_POINTS);
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

    private static String percent(double share) {
        return ChartLines.number(share * 100) + "%";
    }
}
