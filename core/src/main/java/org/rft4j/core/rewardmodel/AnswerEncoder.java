package org.rft4j.core.rewardmodel;

import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.encode.EncodedExample;
import org.rft4j.core.data.encode.ExampleEncoder;

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

    /**
     * The encoder that the reward model's examples went through.
     *
     * @param encoder makes tokens of examples; which of them are trained says nothing here
     * @return an encoder of answers
     */
    static AnswerEncoder of(ExampleEncoder encoder) {
        return (task, answer) -> encoder.encode(task, task.prompt(), List.of(answer)).stream()
                .findFirst()
                .map(EncodedExample::ids);
    }
}
