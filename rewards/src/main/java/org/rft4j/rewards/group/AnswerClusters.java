package org.rft4j.rewards.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.rft4j.core.reward.RewardSample;

/**
 * How a group's answers are told apart.
 *
 * @param answer takes the answer out of a completion; empty if it has none
 * @param same whether two answers mean the same; answers are compared with the first of each cluster
 */
public record AnswerClusters(Function<RewardSample, Optional<String>> answer, BiPredicate<String, String> same) {
    /** The number that stands for "no answer". */
    static final int NONE = -1;

    /**
     * Answers are the same if their texts are equal.
     *
     * @param answer takes the answer out of a completion
     * @return the clusters
     */
    public static AnswerClusters ofEqualTexts(Function<RewardSample, Optional<String>> answer) {
        return new AnswerClusters(answer, String::equals);
    }

    /** The cluster of each sample, numbered in the order in which they appear. */
    int[] of(List<RewardSample> group) {
        int[] clusters = new int[group.size()];
        List<String> first = new ArrayList<>();
        for (int i = 0; i < clusters.length; i++) {
            Optional<String> mine = answer.apply(group.get(i));
            clusters[i] = mine.isEmpty() ? NONE : clusterOf(mine.get(), first);
        }
        return clusters;
    }

    private int clusterOf(String answer, List<String> first) {
        for (int c = 0; c < first.size(); c++) {
            if (same.test(first.get(c), answer)) {
                return c;
            }
        }
        first.add(answer);
        return first.size() - 1;
    }

    static int[] sizes(int[] clusters) {
        int count = 0;
        for (int cluster : clusters) {
            count = Math.max(count, cluster + 1);
        }
        int[] sizes = new int[count];
        for (int cluster : clusters) {
            if (cluster != NONE) {
                sizes[cluster]++;
            }
        }
        return sizes;
    }
}
