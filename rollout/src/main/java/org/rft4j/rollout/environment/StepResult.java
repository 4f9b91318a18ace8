package org.rft4j.rollout.environment;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.reward.Feedback;
import org.rft4j.engine.Check;

/**
 * What an environment makes of a turn.
 *
 * @param observation what the policy sees next; nothing if the episode is done
 * @param reward for the turn
 * @param feedback what is said in words that the policy does not see, for critics and logs
 */
public record StepResult(Optional<Observation> observation, double reward, List<Feedback> feedback) {
    /** Copies the list and checks the reward. */
    public StepResult {
        Objects.requireNonNull(observation, "observation");
        feedback = List.copyOf(feedback);
        Check.that(
                Double.isFinite(reward),
                "reward of a step",
                reward,
                "must be finite",
                "guard divisions and logarithms in the environment");
    }

    /**
     * The episode goes on.
     *
     * @param text what the policy sees
     * @return the result, with reward 0
     */
    public static StepResult observe(String text) {
        return new StepResult(Optional.of(new Observation.Text(text)), 0, List.of());
    }

    /**
     * The episode goes on.
     *
     * @param messages what the policy sees
     * @return the result, with reward 0
     */
    public static StepResult observe(ChatMessage... messages) {
        return new StepResult(Optional.of(new Observation.Messages(List.of(messages))), 0, List.of());
    }

    /**
     * The episode ends.
     *
     * @param reward for its last turn
     * @return the result
     */
    public static StepResult done(double reward) {
        return new StepResult(Optional.empty(), reward, List.of());
    }

    /**
     * Replaces the reward.
     *
     * @param other for the turn
     * @return this result with it
     */
    public StepResult withReward(double other) {
        return new StepResult(observation, other, feedback);
    }

    /**
     * Replaces the feedback.
     *
     * @param said what is said in words that the policy does not see
     * @return this result with it
     */
    public StepResult withFeedback(List<Feedback> said) {
        return new StepResult(observation, reward, said);
    }
}
