package org.rft4j.core.reward;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.InvalidInputException;

/**
 * What a reward sees: the task, and what the model made of it.
 *
 * @param task prompt and columns
 * @param completion the text of the model's last turn; usually all it wrote
 * @param messages what followed the prompt: the model's turns, and between them what tools and users said
 * @param truncated whether the model was cut off rather than ended
 * @param tokenSpans the characters of {@code completion} that each of its tokens stands for, or null where tokens are not known
 */
public record RewardSample(
        TaskRecord task,
        String completion,
        List<ChatMessage> messages,
        boolean truncated,
        @Nullable List<CharSpan> tokenSpans) {
    /** Copies the lists. */
    public RewardSample {
        messages = List.copyOf(messages);
        tokenSpans = tokenSpans == null ? null : List.copyOf(tokenSpans);
    }

    /**
     * A single answer of which only the text is known.
     *
     * @param task prompt and columns
     * @param completion what the model wrote
     * @return the sample
     */
    public static RewardSample of(TaskRecord task, String completion) {
        return new RewardSample(task, completion, List.of(ChatMessage.assistant(completion)), false, null);
    }

    /**
     * The same with the tokens' places.
     *
     * @param spans the characters of each token
     * @return a sample that knows its tokens
     */
    public RewardSample withTokenSpans(List<CharSpan> spans) {
        return new RewardSample(task, completion, messages, truncated, spans);
    }

    /**
     * The same, cut off.
     *
     * @return a sample that counts as truncated
     */
    public RewardSample cutOff() {
        return new RewardSample(task, completion, messages, true, tokenSpans);
    }

    /**
     * How many tokens the completion has.
     *
     * @return their number; an error where tokens are not known
     */
    public int tokenCount() {
        return knownSpans().size();
    }

    /**
     * The tokens' places.
     *
     * @return the characters of each token; an error where tokens are not known
     */
    public List<CharSpan> knownSpans() {
        if (tokenSpans == null) {
            throw new InvalidInputException(
                    "tokens of the completion of task " + task.id(),
                    "unknown",
                    "must be known to rewards that count or mark them",
                    "make the sample from a trajectory, or add withTokenSpans(...)");
        }
        return tokenSpans;
    }

    /**
     * The texts of the model's turns.
     *
     * @return one per message of role {@code assistant}
     */
    public List<ChatMessage> turns() {
        return messages.stream().filter(m -> m.role().equals("assistant")).toList();
    }
}
