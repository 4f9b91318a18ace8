package org.rft4j.rewards.similarity;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.VerifiableReward;

/**
 * ROUGE of one text against its references: F1, with precision and recall as components. As rouge-score 0.1.2 computes it without
 * stemming: words are runs of a-z and 0-9 in lower case. The best of several references counts.
 *
 * @param column the task's reference, or list of references
 * @param kind what is compared
 */
public record Rouge(String column, Kind kind) implements VerifiableReward {
    private static final Pattern NO_LETTERS = Pattern.compile("[^a-z0-9]+");

    /** What is compared. */
    public enum Kind {
        /** Words. */
        ROUGE_1 {
            @Override
            double[] overlap(List<String> text, List<String> reference) {
                return ngramOverlap(text, reference, 1);
            }
        },
        /** Pairs of words. */
        ROUGE_2 {
            @Override
            double[] overlap(List<String> text, List<String> reference) {
                return ngramOverlap(text, reference, 2);
            }
        },
        /** The longest common subsequence of words. */
        ROUGE_L {
            @Override
            double[] overlap(List<String> text, List<String> reference) {
                return new double[] {longestCommon(text, reference), text.size(), reference.size()};
            }
        };

        /** What both have, what the text has, what the reference has. */
        abstract double[] overlap(List<String> text, List<String> reference);

        private static double[] ngramOverlap(List<String> text, List<String> reference, int n) {
            Map<List<String>, Integer> mine = Words.ngrams(text, n);
            int common = Words.common(mine, Words.ngrams(reference, n));
            return new double[] {common, Math.max(0, text.size() - n + 1), Math.max(0, reference.size() - n + 1)};
        }

        /** In numbers instead of words: the work grows with the product of both lengths. */
        private static int longestCommon(List<String> one, List<String> other) {
            Map<String, Integer> numbers = new HashMap<>();
            int[] columns = other.stream()
                    .mapToInt(word -> numbers.computeIfAbsent(word, any -> numbers.size()))
                    .toArray();
            int[] row = new int[columns.length + 1];
            for (String word : one) {
                int number = numbers.getOrDefault(word, -1);
                for (int j = 1, diagonal = 0; number >= 0 && j < row.length; j++) {
                    int above = row[j];
                    row[j] = number == columns[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
                    diagonal = above;
                }
            }
            return row[columns.length];
        }
    }

    @Override
    public Score score(RewardSample sample) {
        List<String> text = tokens(sample.completion());
        Score best = Score.of(0).withComponent("precision", 0).withComponent("recall", 0);
        for (String reference : References.of(sample.task(), column)) {
            double[] overlap = kind.overlap(text, tokens(reference));
            double precision = overlap[0] / Math.max(1, overlap[1]);
            double recall = overlap[0] / Math.max(1, overlap[2]);
            double f1 = Words.harmonic(precision, recall);
            if (f1 > best.value()) {
                best = Score.of(f1).withComponent("precision", precision).withComponent("recall", recall);
            }
        }
        return best;
    }

    private static List<String> tokens(String text) {
        return Words.split(NO_LETTERS.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" "));
    }

    @Override
    public String name() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** References without a word of a-z or 0-9, and for pairs those of one word, cannot be reached and fail the self-check. */
    @Override
    public List<String> right(TaskRecord task) {
        return References.of(task, column);
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "\u2042");
    }
}
