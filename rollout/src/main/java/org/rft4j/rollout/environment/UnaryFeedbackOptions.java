package org.rft4j.rollout.environment;

import java.util.Optional;
import java.util.function.Function;
import org.rft4j.engine.Check;

/**
 * How wrong answers are tried again.
 *
 * @param maxTurns so many attempts; the rollout must allow as many turns
 * @param observation what the policy is told of a wrong answer
 * @param decay the reward of a right answer is this to the power of the number of answers before it
 * @param malformedPenalty subtracted for each turn without an answer
 * @param repetitionWeight at the end, this times the share of answers that only repeat others is subtracted
 * @param answer finds the answer in a turn, in a form that is the same for the same answers; nothing if there is none
 */
public record UnaryFeedbackOptions(
        int maxTurns,
        String observation,
        double decay,
        double malformedPenalty,
        double repetitionWeight,
        Function<String, Optional<String>> answer) {
    /**
     * The method as released: 5 turns, decay 0.5, penalty 0.1 for turns without an answer, weight 0.5 for repetitions. The answer is
     * the whole turn without blanks at its ends.
     */
    public static final UnaryFeedbackOptions DEFAULT = new UnaryFeedbackOptions(
            5,
            "Incorrect. Please think again.",
            0.5,
            0.1,
            0.5,
            turn -> turn.isBlank() ? Optional.empty() : Optional.of(turn.strip()));

    /** Checks the numbers. */
    public UnaryFeedbackOptions {
        Check.that(maxTurns > 0, "maxTurns", maxTurns, "must be positive", "1 is a single turn");
        Check.that(decay >= 0 && decay <= 1, "decay", decay, "must be between 0 and 1", "1 does not count attempts");
        weight("malformedPenalty", malformedPenalty);
        weight("repetitionWeight", repetitionWeight);
    }

    private static void weight(String what, double value) {
        Check.that(
                value >= 0 && Double.isFinite(value), what, value, "must be finite and not negative", "0 is without");
    }

    /**
     * Replaces how answers are found.
     *
     * @param other finds the answer in a turn
     * @return options with it
     */
    public UnaryFeedbackOptions withAnswer(Function<String, Optional<String>> other) {
        return new UnaryFeedbackOptions(maxTurns, observation, decay, malformedPenalty, repetitionWeight, other);
    }

    /**
     * Replaces how the reward is made.
     *
     * @param newDecay to the power of the number of answers before the right one
     * @param newMalformedPenalty subtracted for each turn without an answer
     * @param newRepetitionWeight times the share of answers that only repeat others
     * @return options with them
     */
    public UnaryFeedbackOptions withReward(double newDecay, double newMalformedPenalty, double newRepetitionWeight) {
        return new UnaryFeedbackOptions(
                maxTurns, observation, newDecay, newMalformedPenalty, newRepetitionWeight, answer);
    }
}
