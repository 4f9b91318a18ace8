package org.rft4j.core.data.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that holds one JSON array of objects, in UTF-8, compressed by gzip or not. It is read object by object. An element that is
 * no object is a bad row; where the syntax is broken nothing behind it can be read.
 */
public final class JsonArrayFile implements RowSource {
    private static final JsonFactory JSON = JsonValues.factory(JsonlFile.DEFAULT_MAX_LINE_BYTES);

    private final Path file;

    private JsonArrayFile(Path file) {
        this.file = file;
    }

    /**
     * Names a file, which is opened when rows are read.
     *
     * @param file the file
     * @return its rows, numbered from 1
     */
    public static JsonArrayFile of(Path file) {
        return new JsonArrayFile(file);
    }

    @Override
    public String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public RowCursor open() {
        return new Cursor();
    }

    /** Reads on, element by element. */
    private final class Cursor implements RowCursor {
        private final JsonParser json;
        private long number;
        private boolean ended;

        Cursor() {
            try {
                InputStream bytes = withoutMark(new BufferedInputStream(TextLines.open(file)));
                json = JSON.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
            } catch (IOException e) {
                throw DataException.unreadable(file, 0, e);
            }
        }

        @Override
        public @Nullable Read next() {
            if (ended) {
                return null;
            }
            try {
                return element();
            } catch (JsonProcessingException e) {
                throw broken(e.getLocation(), JsonValues.complaint(e), e);
            } catch (CharacterCodingException e) {
                throw broken(json.currentLocation(), "not UTF-8 behind this place", e);
            } catch (IOException e) {
                throw DataException.unreadable(file, json.currentLocation().getLineNr(), e);
            }
        }

        private @Nullable Read element() throws IOException {
            if (number == 0 && json.nextToken() != JsonToken.START_ARRAY) {
                throw broken(json.currentTokenLocation(), "no array", null);
            }
            number++;
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_OBJECT) {
                return new Row(name(), number, JsonValues.object(json));
            }
            if (token == JsonToken.END_ARRAY) {
                ended = true;
                if (json.nextToken() != null) {
                    throw broken(json.currentTokenLocation(), "more text after the array", null);
                }
                return null;
            }
            if (token == null) {
                throw broken(json.currentLocation(), "an array without an end", null);
            }
            JsonLocation at = json.currentTokenLocation();
            String found = JsonValues.quoted(json.getText());
            json.skipChildren();
            return RowProblem.at(name(), at.getLineNr(), at.getColumnNr(), found, "must be a JSON object");
        }

        private DataException broken(@Nullable JsonLocation at, String found, @Nullable Throwable cause) {
            ended = true;
            int line = at == null ? 1 : Math.max(1, at.getLineNr());
            RowProblem problem =
                    RowProblem.at(name(), line, JsonValues.column(at), found, "must be a JSON array of objects");
            String wayOut = "restore the file, or read it as JSONL if it has an object per line";
            return cause == null ? new DataException(problem, wayOut) : new DataException(problem, wayOut, cause);
        }

        @Override
        public void close() {
            try {
                json.close();
            } catch (IOException e) {
                throw DataException.unreadable(file, 0, e);
            }
        }
    }

    private static InputStream withoutMark(InputStream in) throws IOException {
        in.mark(3);
        if (!(in.read() == 0xEF && in.read() == 0xBB && in.read() == 0xBF)) {
            in.reset();
        }
        return in;
    }
}
