package org.rft4j.core.rewardmodel;

import java.util.Optional;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.TaskRecord;

/**
 * Makes of a prompt and its answer the tokens that a reward model reads, with the reward model's own tokenizer and template: in the same way as
 * what it was trained on. Threads share it.
 */
@FunctionalInterface
public interface AnswerEncoder {
    /**
     * Encodes.
     *
     * @param task whose prompt was answered, with columns that may set variables of the template
     * @param answer messages where the prompt is a conversation, otherwise a text
     * @return at least one token; empty if the text is longer than the reward model shall read
     */
    Optional<long[]> encode(TaskRecord task, Answer answer);
}
