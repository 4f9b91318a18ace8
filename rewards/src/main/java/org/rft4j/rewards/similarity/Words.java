package org.rft4j.rewards.similarity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Splits and counts as Python does, whose tools the metrics are compared with. */
final class Words {
    private static final int NEXT_LINE = 0x85;

    private Words() {}

    /** What stands between blanks of any kind. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (isBlank(c)) {
                end(word, words);
            } else {
                word.appendCodePoint(c);
            }
        });
        end(word, words);
        return words;
    }

    static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == NEXT_LINE;
    }

    private static void end(StringBuilder word, List<String> words) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    static <T> Map<List<T>, Integer> ngrams(List<T> tokens, int n) {
        Map<List<T>, Integer> counts = new HashMap<>();
        for (int i = 0; i + n <= tokens.size(); i++) {
            counts.merge(tokens.subList(i, i + n), 1, Integer::sum);
        }
        return counts;
    }

    /** How many n-grams the two have in common, each as often as it is in both. */
    static <T> int common(Map<List<T>, Integer> one, Map<List<T>, Integer> other) {
        int common = 0;
        for (Map.Entry<List<T>, Integer> entry : one.entrySet()) {
            common += Math.min(entry.getValue(), other.getOrDefault(entry.getKey(), 0));
        }
        return common;
    }

    static double harmonic(double precision, double recall) {
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
}
