package org.rft4j.core.data.rows;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a record into fields, line by line: inside quotes it goes on in the next line. */
final class CsvFields {
    private enum State {
        START,
        BARE,
        QUOTED,
        CLOSED
    }

    private final char delimiter;
    private final List<String> fields = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final StringBuilder field = new StringBuilder();
    private State state = State.START;
    private @Nullable String found;
    private int lines;
    private Place begun = new Place(0, 1);
    private Place foundAt = begun;

    CsvFields(char delimiter) {
        this.delimiter = delimiter;
    }

    /** Takes a line without its end; true if the record goes on in the next one. */
    boolean line(String line, String end) {
        for (int i = 0; i < line.length() && found == null; i++) {
            character(line.charAt(i), i + 1);
        }
        if (found != null) {
            return false;
        }
        if (state == State.QUOTED) {
            field.append(end);
            lines++;
            return true;
        }
        endField(line.length() + 2);
        return false;
    }

    private void character(char c, int column) {
        switch (state) {
            case START -> {
                if (c == '"') {
                    state = State.QUOTED;
                } else if (c == delimiter) {
                    endField(column + 1);
                } else {
                    field.append(c);
                    state = State.BARE;
                }
            }
            case BARE -> {
                if (c == '"') {
                    stop("a quote inside a field without quotes", column);
                } else if (c == delimiter) {
                    endField(column + 1);
                } else {
                    field.append(c);
                }
            }
            case QUOTED -> {
                if (c == '"') {
                    state = State.CLOSED;
                } else {
                    field.append(c);
                }
            }
            case CLOSED -> {
                if (c == '"') {
                    field.append(c);
                    state = State.QUOTED;
                } else if (c == delimiter) {
                    endField(column + 1);
                } else {
                    stop("'" + c + "' behind a closing quote", column);
                }
            }
        }
    }

    private void stop(String what, int column) {
        found = what;
        foundAt = new Place(lines, column);
    }

    private void endField(int nextColumn) {
        fields.add(field.toString());
        places.add(begun);
        field.setLength(0);
        state = State.START;
        begun = new Place(lines, nextColumn);
    }

    List<String> fields() {
        return fields;
    }

    /** Where a field begins. */
    Place place(int index) {
        return places.get(index);
    }

    /** What is wrong, or null. */
    @Nullable
    String found() {
        return found;
    }

    /** Where it is wrong, or where the open field begins. */
    Place foundAt() {
        return found == null ? begun : foundAt;
    }

    /** A character, from 1, of a line of the record, from 0. */
    record Place(int line, int column) {}
}
