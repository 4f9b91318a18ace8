package org.rft4j.rewards.repetition;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * {@code -penalty * (1 - different / all)} over the n-grams of lower-cased words: 0 if no n-gram comes twice, nearly {@code -penalty} if
 * it is always the same. A text of fewer than n words has none and earns 0.
 *
 * <p>"Demystifying Long Chain-of-Thought Reasoning in LLMs" (arXiv 2502.03373), and TRL's repetition penalty. Its code divides by 0 on
 * texts of fewer than n words.
 *
 * @param n words of an n-gram
 * @param penalty for endless repetition
 */
public record NgramRepetition(int n, double penalty) implements VerifiableReward {
    /** Checks the numbers. */
    public NgramRepetition {
        Check.that(n >= 1, "n", n, "must be at least 1", "use 3");
        Check.that(penalty > 0 && Double.isFinite(penalty), "penalty", penalty, "must be positive", "use 1");
    }

    @Override
    public Score score(RewardSample sample) {
        String[] words = sample.completion().toLowerCase(Locale.ROOT).strip().split("\\s+");
        int all = words.length - n + 1;
        if (all <= 0) {
            return Score.of(0);
        }
        Set<List<String>> different = new HashSet<>();
        for (int i = 0; i < all; i++) {
            different.add(Arrays.asList(words).subList(i, i + n));
        }
        double repeated = 1 - (double) different.size() / all;
        return Score.of(repeated == 0 ? 0 : -penalty * repeated).withComponent("repeated", repeated);
    }

    @Override
    public String name() {
        return "ngramRepetition";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of("", "each word stands here only once");
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("again ".repeat(n + 1));
    }

    @Override
    public double fullScore() {
        return 0;
    }
}
