package org.rft4j.algorithms.likelihood;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.engine.Check;

/**
 * The data side of A-LoL: how much better than expected each answer of a data set is, computed once: {@code A = sigma(R) - V}, with R the reward of the
 * answer, sigma the logistic function and V what the reference earns on the prompt. Answers that are not better are left out; the rest is sampled by
 * A ({@link org.rft4j.core.data.stream.WeightedDraws}, "priority") or shuffled. An arrangement puts A beside the rows as {@link
 * org.rft4j.core.loss.TokenColumn#ADVANTAGE}, which {@link ExampleNumbers#column} reads.
 *
 * <p>V is any function of the prompt. The paper samples one answer of the reference for each validation prompt and fits a small head on the
 * reference's hidden states of the prompt to sigma(R); the mean of sigma(R) over a few of the reference's samples of the prompt itself costs more
 * and errs less. Called by one thread, in the order of the examples.
 */
public final class AdvantageColumns {
    /** Holds A. */
    public static final String ADVANTAGE = "advantage";

    /** Holds sigma(R), or R where there is no logistic function. */
    public static final String REWARD = "reward";

    /**
     * What is computed.
     *
     * @param logistic whether rewards pass a logistic function: yes in the script for helpful and harmless answers, no in that for other tasks
     * @param positiveOnly whether answers that are not better than expected are left out
     */
    public record Options(boolean logistic, boolean positiveOnly) {
        /** A logistic function, and positive advantages alone. */
        public static final Options DEFAULT = new Options(true, true);
    }

    /**
     * What came of it.
     *
     * @param examples those that are kept, in their order, with the columns {@value #ADVANTAGE} and {@value #REWARD}
     * @param leftOut how many are not
     */
    public record Weighed(List<PromptCompletion> examples, int leftOut) {
        /** Copies the list. */
        public Weighed {
            examples = List.copyOf(examples);
        }

        /**
         * Which share is kept. The paper takes so many of an epoch's steps.
         *
         * @return from 0 to 1
         */
        public double keptShare() {
            return (double) examples.size() / Math.max(1, examples.size() + leftOut);
        }
    }

    private AdvantageColumns() {}

    /**
     * Weighs answers.
     *
     * @param examples answers
     * @param reward R of an answer
     * @param value V of a prompt, on the scale of rewards after the logistic function
     * @param options what is computed
     * @return the examples with their advantages
     */
    public static Weighed of(
            List<PromptCompletion> examples,
            ToDoubleFunction<? super PromptCompletion> reward,
            ToDoubleFunction<? super Prompt> value,
            Options options) {
        List<PromptCompletion> kept = new ArrayList<>();
        for (PromptCompletion example : examples) {
            double raw = finite("reward", example, reward.applyAsDouble(example));
            double earned = options.logistic() ? 1 / (1 + Math.exp(-raw)) : raw;
            double advantage = earned - finite("value", example, value.applyAsDouble(example.prompt()));
            if (advantage > 0 || !options.positiveOnly()) {
                kept.add(with(example, earned, advantage));
            }
        }
        return new Weighed(kept, examples.size() - kept.size());
    }

    private static PromptCompletion with(PromptCompletion example, double reward, double advantage) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>(example.columns());
        columns.put(REWARD, reward);
        columns.put(ADVANTAGE, advantage);
        return new PromptCompletion(example.id(), example.prompt(), example.completion(), columns);
    }

    private static double finite(String what, PromptCompletion example, double number) {
        Check.that(
                Double.isFinite(number),
                what + " of example " + example.id(),
                number,
                "must be finite",
                "leave the example out, or correct the function");
        return number;
    }
}
