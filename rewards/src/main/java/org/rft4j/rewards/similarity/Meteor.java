package org.rft4j.rewards.similarity;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * METEOR with its exact stage only: no stems, no synonyms. Words in lower case are matched from the end, each with the last equal word
 * that is left, as NLTK matches them; a recall-heavy mean is reduced by how many pieces the matches fall into. The best of several
 * references counts.
 *
 * <p>Even a perfect text of n words loses {@code gamma / n^beta}, because its one piece counts.
 *
 * @param column the task's reference, or list of references
 * @param options the weights
 */
public record Meteor(String column, Options options) implements VerifiableReward {
    /**
     * Options.
     *
     * @param alpha how much recall counts against precision
     * @param beta how fast the penalty falls with fewer pieces
     * @param gamma the largest penalty
     */
    public record Options(double alpha, double beta, double gamma) {
        /** The values of Lavie and Agarwal (2007), which NLTK takes. */
        public static final Options DEFAULT = new Options(0.9, 3, 0.5);

        /** Checks the numbers. */
        public Options {
            Check.that(alpha > 0 && alpha < 1, "alpha", alpha, "must be between 0 and 1", "use 0.9");
            Check.that(beta > 0 && Double.isFinite(beta), "beta", beta, "must be positive", "use 3");
            Check.that(gamma >= 0 && gamma <= 1, "gamma", gamma, "must be between 0 and 1", "use 0.5");
        }
    }

    @Override
    public Score score(RewardSample sample) {
        List<String> text = tokens(sample.completion());
        double best = 0;
        for (String reference : References.of(sample.task(), column)) {
            best = Math.max(best, meteor(text, tokens(reference)));
        }
        return Score.of(best);
    }

    private static List<String> tokens(String text) {
        return BleuTokenizer.THIRTEEN_A.tokens(text.toLowerCase(Locale.ROOT));
    }

    private double meteor(List<String> text, List<String> reference) {
        int[] partner = match(text, reference);
        int matches = 0;
        int pieces = 0;
        for (int i = 0; i < partner.length; i++) {
            if (partner[i] >= 0) {
                matches++;
                boolean goesOn = i > 0 && partner[i - 1] >= 0 && partner[i] == partner[i - 1] + 1;
                pieces += goesOn ? 0 : 1;
            }
        }
        if (matches == 0) {
            return 0;
        }
        double precision = (double) matches / text.size();
        double recall = (double) matches / reference.size();
        double mean = precision * recall / (options.alpha() * precision + (1 - options.alpha()) * recall);
        return (1 - options.gamma() * Math.pow((double) pieces / matches, options.beta())) * mean;
    }

    private static int[] match(List<String> text, List<String> reference) {
        int[] partner = new int[text.size()];
        Map<String, Deque<Integer>> left = new HashMap<>();
        for (int j = 0; j < reference.size(); j++) {
            left.computeIfAbsent(reference.get(j), word -> new ArrayDeque<>()).push(j);
        }
        for (int i = text.size() - 1; i >= 0; i--) {
            Deque<Integer> places = left.get(text.get(i));
            partner[i] = places == null || places.isEmpty() ? -1 : places.pop();
        }
        return partner;
    }

    @Override
    public String name() {
        return "meteor";
    }

    /** None: what a perfect text earns depends on its length. */
    @Override
    public List<String> right(TaskRecord task) {
        return List.of();
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return List.of("", "\u2042");
    }
}
