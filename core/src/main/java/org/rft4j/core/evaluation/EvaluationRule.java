package org.rft4j.core.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.rft4j.engine.Check;

/**
 * Which numbers are made of an evaluation.
 *
 * @param ks for which k there are {@code mean@k}, {@code pass@k} and {@code majority@k}
 * @param passMark a completion passes if its score is at least this
 * @param sourceColumn a column of the tasks that says where they come from; each source then has numbers of its own
 * @param answer takes the answer that votes out of the text of a completion; empty if it has none
 */
public record EvaluationRule(
        List<Integer> ks, double passMark, Optional<String> sourceColumn, Function<String, Optional<String>> answer) {
    /** The name of the evaluation that has no other. */
    public static final String DEFAULT_NAME = "eval";

    /** Metric: the mean of the applicable scores. */
    public static final String REWARD = "reward";
    /** Metric, with k: the mean score of the first k samples of a task, over tasks. verl: {@code val-core/SOURCE/reward/mean@k}. */
    public static final String MEAN = "mean@";
    /** Metric, with k: the chance that one of k samples passes, over tasks; the unbiased estimate 1 - C(n-c,k)/C(n,k). */
    public static final String PASS = "pass@";
    /** Metric, with k: the share of tasks whose most frequent answer among the first k passes. verl: {@code maj@k/mean}. */
    public static final String MAJORITY = "majority@";
    /** Metric: the share of episodes that were cut off. */
    public static final String CLIPPED = "completions/clipped_ratio";
    /** Metric: the mean number of tokens that the policy wrote. */
    public static final String MEAN_LENGTH = "completions/mean_length";
    /** Metric: how many episodes have no applicable score. */
    public static final String NOT_APPLICABLE = "not_applicable";

    /** Copies the list and checks the numbers. */
    public EvaluationRule {
        ks = List.copyOf(ks);
        for (int k : ks) {
            Check.that(k > 0, "k of an evaluation", k, "must be positive", "use 1 and the number of samples");
        }
        Check.that(Double.isFinite(passMark), "passMark", passMark, "must be finite", "use 1 for right or wrong");
    }

    /**
     * Scores from 1 on pass, whole completions vote, sources are not told apart.
     *
     * @param ks for which k there are numbers
     * @return the rule
     */
    public static EvaluationRule of(Integer... ks) {
        return new EvaluationRule(List.of(ks), 1, Optional.empty(), completion -> Optional.of(completion.strip()));
    }

    /**
     * What the metrics of an evaluation begin with: {@code eval}, and for one with another name {@code eval_NAME}, as TRL has it.
     *
     * @param name of the evaluation
     * @return behind it stand {@code _} and a metric over all tasks, or {@code /SOURCE/} and one over those of a source
     */
    public static String prefix(String name) {
        return name.equals(DEFAULT_NAME) ? DEFAULT_NAME : DEFAULT_NAME + "_" + name;
    }

    /**
     * The metrics over all tasks, so that whoever names one can be told beforehand whether it will be there.
     *
     * @param name of the evaluation
     * @return their names
     */
    public List<String> names(String name) {
        List<String> names = new ArrayList<>(List.of(REWARD, CLIPPED, MEAN_LENGTH, NOT_APPLICABLE));
        for (int k : ks) {
            names.addAll(List.of(MEAN + k, PASS + k, MAJORITY + k));
        }
        return names.stream().map(metric -> prefix(name) + "_" + metric).toList();
    }
}
