package org.rft4j.rewards.similarity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.rewards.VerifiableReward;

/**
 * F1 over words as question answering counts it (SQuAD): lower case, without punctuation of ASCII and without "a", "an", "the". The best of
 * several references counts. Two texts without a word left are equal.
 *
 * @param column the task's reference, or list of references
 */
public record TokenF1(String column) implements VerifiableReward {
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    @Override
    public Score score(RewardSample sample) {
        List<String> text = tokens(sample.completion());
        Score best = Score.of(0).withComponent("precision", 0).withComponent("recall", 0);
        for (String reference : References.of(sample.task(), column)) {
            Score score = f1(text, tokens(reference));
            best = score.value() > best.value() ? score : best;
        }
        return best;
    }

    private static Score f1(List<String> text, List<String> reference) {
        if (text.isEmpty() || reference.isEmpty()) {
            double equal = text.equals(reference) ? 1 : 0;
            return Score.of(equal).withComponent("precision", equal).withComponent("recall", equal);
        }
        Map<List<String>, Integer> mine = Words.ngrams(text, 1);
        double common = Words.common(mine, Words.ngrams(reference, 1));
        double precision = common / text.size();
        double recall = common / reference.size();
        return Score.of(Words.harmonic(precision, recall))
                .withComponent("precision", precision)
                .withComponent("recall", recall);
    }

    private static List<String> tokens(String text) {
        StringBuilder kept = new StringBuilder();
        text.toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(c -> !isPunctuation(c))
                .forEach(kept::appendCodePoint);
        List<String> words = new ArrayList<>(Words.split(kept.toString()));
        words.removeIf(ARTICLES::contains);
        return words;
    }

    private static boolean isPunctuation(int c) {
        return c > ' ' && c < 0x7f && !Character.isLetterOrDigit(c);
    }

    @Override
    public String name() {
        return "tokenF1";
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
