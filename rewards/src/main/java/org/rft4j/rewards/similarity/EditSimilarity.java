package org.rft4j.rewards.similarity;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * {@code 1 - distance / longer}: how few characters must be inserted, deleted or replaced to make one text of the other, counted in code
 * points after blanks at both ends are cut. The best of several references counts. Texts longer than {@code most} are cut first: the work
 * grows with the product of both lengths.
 *
 * @param column the task's reference, or list of references
 * @param most how many code points of each text are compared
 */
public record EditSimilarity(String column, int most) implements VerifiableReward {
    /** Checks the limit. */
    public EditSimilarity {
        Check.that(most > 0, "most", most, "must be positive", "use 10000");
    }

    @Override
    public Score score(RewardSample sample) {
        int[] text = codePoints(sample.completion());
        double best = 0;
        for (String reference : References.of(sample.task(), column)) {
            int[] other = codePoints(reference);
            int longer = Math.max(text.length, other.length);
            best = Math.max(best, longer == 0 ? 1 : 1 - (double) distance(text, other) / longer);
        }
        return Score.of(best);
    }

    private int[] codePoints(String text) {
        return text.strip().codePoints().limit(most).toArray();
    }

    private static int distance(int[] one, int[] other) {
        int[] row = new int[other.length + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replace = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replace, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length];
    }

    @Override
    public String name() {
        return "editSimilarity";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return References.of(task, column);
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "\u2042");
    }
}
