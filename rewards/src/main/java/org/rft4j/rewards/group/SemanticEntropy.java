package org.rft4j.rewards.group;

import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * The share of the group that gave the same answer, so that the policy learns to agree with itself. A group that agrees on too
 * little earns nothing.
 *
 * <p>EMPO (arXiv 2504.05812), as its code does for maths: samples without an answer earn {@code noAnswer} but count in the group's
 * size; with all answers different, entropy log G, nothing is earned. {@code leastShare} is its threshold for natural language (0.2
 * there, 0 = off for maths). Its test whether an answer copies the question is a reward of its own here, to be put before this one.
 *
 * @param clusters how answers are told apart
 * @param leastShare the share that the largest cluster must have
 * @param noAnswer what a sample without an answer earns; the code has 0 for maths, -0.5 for natural language
 */
public record SemanticEntropy(AnswerClusters clusters, double leastShare, double noAnswer) implements GroupReward {
    /** Checks the numbers. */
    public SemanticEntropy {
        Check.that(
                leastShare >= 0 && leastShare <= 1,
                "leastShare",
                leastShare,
                "must be between 0 and 1",
                "use 0 to switch it off");
        Check.that(Double.isFinite(noAnswer), "noAnswer", noAnswer, "must be finite", "use 0");
    }

    @Override
    public List<Score> score(List<RewardSample> group) {
        int[] of = clusters.of(group);
        int[] sizes = AnswerClusters.sizes(of);
        double entropy = entropy(of, sizes);
        double largest = 0;
        for (int size : sizes) {
            largest = Math.max(largest, (double) size / of.length);
        }
        // an entropy of log G is G clusters of one, which the rounding of the logarithm must not decide
        boolean agrees = largest >= leastShare && largest * of.length > 1.5;
        List<Score> scores = new ArrayList<>(of.length);
        for (int cluster : of) {
            double value = agrees && cluster != AnswerClusters.NONE ? (double) sizes[cluster] / of.length : 0;
            scores.add(Score.of(cluster == AnswerClusters.NONE ? noAnswer : value)
                    .withComponent("semanticEntropy", entropy));
        }
        return scores;
    }

    /** Each sample without an answer is a meaning of its own. */
    private static double entropy(int[] of, int[] sizes) {
        double entropy = 0;
        int answered = 0;
        for (int size : sizes) {
            double p = (double) size / of.length;
            entropy -= p * Math.log(p);
            answered += size;
        }
        return entropy + (of.length - answered) * Math.log(of.length) / of.length;
    }

    @Override
    public String name() {
        return "semanticEntropy";
    }
}
