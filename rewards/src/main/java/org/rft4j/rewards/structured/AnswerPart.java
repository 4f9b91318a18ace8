package org.rft4j.rewards.structured;

import java.util.Optional;
import java.util.function.Function;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.rewards.format.TagFormat;

/** Where in a completion the answer stands. */
public sealed interface AnswerPart {
    /** All of it is the answer. */
    record Whole() implements AnswerPart {}

    /**
     * The last section of this name in tags.
     *
     * @param tag the section
     */
    record InTag(String tag) implements AnswerPart {}

    /**
     * Found by a function.
     *
     * @param find gives the answer; empty if there is none
     */
    record Found(Function<String, Optional<String>> find) implements AnswerPart {}

    /**
     * Takes the answer out of a completion.
     *
     * @param sample what the model wrote
     * @return the answer; empty if there is none
     */
    default Optional<String> in(RewardSample sample) {
        if (this instanceof InTag tagged) {
            return TagFormat.contents(sample.completion(), tagged.tag());
        }
        return this instanceof Found found ? found.find().apply(sample.completion()) : Optional.of(sample.completion());
    }

    /**
     * Writes an answer so that it is found, for self-checks.
     *
     * @param answer the answer
     * @return a completion with it
     */
    default String written(String answer) {
        return this instanceof InTag tagged ? "<" + tagged.tag() + ">" + answer + "</" + tagged.tag() + ">" : answer;
    }
}
