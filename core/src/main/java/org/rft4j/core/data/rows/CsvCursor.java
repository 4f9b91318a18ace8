package org.rft4j.core.data.rows;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a CSV file, record by record. */
final class CsvCursor implements RowCursor {
    private static final String WAY_OUT = "correct the file, or give delimiter and header in CsvOptions";

    private final Path file;
    private final String name;
    private final CsvOptions options;
    private final LineReader lines;
    private @Nullable List<String> header;

    CsvCursor(Path file, String name, CsvOptions options) {
        this.file = file;
        this.name = name;
        this.options = options;
        this.header = options.header();
        this.lines = new LineReader(TextLines.open(file), options.maxRecordBytes());
    }

    @Override
    public @Nullable Read next() {
        try {
            List<String> names = header == null ? readHeader() : header;
            header = names;
            while (lines.next()) {
                if (lines.kept() > 0 && !(lines.kept() == 1 && lines.bytes()[0] == '\r')) {
                    return record(names);
                }
            }
            return null;
        } catch (IOException e) {
            throw DataException.unreadable(file, lines.number() + 1, e);
        }
    }

    private List<String> readHeader() throws IOException {
        if (!lines.next()) {
            throw new DataException(
                    RowProblem.at(name, 1, 1, "nothing", "must be a header that names the columns"), WAY_OUT);
        }
        CsvFields fields = new CsvFields(options.delimiter());
        RowProblem problem = collect(fields);
        List<String> names = fields.fields();
        if (problem == null && new HashSet<>(names).size() != names.size()) {
            problem = RowProblem.at(name, 1, 1, "header " + names, "must name no column twice");
        }
        if (problem == null && !names.containsAll(options.types().keySet())) {
            problem = RowProblem.at(
                    name,
                    1,
                    1,
                    "header " + names,
                    "must have the typed columns " + options.types().keySet());
        }
        if (problem != null) {
            throw new DataException(problem, WAY_OUT);
        }
        return List.copyOf(names);
    }

    private Read record(List<String> names) throws IOException {
        long first = lines.number();
        CsvFields fields = new CsvFields(options.delimiter());
        RowProblem problem = collect(fields);
        if (problem != null) {
            return problem;
        }
        List<String> texts = fields.fields();
        if (texts.size() != names.size()) {
            CsvFields.Place place = fields.place(Math.min(texts.size(), names.size() + 1) - 1);
            return RowProblem.at(
                    name,
                    first + place.line(),
                    place.column(),
                    texts.size() + (texts.size() == 1 ? " field" : " fields"),
                    "must be the " + names.size() + " of the header " + names);
        }
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            CsvType type = options.types().getOrDefault(names.get(i), CsvType.TEXT);
            try {
                columns.put(
                        names.get(i), type != CsvType.TEXT && texts.get(i).isEmpty() ? null : type.parse(texts.get(i)));
            } catch (NumberFormatException | JsonProcessingException e) {
                return new RowProblem(
                        name,
                        first + fields.place(i).line(),
                        fields.place(i).column(),
                        names.get(i),
                        JsonValues.quoted(texts.get(i)),
                        "must be " + type.expected());
            }
        }
        return new Row(name, first, columns);
    }

    /**
     * Reads the lines of a record, the first of which has been read; gives what is wrong, or null. A line that is no UTF-8 is still
     * searched for quotes, so that the next record begins where it should.
     */
    private @Nullable RowProblem collect(CsvFields fields) throws IOException {
        long first = lines.number();
        long length = 0;
        RowProblem problem = null;
        boolean goesOn = true;
        while (goesOn) {
            length += lines.length();
            if (length > options.maxRecordBytes()) {
                String rule = "must have at most " + options.maxRecordBytes() + ", or a higher limit";
                throw new DataException(
                        RowProblem.at(name, first, 1, "more than " + options.maxRecordBytes() + " bytes long", rule),
                        "look for a quote that is never closed, or set CsvOptions.maxRecordBytes");
            }
            String text = TextLines.decode(lines.bytes(), lines.kept());
            if (text == null) {
                problem = problem == null ? encoding() : problem;
                text = new String(lines.bytes(), 0, lines.kept(), StandardCharsets.UTF_8);
            }
            boolean carriage = text.endsWith("\r");
            goesOn = fields.line(carriage ? text.substring(0, text.length() - 1) : text, carriage ? "\r\n" : "\n");
            if (goesOn && !lines.next()) {
                throw new DataException(
                        at(first, fields, "a quote that is never closed", "must be closed"),
                        "close it where the field ends");
            }
        }
        String found = fields.found();
        return problem != null || found == null
                ? problem
                : at(first, fields, found, "must be quoted as a whole, with quotes inside doubled");
    }

    private @Nullable RowProblem encoding() {
        return TextLines.problem(
                name, lines.number(), lines.bytes(), lines.kept(), lines.length(), options.maxRecordBytes());
    }

    private RowProblem at(long first, CsvFields fields, String found, String rule) {
        CsvFields.Place place = fields.foundAt();
        return RowProblem.at(name, first + place.line(), place.column(), found, rule);
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw DataException.unreadable(file, lines.number(), e);
        }
    }
}
