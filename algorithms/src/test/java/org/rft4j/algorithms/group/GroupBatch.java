package org.rft4j.algorithms.group;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.rft4j.algorithms.testing.GroupGolden;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.TrainingSequence;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;

/**
 * A round of sequences on a grid.
 *
 * @param scores what each row earned
 * @param keys which group it is in
 * @param ends why its episode ended
 * @param numbers [rows][tokens] by name
 */
record GroupBatch(List<Score> scores, int[] keys, List<EndReason> ends, Map<String, double[][]> numbers) {
    static final String MASK = "mask";
    static final String LOG_PROBS = "logProbs";
    static final String OLD = "old";
    static final String REFERENCE = "reference";
    static final String SAMPLER = "sampler";
    static final String ENTROPY = "entropy";

    /** The rows of the golden file: the reference group, and four more of which the last has no applicable reward. */
    static GroupBatch golden() {
        JsonNode rows = GroupGolden.read("rows");
        double[] rewards = GroupGolden.numbers(rows.required("rewards"));
        double[] greedy = GroupGolden.numbers(rows.required("greedy"));
        double[] keys = GroupGolden.numbers(rows.required("keys"));
        List<Score> scores = new ArrayList<>();
        List<EndReason> ends = new ArrayList<>();
        for (int row = 0; row < rewards.length; row++) {
            Score score = Double.isNaN(rewards[row])
                    ? Score.notApplicable("nobody knows")
                    : Score.of(rewards[row]).withComponent(Advantages.GREEDY, greedy[row]);
            scores.add(score);
            ends.add(EndReason.DONE);
        }
        Map<String, double[][]> numbers = new LinkedHashMap<>();
        for (String name : List.of(MASK, LOG_PROBS, OLD, REFERENCE, SAMPLER, ENTROPY)) {
            numbers.put(name, GroupGolden.grid(rows.required(name)));
        }
        return new GroupBatch(
                scores, Arrays.stream(keys).mapToInt(key -> (int) key).toArray(), ends, numbers);
    }

    double[][] get(String name) {
        return java.util.Objects.requireNonNull(numbers.get(name));
    }

    int size() {
        return keys.length;
    }

    /** One array takes the place of another: on policy where new log-probs are the old ones, and so on. */
    GroupBatch with(String name, double[][] values) {
        Map<String, double[][]> changed = new LinkedHashMap<>(numbers);
        changed.put(name, values);
        return new GroupBatch(scores, keys, ends, changed);
    }

    GroupBatch withScores(UnaryOperator<Score> change) {
        return new GroupBatch(scores.stream().map(change).toList(), keys, ends, numbers);
    }

    GroupBatch withEnd(int row, EndReason reason) {
        List<EndReason> changed = new ArrayList<>(ends);
        changed.set(row, reason);
        return new GroupBatch(scores, keys, changed, numbers);
    }

    /** Some rows, in the given order. */
    GroupBatch only(int... which) {
        Map<String, double[][]> some = new LinkedHashMap<>();
        numbers.forEach((name, values) ->
                some.put(name, Arrays.stream(which).mapToObj(row -> values[row]).toArray(double[][]::new)));
        return new GroupBatch(
                Arrays.stream(which).mapToObj(scores::get).toList(),
                Arrays.stream(which).map(row -> keys[row]).toArray(),
                Arrays.stream(which).mapToObj(ends::get).toList(),
                some);
    }

    List<TrainingRow> rows() {
        List<TrainingRow> rows = new ArrayList<>();
        for (int row = 0; row < size(); row++) {
            rows.add(new TrainingRow(TrainingSequence.of(episode(row)), keys[row], scores.get(row)));
        }
        return rows;
    }

    private Trajectory episode(int row) {
        TaskRecord task = TaskRecord.of("task " + keys[row], "?");
        double[] mask = get(MASK)[row];
        boolean[] trained = new boolean[mask.length];
        float[] sampler = new float[mask.length];
        List<Turn> turns = new ArrayList<>();
        int first = 0;
        for (int t = 0; t < mask.length; t++) {
            trained[t] = mask[t] == 1;
            sampler[t] = (float) get(SAMPLER)[row][t];
            first = trained[t] && (t == 0 || !trained[t - 1]) ? t : first;
            if (trained[t] && (t == mask.length - 1 || mask[t + 1] == 0)) {
                turns.add(new Turn(first, t - first + 1, "", StopReason.END_TOKEN, 0, 0));
            }
        }
        int promptLength = turns.isEmpty() ? mask.length : turns.get(0).firstToken();
        TokenTrace trace = new TokenTrace(new long[mask.length], trained, sampler, promptLength);
        return new Trajectory(
                SampleKey.of(task.id(), row),
                task,
                trace,
                turns,
                List.of(),
                ends.get(row),
                List.of(),
                Optional.empty());
    }

    RowScores modelScores() {
        return new RowScores(Optional.of(floats(OLD)), Optional.of(floats(REFERENCE)), Optional.empty());
    }

    private float[][] floats(String name) {
        return Arrays.stream(get(name))
                .map(values -> {
                    float[] floats = new float[values.length];
                    for (int t = 0; t < floats.length; t++) {
                        floats[t] = (float) values[t];
                    }
                    return floats;
                })
                .toArray(float[][]::new);
    }
}
