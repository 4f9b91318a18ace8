package org.rft4j.rewards.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;

/**
 * The process that queries run in: reads requests line by line, answers each with a line. Nothing of the trainer is in it: it is started
 * with an empty environment, in an empty folder, with no other classes than this package, Jackson and the drivers.
 */
final class SqlWorker {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STEPS_BETWEEN_LOOKS = 10_000;

    private SqlWorker() {}

    /**
     * Serves until the input ends.
     *
     * @param args none
     * @throws IOException if the pipe breaks
     */
    public static void main(String[] args) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
        }
    }

    private static ObjectNode answer(JsonNode request) {
        ObjectNode answer = JSON.createObjectNode();
        Deadline deadline = new Deadline(request.path("millis").longValue());
        String stage = "DATABASE";
        try (Connection connection = open(request, deadline)) {
            answer.set("schema", schema(connection));
            restrict(connection, request);
            stage = "QUERY";
            answer.set("rows", rows(connection, request, deadline));
        } catch (SQLException | RuntimeException | LinkageError e) {
            answer.put("kind", deadline.passed() ? "TIME" : e instanceof TooMuchException ? "SIZE" : stage);
            answer.put("message", String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            answer.put("kind", "SIZE").put("message", "out of memory");
        }
        return answer;
    }

    private static Connection open(JsonNode request, Deadline deadline) throws SQLException {
        boolean sqlite = request.path("engine").textValue().equals("SQLITE");
        String file = request.path("file").textValue();
        Connection connection = sqlite ? openSqlite(file) : openDuckDb(file);
        try {
            if (sqlite) {
                ProgressHandler.setHandler(connection, STEPS_BETWEEN_LOOKS, deadline.handler());
            }
            if (request.hasNonNull("script")) {
                try (Statement statement = connection.createStatement()) {
                    if (sqlite) {
                        statement.executeUpdate(request.path("script").textValue());
                    } else {
                        statement.execute(request.path("script").textValue());
                    }
                }
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static Connection openSqlite(@Nullable String file) throws SQLException {
        Properties options = new Properties();
        options.setProperty("limit_attached", "0");
        return DriverManager.getConnection(
                file == null ? "jdbc:sqlite::memory:" : "jdbc:sqlite:file:" + escaped(file) + "?mode=ro&immutable=1",
                options);
    }

    private static String escaped(String file) {
        return file.replace("%", "%25").replace("?", "%3f").replace("#", "%23");
    }

    private static Connection openDuckDb(@Nullable String file) throws SQLException {
        Properties options = new Properties();
        if (file != null) {
            options.setProperty("duckdb.read_only", "true");
        }
        return DriverManager.getConnection("jdbc:duckdb:" + (file == null ? "" : file), options);
    }

    /** What a model wrote may not lift these; SQLite's memory limit can only be lowered. */
    private static void restrict(Connection connection, JsonNode request) throws SQLException {
        int memory = request.path("memoryMiB").intValue();
        try (Statement statement = connection.createStatement()) {
            if (request.path("engine").textValue().equals("SQLITE")) {
                statement.execute("PRAGMA hard_heap_limit=" + memory * (1L << 20));
                statement.execute("PRAGMA temp_store=2");
                statement.execute("PRAGMA query_only=ON");
            } else {
                statement.execute("SET enable_external_access=false");
                statement.execute("SET memory_limit='" + memory + "MiB'");
                statement.execute("SET max_temp_directory_size='0KiB'");
                statement.execute("SET threads=1");
                statement.execute("SET lock_configuration=true");
            }
        }
    }

    private static ObjectNode schema(Connection connection) throws SQLException {
        ObjectNode schema = JSON.createObjectNode();
        DatabaseMetaData data = connection.getMetaData();
        try (ResultSet columns = data.getColumns(null, null, "%", "%")) {
            while (columns.next()) {
                String table = columns.getString("TABLE_NAME");
                if (!table.startsWith("sqlite_")) { // SQLite keeps such names for itself
                    schema.withArray("/" + pointer(table)).add(columns.getString("COLUMN_NAME"));
                }
            }
        }
        return schema;
    }

    private static String pointer(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static ArrayNode rows(Connection connection, JsonNode request, Deadline deadline) throws SQLException {
        ArrayNode rows = JSON.createArrayNode();
        long characters = request.path("characters").longValue();
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout((int) Math.max(1, deadline.secondsLeft()));
            if (!statement.execute(request.path("query").textValue())) {
                throw new SQLException("the statement gives no rows");
            }
            try (ResultSet result = statement.getResultSet()) {
                int width = result.getMetaData().getColumnCount();
                while (result.next()) {
                    ArrayNode row = rows.addArray();
                    for (int column = 1; column <= width; column++) {
                        characters -= add(row, result.getObject(column));
                    }
                    if (rows.size() > request.path("rows").intValue() || characters < 0) {
                        throw new TooMuchException();
                    }
                }
            }
        }
        return rows;
    }

    private static int add(ArrayNode row, @Nullable Object value) {
        if (value == null) {
            row.addNull();
        } else if (value instanceof Boolean bool) {
            row.add(bool);
        } else if (value instanceof Double || value instanceof Float) {
            row.add(((Number) value).doubleValue());
        } else if (value instanceof java.math.BigDecimal decimal) {
            row.add(decimal);
        } else if (value instanceof java.math.BigInteger integer) {
            row.add(integer);
        } else if (value instanceof Number number) {
            row.add(number.longValue());
        } else {
            row.add(value instanceof byte[] bytes ? java.util.HexFormat.of().formatHex(bytes) : value.toString());
        }
        return row.get(row.size() - 1).asText().length() + 1;
    }

    private static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooMuchException() {
            super("the result is too large");
        }
    }

    private static final class Deadline {
        private final long end;

        Deadline(long millis) {
            end = System.nanoTime() + millis * 1_000_000;
        }

        boolean passed() {
            return System.nanoTime() - end >= 0;
        }

        double secondsLeft() {
            return Math.ceil((end - System.nanoTime()) * 1e-9);
        }

        ProgressHandler handler() {
            return new ProgressHandler() {
                @Override
                protected int progress() {
                    return passed() ? 1 : 0;
                }
            };
        }
    }
}
