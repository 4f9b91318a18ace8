package org.rft4j.core.report;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.InvalidInputException;

/** Rows and columns, as HTML and as lines. Where a row has no value for a column, and where it has an empty one, there is a dash. */
final class TableView {
    private static final String NOTHING = "-";
    private static final String GAP = "  ";

    /** The widest column of text, in the plain form. */
    private static final int WIDEST = 48;

    private final List<String> columns;
    private final List<Map<String, Cell>> rows;
    private final long left;

    private TableView(List<String> columns, List<Map<String, Cell>> rows, long left) {
        this.columns = columns;
        this.rows = rows;
        this.left = left;
    }

    /** A value in words, and whether it is a number. */
    private record Cell(String text, boolean number) {}

    /** Each row a record or a map. */
    static View of(Collection<?> rows, int mostRows) {
        List<Map<String, Cell>> cells = new ArrayList<>();
        Set<String> columns = new LinkedHashSet<>();
        for (Object row : rows) {
            if (cells.size() == mostRows) {
                break;
            }
            Map<String, Cell> ofRow = new LinkedHashMap<>();
            fields(row).forEach((name, value) -> ofRow.put(name, cell(value)));
            columns.addAll(ofRow.keySet());
            cells.add(ofRow);
        }
        return new TableView(List.copyOf(columns), cells, rows.size() - cells.size()).view();
    }

    private static Map<String, @Nullable Object> fields(Object row) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (row instanceof Map<?, ?> map) {
            map.forEach((name, value) -> fields.put(String.valueOf(name), value));
        } else if (row instanceof Record) {
            for (RecordComponent component : row.getClass().getRecordComponents()) {
                fields.put(component.getName(), value(row, component.getAccessor()));
            }
        } else {
            throw new InvalidInputException(
                    "row of a table",
                    row.getClass().getName(),
                    "must be a record or a map",
                    "name its parts by a record");
        }
        return fields;
    }

    /** Records of a cell of a notebook, and those of tests, are not public. */
    private static @Nullable Object value(Object row, Method accessor) {
        try {
            accessor.setAccessible(true);
            return accessor.invoke(row);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(accessor + " cannot be read", e);
        }
    }

    private static Cell cell(@Nullable Object value) {
        if (value instanceof Optional<?> optional) {
            return cell(optional.orElse(null));
        }
        if (value instanceof OptionalDouble optional) {
            return optional.isPresent() ? cell(optional.getAsDouble()) : cell(null);
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? cell(optional.getAsInt()) : cell(null);
        }
        if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? cell(optional.getAsLong()) : cell(null);
        }
        if (value instanceof Double || value instanceof Float) {
            return new Cell(Numbers.of(((Number) value).doubleValue()), true);
        }
        return value == null ? new Cell(NOTHING, false) : new Cell(String.valueOf(value), value instanceof Number);
    }

    private View view() {
        return new View(html(), text());
    }

    private Cell cell(Map<String, Cell> row, String column) {
        return row.getOrDefault(column, new Cell(NOTHING, false));
    }

    private boolean isNumeric(String column) {
        return rows.stream()
                .map(row -> cell(row, column))
                .allMatch(cell -> cell.number() || cell.text().equals(NOTHING));
    }

    private String html() {
        StringBuilder html = new StringBuilder(ViewHtml.OPEN)
                .append("<table style=\"" + ViewHtml.TABLE + "\"><thead><tr style=\"")
                .append(ViewHtml.ROW)
                .append("\">");
        for (String column : columns) {
            append(html, "th", ViewHtml.HEAD + align(column), column);
        }
        html.append("</tr></thead><tbody>");
        for (Map<String, Cell> row : rows) {
            html.append("<tr style=\"").append(ViewHtml.ROW).append("\">");
            for (String column : columns) {
                append(
                        html,
                        "td",
                        ViewHtml.CELL + align(column),
                        cell(row, column).text());
            }
            html.append("</tr>");
        }
        html.append("</tbody></table>");
        if (left > 0) {
            html.append("<div style=\"" + ViewHtml.SOFT + "\">")
                    .append(remark())
                    .append("</div>");
        }
        return html.append(ViewHtml.CLOSE).toString();
    }

    private String align(String column) {
        return isNumeric(column) ? ";text-align:right" : ";text-align:left";
    }

    private static void append(StringBuilder html, String tag, String style, String text) {
        html.append('<').append(tag).append(" style=\"").append(style).append("\">");
        html.append(Html.escape(Html.shortened(text, ViewHtml.MOST_CHARACTERS)));
        html.append("</").append(tag).append('>');
    }

    private String text() {
        List<StringBuilder> lines = new ArrayList<>();
        for (int i = 0; i <= rows.size(); i++) {
            lines.add(new StringBuilder());
        }
        for (String column : columns) {
            List<String> words = new ArrayList<>(List.of(Printable.line(column)));
            rows.forEach(row -> words.add(Printable.line(cell(row, column).text())));
            int width = Math.min(
                    WIDEST, words.stream().mapToInt(Printable::width).max().orElse(0));
            boolean right = isNumeric(column);
            for (int i = 0; i < words.size(); i++) {
                String word = Printable.column(words.get(i), width);
                String pad = " ".repeat(word.length() - word.stripTrailing().length());
                lines.get(i).append(right ? pad + word.stripTrailing() : word).append(GAP);
            }
        }
        List<String> all = new ArrayList<>(
                lines.stream().map(line -> line.toString().stripTrailing()).toList());
        if (left > 0) {
            all.add(remark());
        }
        return String.join("\n", all);
    }

    private String remark() {
        return Numbers.count(left, "more row", "more rows");
    }
}
