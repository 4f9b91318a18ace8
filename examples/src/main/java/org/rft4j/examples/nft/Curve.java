package org.rft4j.examples.nft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How a run fared on what it was not trained on.
 *
 * @param algorithm that was run
 * @param seed of the run
 * @param points in the order of the rounds
 */
record Curve(String algorithm, long seed, List<Point> points) {
    /**
     * An evaluation.
     *
     * @param round how many rounds had been trained
     * @param reward the mean over all texts
     */
    record Point(long round, double reward) {}

    /** Reads it from the run's log, so that a run that was resumed has a whole curve as well. */
    static Curve read(String algorithm, long seed, Path run, String evaluation) {
        List<Point> points = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        long rounds = 0;
        try {
            for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
                JsonNode entry = json.readTree(line);
                if (entry.path("evaluation").asText().equals(evaluation)) {
                    String metric = "eval_" + evaluation + "_reward";
                    points.add(new Point(rounds, entry.path("metrics").path(metric).asDouble()));
                } else if (entry.has("round")) {
                    rounds = entry.path("round").asLong() + 1;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Curve(algorithm, seed, List.copyOf(points));
    }

    double start() {
        return points.get(0).reward();
    }

    double end() {
        return points.get(points.size() - 1).reward();
    }

    /** A line for each point. */
    static String csv(List<Curve> curves) {
        StringBuilder text = new StringBuilder("algorithm,seed,round,held_out_reward\n");
        for (Curve curve : curves) {
            for (Point point : curve.points) {
                text.append(String.format(
                        Locale.ROOT, "%s,%d,%d,%.4f\n", curve.algorithm, curve.seed, point.round, point.reward));
            }
        }
        return text.toString();
    }
}
