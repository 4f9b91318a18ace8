package org.rft4j.core.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.run.Finding;

/** Shows findings, those that want most attention first, and of those with the same code the last one with their number. */
final class FindingsHtml {
    private final StringBuilder html;

    FindingsHtml(StringBuilder html) {
        this.html = html;
    }

    void append(List<Finding> findings) {
        if (findings.isEmpty()) {
            return;
        }
        Map<String, List<Finding>> byCode = new LinkedHashMap<>();
        findings.forEach(finding -> byCode.computeIfAbsent(finding.code(), code -> new ArrayList<>())
                .add(finding));
        html.append("<h2>Findings</h2>\n<ul class=\"findings\">");
        byCode.values().stream()
                .sorted(Comparator.comparing(same -> last(same).level(), Comparator.reverseOrder()))
                .forEach(this::item);
        html.append("</ul>\n");
    }

    private static Finding last(List<Finding> findings) {
        return findings.get(findings.size() - 1);
    }

    private void item(List<Finding> same) {
        Finding finding = last(same);
        String level = Words.of(finding.level());
        html.append("<li class=\"card ").append(level).append("\"><b>").append(Html.escape(finding.code()));
        html.append("</b> <small>").append(level).append(", step ").append(Numbers.of(finding.step()));
        if (same.size() > 1) {
            html.append(", ")
                    .append(same.size())
                    .append(" times since step ")
                    .append(Numbers.of(same.get(0).step()));
        }
        html.append("</small><br>").append(Html.escape(finding.text())).append("</li>");
    }
}
