package org.rft4j.examples.story;

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
 * What an evaluation came to as a run went on.
 *
 * @param name of the curve
 * @param seed of the run
 * @param points in the order of the rounds
 */
public record Curve(String name, long seed, List<Point> points) {
    /**
     * An evaluation.
     *
     * @param round how many rounds had been trained
     * @param reward the mean over all texts
     */
    public record Point(long round, double reward) {}

    /** Copies the list. */
    public Curve {
        points = List.copyOf(points);
    }

    /**
     * Reads a curve from a run's log, so that a run that was resumed has a whole one as well.
     *
     * @param name of the curve
     * @param seed of the run
     * @param run the run's folder
     * @param evaluation the name of the evaluation
     * @return its points
     */
    public static Curve read(String name, long seed, Path run, String evaluation) {
        List<Point> points = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        String metric = "eval_" + evaluation + "_reward";
        long rounds = 0;
        try {
            for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
                JsonNode entry = json.readTree(line);
                if (entry.path("evaluation").asText().equals(evaluation)) {
                    points.add(
                            new Point(rounds, entry.path("metrics").path(metric).asDouble()));
                } else if (entry.has("round")) {
                    rounds = entry.path("round").asLong() + 1;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Curve(name, seed, points);
    }

    /**
     * Where it begins.
     *
     * @return the reward before training
     */
    public double start() {
        return points.get(0).reward();
    }

    /**
     * Where it ends.
     *
     * @return the reward after training
     */
    public double end() {
        return points.get(points.size() - 1).reward();
    }

    /**
     * Curves as a table for other programs.
     *
     * @param curves some
     * @return a line for each point
     */
    public static String csv(List<Curve> curves) {
        StringBuilder text = new StringBuilder("curve,seed,round,held_out_reward\n");
        for (Curve curve : curves) {
            for (Point point : curve.points) {
                text.append(String.format(
                        Locale.ROOT, "%s,%d,%d,%.4f\n", curve.name, curve.seed, point.round, point.reward));
            }
        }
        return text.toString();
    }

    /**
     * Writes {@code curves.csv} and {@code curves.svg}.
     *
     * @param folder where
     * @param title of the picture
     * @param curves what they show
     */
    public static void write(Path folder, String title, List<Curve> curves) {
        try {
            Files.writeString(folder.resolve("curves.csv"), csv(curves));
            Files.writeString(folder.resolve("curves.svg"), CurvesPicture.of(title, curves));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
