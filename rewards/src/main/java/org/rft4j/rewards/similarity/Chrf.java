package org.rft4j.rewards.similarity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * chrF of one text against its references, between 0 and 1: the F score of n-grams of characters, and of words in chrF++. As sacrebleu 2
 * computes it; the best of several references counts.
 *
 * @param column the task's reference, or list of references
 * @param options what is counted
 */
public record Chrf(String column, Options options) implements VerifiableReward {
    private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /**
     * Options.
     *
     * @param characterOrder the longest n-grams of characters, blanks left out
     * @param wordOrder the longest n-grams of words; 0 = none
     * @param beta how much recall counts against precision
     * @param lowerCase whether case does not matter
     */
    public record Options(int characterOrder, int wordOrder, double beta, boolean lowerCase) {
        /** chrF2: characters up to 6, recall counts twice. */
        public static final Options CHRF = new Options(6, 0, 2, false);

        /** chrF2++: words up to 2 as well. */
        public static final Options CHRF_PLUS_PLUS = new Options(6, 2, 2, false);

        /** Checks the numbers. */
        public Options {
            Check.that(
                    characterOrder >= 1 && characterOrder <= 32,
                    "characterOrder",
                    characterOrder,
                    "must be between 1 and 32",
                    "use 6");
            Check.that(
                    wordOrder >= 0 && wordOrder <= 16,
                    "wordOrder",
                    wordOrder,
                    "must be between 0 and 16",
                    "use 0 or 2");
            Check.that(beta > 0 && Double.isFinite(beta), "beta", beta, "must be positive", "use 2");
        }
    }

    @Override
    public Score score(RewardSample sample) {
        List<Map<List<String>, Integer>> mine = ngrams(sample.completion());
        double best = 0;
        for (String reference : References.of(sample.task(), column)) {
            best = Math.max(best, fScore(mine, ngrams(reference)));
        }
        return Score.of(best);
    }

    private List<Map<List<String>, Integer>> ngrams(String raw) {
        String text = options.lowerCase() ? raw.toLowerCase(Locale.ROOT) : raw;
        List<String> characters = BleuTokenizer.CHARACTERS.tokens(text);
        List<Map<List<String>, Integer>> ngrams = new ArrayList<>();
        for (int n = 1; n <= options.characterOrder(); n++) {
            ngrams.add(Words.ngrams(characters, n));
        }
        List<String> words = options.wordOrder() == 0 ? List.of() : wordsWithoutPunctuation(text);
        for (int n = 1; n <= options.wordOrder(); n++) {
            ngrams.add(Words.ngrams(words, n));
        }
        return ngrams;
    }

    /** A punctuation mark at a word's end stands apart, else one at its beginning; one of both, as in the reference implementation. */
    private static List<String> wordsWithoutPunctuation(String text) {
        List<String> words = new ArrayList<>();
        for (String word : Words.split(text)) {
            int last = word.length() - 1;
            if (last > 0 && PUNCTUATION.indexOf(word.charAt(last)) >= 0) {
                words.add(word.substring(0, last));
                words.add(word.substring(last));
            } else if (last > 0 && PUNCTUATION.indexOf(word.charAt(0)) >= 0) {
                words.add(word.substring(0, 1));
                words.add(word.substring(1));
            } else {
                words.add(word);
            }
        }
        return words;
    }

    /** Precision and recall are averaged over the orders that both texts are long enough for, and then combined. */
    private double fScore(List<Map<List<String>, Integer>> mine, List<Map<List<String>, Integer>> theirs) {
        double precision = 0;
        double recall = 0;
        for (int order = 0; order < mine.size(); order++) {
            int ofMine = total(mine.get(order));
            int ofTheirs = total(theirs.get(order));
            if (ofMine > 0 && ofTheirs > 0) {
                double common = Words.common(mine.get(order), theirs.get(order));
                precision += common / ofMine;
                recall += common / ofTheirs;
            }
        }
        int orders = 0;
        for (int order = 0; order < mine.size(); order++) {
            orders += mine.get(order).isEmpty() || theirs.get(order).isEmpty() ? 0 : 1;
        }
        if (precision == 0 && recall == 0) {
            return 0;
        }
        double p = precision / orders;
        double r = recall / orders;
        double weight = options.beta() * options.beta();
        return (1 + weight) * p * r / (weight * p + r);
    }

    private static int total(Map<List<String>, Integer> counts) {
        return counts.values().stream().mapToInt(count -> count).sum();
    }

    @Override
    public String name() {
        return "chrf";
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
