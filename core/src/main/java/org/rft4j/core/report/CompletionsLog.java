package org.rft4j.core.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.engine.Check;

/**
 * Writes what a policy wrote into {@code completions.jsonl} of the run's folder, a line per completion:
 *
 * <pre>{@code
 * {"round":0,"step":0,"task":"7","sample":0,"prompt":"2 + 2?","text":"4","reward":1.0,"parts":{"right":1.0},"tokens":2,"remarks":["end"]}
 * }</pre>
 *
 * <p>{@code step} says how many optimiser steps lay before. In a line of an evaluation, {@code "evaluation"} with its name stands in place of
 * the round. A reward that is not applicable is {@code null}; other numbers are as in {@link MetricsLog}. To be called by one thread.
 */
public final class CompletionsLog implements RunListener {
    static final String COMPLETIONS = "completions.jsonl";

    private static final String ROUND = "{\"round\":";

    private final LogFile file;
    private final int everyRounds;

    private CompletionsLog(LogFile file, int everyRounds) {
        this.file = file;
        this.everyRounds = everyRounds;
    }

    /**
     * Opens the file of a run, and cuts it back to an earlier length.
     *
     * @param folder the run's folder, made if it does not exist
     * @param position what {@link #position} said at the checkpoint from which the run goes on; 0 for a new run, which drops all lines
     * @param everyRounds 1 writes all rounds, n every n-th beginning with the first; evaluations are always written
     * @return the open log
     */
    public static CompletionsLog open(Path folder, long position, int everyRounds) {
        Check.that(everyRounds >= 1, "everyRounds", everyRounds, "must be at least 1", "use 1 to write all rounds");
        return new CompletionsLog(LogFile.open(folder.resolve(COMPLETIONS), position), everyRounds);
    }

    /**
     * How long the file is, after making sure that it is on the disk.
     *
     * @return its length in bytes, for the checkpoint
     */
    public long position() {
        return file.position();
    }

    @Override
    public void sampled(RoundReport round) {
        if (round.round() % everyRounds == 0) {
            for (Completion completion : round.completions()) {
                file.append(JsonLine.write(json -> {
                    json.writeNumberField("round", round.round());
                    json.writeNumberField("step", round.stepsDone());
                    write(json, completion);
                }));
            }
        }
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        for (Completion completion : evaluation.completions()) {
            file.append(JsonLine.write(json -> {
                json.writeStringField("evaluation", evaluation.name());
                json.writeNumberField("step", evaluation.step());
                write(json, completion);
            }));
        }
    }

    private static void write(JsonGenerator json, Completion completion) throws IOException {
        json.writeStringField("task", completion.task());
        json.writeNumberField("sample", completion.sample());
        json.writeStringField("prompt", completion.prompt());
        json.writeStringField("text", completion.text());
        if (completion.reward().isPresent()) {
            json.writeNumberField("reward", completion.reward().getAsDouble());
        } else {
            json.writeNullField("reward");
        }
        JsonLine.numbers(json, "parts", completion.parts());
        json.writeNumberField("tokens", completion.tokens());
        json.writeArrayFieldStart("remarks");
        for (String remark : completion.remarks()) {
            json.writeString(remark);
        }
        json.writeEndArray();
    }

    @Override
    public void close() {
        file.close();
    }

    /** Where the lines of each round begin. Lines are not parsed, and their texts not kept: the file may be larger than memory. */
    static NavigableMap<Long, Long> rounds(Path folder) {
        NavigableMap<Long, Long> starts = new TreeMap<>();
        LogFile.scan(folder.resolve(COMPLETIONS), 0, (start, end, line) -> {
            if (line.startsWith(ROUND)) {
                starts.putIfAbsent(Long.parseLong(line.substring(ROUND.length(), line.indexOf(','))), start);
            }
            return true;
        });
        return starts;
    }

    /** Reads the round whose lines begin there. */
    static RoundReport round(Path folder, long start) {
        Path file = folder.resolve(COMPLETIONS);
        List<Completion> completions = new ArrayList<>();
        long[] roundAndStep = {-1, 0};
        LogFile.scan(file, start, (from, to, line) -> {
            JsonNode node = JsonLine.read(file, line);
            long round = node.path("round").asLong(-1);
            if (completions.isEmpty()) {
                roundAndStep[0] = round;
                roundAndStep[1] = node.path("step").asLong();
            }
            boolean same = round == roundAndStep[0];
            if (same) {
                completions.add(completion(node));
            }
            return same;
        });
        return new RoundReport(roundAndStep[0], roundAndStep[1], completions);
    }

    private static Completion completion(JsonNode line) {
        JsonNode reward = line.path("reward");
        List<String> remarks = new ArrayList<>();
        line.path("remarks").forEach(remark -> remarks.add(remark.asText()));
        return new Completion(
                line.path("task").asText(),
                line.path("sample").asInt(),
                line.path("prompt").asText(),
                line.path("text").asText(),
                reward.isNull() ? OptionalDouble.empty() : OptionalDouble.of(JsonLine.number(reward)),
                JsonLine.numbers(line.path("parts")),
                line.path("tokens").asInt(),
                remarks);
    }
}
