package org.rft4j.core.trajectory;

import java.util.List;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.engine.Check;

/**
 * An episode: a task, and what policy and environment made of it. One that failed is data too, and says why it ended.
 *
 * @param key which episode this is; its turn is 0
 * @param task what it was about
 * @param trace its tokens
 * @param turns the policy's turns in order; none if it failed before the first
 * @param messages what followed the prompt: the policy's turns, and between them what tools and users said
 * @param endReason why it ended
 * @param feedback what the environment said in words that was not shown to the policy
 * @param error what broke, if something did
 */
public record Trajectory(
        SampleKey key,
        TaskRecord task,
        TokenTrace trace,
        List<Turn> turns,
        List<ChatMessage> messages,
        EndReason endReason,
        List<Feedback> feedback,
        Optional<String> error) {
    /** Copies the lists, and checks that the key is the task's and that the turns lie in the trace. */
    public Trajectory {
        Check.that(
                key.promptId().equals(task.id()) && key.turn() == 0,
                "key of a trajectory",
                key,
                "must name the task " + task.id() + " and turn 0",
                "take it from the rollout request");
        for (Turn turn : turns) {
            Check.that(
                    turn.firstToken() + (long) turn.tokens() <= trace.length(),
                    "end of a turn",
                    turn.firstToken() + (long) turn.tokens(),
                    "must be at most the number of tokens " + trace.length(),
                    "count the turn's tokens in the trace");
        }
        turns = List.copyOf(turns);
        messages = List.copyOf(messages);
        feedback = List.copyOf(feedback);
    }

    /**
     * The oldest weights that wrote a turn.
     *
     * @return their version, -1 if there is no turn
     */
    public long policyVersion() {
        return turns.stream().mapToLong(Turn::policyVersion).min().orElse(-1);
    }

    /**
     * What the policy wrote last.
     *
     * @return the text of the last turn, empty if there is none
     */
    public String completion() {
        return turns.isEmpty() ? "" : turns.get(turns.size() - 1).text();
    }

    /**
     * What the environment gave.
     *
     * @return the sum of the turns' rewards
     */
    public double environmentReward() {
        return turns.stream().mapToDouble(Turn::reward).sum();
    }

    /**
     * Whether the policy was cut off rather than ended.
     *
     * @return true if its last turn lacks its end, or the episode ran out of turns, tokens or time
     */
    public boolean truncated() {
        return endReason == EndReason.TURN_CUT_OFF
                || endReason == EndReason.TURN_LIMIT
                || endReason == EndReason.TOKEN_LIMIT
                || endReason == EndReason.TIME_LIMIT
                || (!turns.isEmpty() && turns.get(turns.size() - 1).stopReason().truncated());
    }
}
