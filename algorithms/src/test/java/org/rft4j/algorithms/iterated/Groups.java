package org.rft4j.algorithms.iterated;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Groups as tests say them. A letter is a token; the first is the prompt, and an underscore says that the next one is not trained. */
final class Groups {
    private Groups() {}

    static ScoredTrajectory sample(TaskRecord task, int number, String answer, Score score, EndReason end) {
        StringBuilder letters = new StringBuilder(((Prompt.Text) task.prompt()).text());
        List<Boolean> mask = new ArrayList<>();
        mask.add(false);
        for (int i = 0; i < answer.length(); i++) {
            boolean observed = answer.charAt(i) == '_';
            i += observed ? 1 : 0;
            letters.append(answer.charAt(i));
            mask.add(!observed);
        }
        boolean[] trained = new boolean[mask.size()];
        for (int t = 0; t < trained.length; t++) {
            trained[t] = mask.get(t);
        }
        long[] ids = letters.chars().asLongStream().toArray();
        return new ScoredTrajectory(
                new Trajectory(
                        SampleKey.of(task.id(), number),
                        task,
                        new TokenTrace(ids, trained, new float[ids.length], 1),
                        List.of(),
                        List.of(),
                        end,
                        List.of(),
                        Optional.empty()),
                score);
    }

    /** Answers and what they earned: a number, nothing (not applicable), or the end of an episode that failed. */
    static TrajectoryGroup group(String prompt, Map<String, @Nullable Object> columns, Object... answersAndRewards) {
        TaskRecord task = new TaskRecord("task " + prompt, Prompt.of(prompt), columns);
        List<ScoredTrajectory> members = new ArrayList<>();
        for (int i = 0; i < answersAndRewards.length; i += 2) {
            Object earned = answersAndRewards[i + 1];
            Score score = earned instanceof Number number
                    ? Score.of(number.doubleValue())
                    : Score.notApplicable(earned.toString());
            EndReason end = earned instanceof EndReason reason ? reason : EndReason.DONE;
            if (end.failed()) {
                score = Score.of(100); // the best, but nothing was written
            }
            members.add(sample(task, i, (String) answersAndRewards[i], score, end));
        }
        return new TrajectoryGroup(members);
    }

    static TrajectoryGroup group(String prompt, Object... answersAndRewards) {
        return group(prompt, Map.of(), answersAndRewards);
    }

    /** Unit and letters of each row, those that are not trained behind an underscore. */
    static List<String> told(ArrangedRows arranged) {
        return arranged.rows().stream()
                .map(row -> row.unit() + " " + letters(row))
                .toList();
    }

    /** The same with a number. */
    static List<String> told(ArrangedRows arranged, TokenColumn column) {
        return arranged.rows().stream()
                .map(row -> row.unit() + " " + letters(row) + " "
                        + Objects.requireNonNull(row.columns().get(column))[1])
                .toList();
    }

    private static String letters(ExampleRow row) {
        StringBuilder letters = new StringBuilder();
        for (int t = 0; t < row.ids().length; t++) {
            letters.append(row.trained()[t] ? "" : "_").append((char) row.ids()[t]);
        }
        return letters.toString();
    }

    /** Counts by name, in pairs. */
    static Map<String, Double> counts(Object... namesAndCounts) {
        Map<String, Double> counts = new java.util.HashMap<>();
        for (int i = 0; i < namesAndCounts.length; i += 2) {
            counts.put("selection/" + namesAndCounts[i], ((Number) namesAndCounts[i + 1]).doubleValue());
        }
        return counts;
    }
}
