package org.rft4j.core.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

/**
 * Writes a run's numbers as lines of JSON into its folder. {@code metrics.jsonl} holds what a repeated run would give again, a line per
 * step and per evaluation:
 *
 * <pre>{@code
 * {"step":1,"round":0,"metrics":{"reward":0.25,"kl":"NaN"}}
 * {"evaluation":"held-out","step":1,"metrics":{"eval_reward":0.5}}
 * }</pre>
 *
 * <p>{@code timings.jsonl} holds the seconds, speeds and sizes of the same steps, and {@code events.jsonl} how the run began, what was found and
 * how it ended. A number has the fewest digits from which it can be read again; NaN and infinities are the strings {@code "NaN"},
 * {@code "Infinity"} and {@code "-Infinity"}, because JSON has no other way. Every line is handed to the system at once.
 *
 * <p>{@link RunHistory} reads the files. To be called by one thread.
 */
public final class MetricsLog implements RunListener {
    static final String METRICS = "metrics.jsonl";
    static final String TIMINGS = "timings.jsonl";
    static final String EVENTS = "events.jsonl";

    private final LogFile metrics;
    private final LogFile timings;
    private final LogFile events;

    private MetricsLog(LogFile metrics, LogFile timings, LogFile events) {
        this.metrics = metrics;
        this.timings = timings;
        this.events = events;
    }

    /**
     * Opens the files of a run, and cuts {@code metrics.jsonl} back to an earlier length. The two others are cut after the last step that is
     * left there, so one number says where all three go on.
     *
     * @param folder the run's folder, made if it does not exist
     * @param position what {@link #position} said at the checkpoint from which the run goes on; 0 for a new run, which drops all lines
     * @return the open log
     */
    public static MetricsLog open(Path folder, long position) {
        LogFile metrics = LogFile.open(folder.resolve(METRICS), position);
        long lastStep = lastStep(folder.resolve(METRICS));
        return new MetricsLog(
                metrics,
                beside(folder.resolve(TIMINGS), position, lastStep),
                beside(folder.resolve(EVENTS), position, lastStep));
    }

    private static LogFile beside(Path file, long position, long lastStep) {
        return position == 0 ? LogFile.open(file, 0) : LogFile.openUntil(file, lastStep);
    }

    private static long lastStep(Path metrics) {
        long[] last = {0};
        LogFile.scan(metrics, 0, (start, end, line) -> {
            last[0] = JsonLine.read(metrics, line).path("step").asLong();
            return true;
        });
        return last[0];
    }

    /**
     * How long {@code metrics.jsonl} is, after making sure that it is on the disk.
     *
     * @return its length in bytes, for the checkpoint
     */
    public long position() {
        return metrics.position();
    }

    @Override
    public void started(RunStart start) {
        events.append(JsonLine.write(json -> {
            event(json, "start", start.stepsDone());
            json.writeStringField("algorithm", start.algorithm());
            json.writeNumberField("steps", start.steps());
            json.writeNumberField("rounds", start.rounds());
            json.writeObjectFieldStart("settings");
            for (Map.Entry<String, String> setting : start.settings().entrySet()) {
                json.writeStringField(setting.getKey(), setting.getValue());
            }
            json.writeEndObject();
        }));
    }

    /** Timings are written first: a step that is in the metrics has them. */
    @Override
    public void stepped(StepReport step) {
        timings.append(step(step, "timings", step.timings()));
        metrics.append(step(step, "metrics", step.metrics()));
    }

    private static String step(StepReport step, String field, Map<String, Double> numbers) {
        return JsonLine.write(json -> {
            json.writeNumberField("step", step.step());
            json.writeNumberField("round", step.round());
            JsonLine.numbers(json, field, numbers);
        });
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        metrics.append(JsonLine.write(json -> {
            json.writeStringField("evaluation", evaluation.name());
            json.writeNumberField("step", evaluation.step());
            JsonLine.numbers(json, "metrics", evaluation.metrics());
        }));
    }

    @Override
    public void found(Finding finding) {
        events.append(JsonLine.write(json -> {
            event(json, "finding", finding.step());
            json.writeStringField("level", finding.level().name());
            json.writeStringField("code", finding.code());
            json.writeStringField("text", finding.text());
        }));
    }

    @Override
    public void ended(RunEnd end) {
        events.append(JsonLine.write(json -> {
            event(json, "end", end.steps());
            json.writeStringField("reason", end.reason().name());
            path(json, "last", end.last());
            path(json, "best", end.best());
        }));
    }

    private static void event(JsonGenerator json, String kind, long step) throws IOException {
        json.writeStringField("event", kind);
        json.writeNumberField("step", step);
    }

    private static void path(JsonGenerator json, String field, Optional<Path> path) throws IOException {
        if (path.isPresent()) {
            json.writeStringField(field, path.get().toString());
        }
    }

    @Override
    public void close() {
        try (metrics;
                timings;
                events) {
            // closing them is all
        }
    }
}
