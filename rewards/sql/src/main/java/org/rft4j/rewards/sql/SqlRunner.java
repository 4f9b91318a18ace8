package org.rft4j.rewards.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * Runs queries that nobody may trust, in a few processes of their own that are started when they are first needed and again after one had to
 * be killed. A query sees its database and nothing else: no file, no network, no extension, no other database. Several threads may ask
 * at once; they wait for a free process.
 */
public final class SqlRunner implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long GRACE_MILLIS = 1000;
    private static final long START_MILLIS = 10_000;

    private final SqlEngine engine;
    private final SqlLimits limits;
    private final BlockingQueue<Slot> free = new LinkedBlockingQueue<>();
    private final ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "rft4j-sql-killer");
        thread.setDaemon(true);
        return thread;
    });

    private static final class Slot {
        private @Nullable SqlProcess process;
    }

    /**
     * A runner.
     *
     * @param engine which database
     * @param limits what a query may use
     * @param processes how many queries run at once
     */
    public SqlRunner(SqlEngine engine, SqlLimits limits, int processes) {
        Check.that(processes > 0, "processes", processes, "must be positive", "use the number of processors");
        this.engine = engine;
        this.limits = limits;
        for (int i = 0; i < processes; i++) {
            free.add(new Slot());
        }
    }

    /**
     * Runs a query.
     *
     * @param database what it runs on
     * @param query one statement; what follows it is not run
     * @return its rows, or why there are none
     * @throws InterruptedException if the thread is interrupted while it waits for a process
     */
    public SqlResult run(SqlDatabase database, String query) throws InterruptedException {
        Slot slot = free.take();
        try {
            return run(slot, request(database, query));
        } finally {
            free.add(slot);
        }
    }

    private ObjectNode request(SqlDatabase database, String query) {
        ObjectNode request = JSON.createObjectNode()
                .put("engine", engine.name())
                .put("query", query)
                .put("millis", limits.time().toMillis())
                .put("memoryMiB", limits.memoryMiB())
                .put("rows", limits.rows())
                .put("characters", limits.characters());
        return database instanceof SqlDatabase.Script script
                ? request.put("script", script.statements())
                : request.put(
                        "file",
                        ((SqlDatabase.ReadOnlyFile) database)
                                .path()
                                .toAbsolutePath()
                                .toString());
    }

    private SqlResult run(Slot slot, ObjectNode request) {
        SqlProcess running = slot.process;
        boolean fresh = running == null || !running.isAlive();
        SqlProcess process = running == null || fresh ? start(slot) : running;
        long patience = limits.time().toMillis() + GRACE_MILLIS + (fresh ? START_MILLIS : 0);
        Future<?> alarm = killer.schedule(process::kill, patience, TimeUnit.MILLISECONDS);
        JsonNode answer = process.ask(request);
        boolean inTime = alarm.cancel(false);
        if (answer == null) {
            process.close();
            slot.process = null;
            return inTime
                    ? new SqlResult.Failed(SqlResult.Kind.CRASH, "the database's process ended", Map.of())
                    : new SqlResult.Failed(
                            SqlResult.Kind.TIME, "the database did not stop in time and was killed", Map.of());
        }
        return read(answer);
    }

    private static SqlProcess start(Slot slot) {
        try {
            if (slot.process != null) {
                slot.process.close();
            }
            SqlProcess process = new SqlProcess();
            slot.process = process;
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("a Java process could not be started", e);
        }
    }

    private static SqlResult read(JsonNode answer) {
        Map<String, List<String>> schema = new LinkedHashMap<>();
        answer.path("schema").properties().forEach(table -> {
            List<String> columns = new ArrayList<>();
            table.getValue().forEach(column -> columns.add(column.textValue()));
            schema.put(table.getKey(), columns);
        });
        if (answer.has("kind")) {
            return new SqlResult.Failed(
                    SqlResult.Kind.valueOf(answer.path("kind").textValue()),
                    answer.path("message").textValue(),
                    schema);
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (JsonNode row : answer.path("rows")) {
            List<@Nullable Object> values = new ArrayList<>();
            row.forEach(value -> values.add(value(value)));
            rows.add(values);
        }
        return new SqlResult.Rows(rows, schema);
    }

    private static @Nullable Object value(JsonNode value) {
        if (value.isNumber()) {
            return value.numberValue();
        }
        return value.isBoolean() ? (Object) value.booleanValue() : value.textValue();
    }

    @Override
    public void close() {
        killer.shutdownNow();
        for (Slot slot : free) {
            if (slot.process != null) {
                slot.process.close();
            }
        }
    }
}
