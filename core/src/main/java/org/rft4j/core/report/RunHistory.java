package org.rft4j.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunStart;
import org.rft4j.core.run.StepReport;

/**
 * What a {@link MetricsLog} has written, read again.
 *
 * @param start how the run began, or went on for the last time
 * @param steps all steps, those before a resume included
 * @param evaluations all evaluations, without their completions
 * @param findings all findings
 * @param end how the run ended; empty while it goes on
 */
public record RunHistory(
        Optional<RunStart> start,
        List<StepReport> steps,
        List<EvaluationReport> evaluations,
        List<Finding> findings,
        Optional<RunEnd> end) {
    /** Copies the lists. */
    public RunHistory {
        steps = List.copyOf(steps);
        evaluations = List.copyOf(evaluations);
        findings = List.copyOf(findings);
    }

    /**
     * Reads the files of a run, which may be going on. A file that is missing has no lines, and a last line without an end is left out.
     *
     * @param folder the run's folder
     * @return what they say
     */
    public static RunHistory read(Path folder) {
        Reader reader = new Reader(folder);
        reader.each(MetricsLog.TIMINGS, reader::timings);
        reader.each(MetricsLog.METRICS, reader::metrics);
        reader.each(MetricsLog.EVENTS, reader::event);
        return new RunHistory(
                Optional.ofNullable(reader.start),
                reader.steps,
                reader.evaluations,
                reader.findings,
                Optional.ofNullable(reader.end));
    }

    /** Gathers lines. */
    private static final class Reader {
        private final Path folder;
        private final Map<Long, Map<String, Double>> timings = new HashMap<>();
        private final List<StepReport> steps = new ArrayList<>();
        private final List<EvaluationReport> evaluations = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();
        private @Nullable RunStart start;
        private @Nullable RunEnd end;

        Reader(Path folder) {
            this.folder = folder;
        }

        void each(String name, Consumer<JsonNode> use) {
            Path file = folder.resolve(name);
            LogFile.scan(file, 0, (from, to, line) -> {
                use.accept(JsonLine.read(file, line));
                return true;
            });
        }

        void timings(JsonNode line) {
            timings.put(line.path("step").asLong(), JsonLine.numbers(line.path("timings")));
        }

        void metrics(JsonNode line) {
            long step = line.path("step").asLong();
            Map<String, Double> numbers = JsonLine.numbers(line.path("metrics"));
            if (line.has("evaluation")) {
                evaluations.add(new EvaluationReport(line.path("evaluation").asText(), step, numbers, List.of()));
            } else {
                long round = line.path("round").asLong();
                steps.add(new StepReport(step, round, numbers, timings.getOrDefault(step, Map.of())));
            }
        }

        void event(JsonNode line) {
            long step = line.path("step").asLong();
            switch (line.path("event").asText()) {
                case "start" -> {
                    start = start(line, step);
                    end = null;
                }
                case "finding" ->
                    findings.add(new Finding(
                            Finding.Level.valueOf(line.path("level").asText()),
                            line.path("code").asText(),
                            line.path("text").asText(),
                            step));
                case "end" ->
                    end = new RunEnd(
                            RunEnd.Reason.valueOf(line.path("reason").asText()),
                            step,
                            path(line, "last"),
                            path(line, "best"));
                default -> {
                    // of a later version
                }
            }
        }

        private RunStart start(JsonNode line, long step) {
            Map<String, String> settings = new LinkedHashMap<>();
            line.path("settings")
                    .properties()
                    .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
            return new RunStart(
                    line.path("algorithm").asText(),
                    folder,
                    step,
                    line.path("steps").asLong(),
                    line.path("rounds").asLong(),
                    settings);
        }

        private static Optional<Path> path(JsonNode line, String field) {
            return line.has(field) ? Optional.of(Path.of(line.path(field).asText())) : Optional.empty();
        }
    }
}
