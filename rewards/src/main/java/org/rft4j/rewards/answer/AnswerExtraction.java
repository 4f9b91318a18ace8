package org.rft4j.rewards.answer;

import java.util.List;
import java.util.Optional;

/** Where the final answer stands. */
public interface AnswerExtraction {
    /**
     * Looks for the answer.
     *
     * @param text what a model wrote, or a column of a data set
     * @return the answer, or nothing where there is none or where it is empty
     */
    Optional<FoundAnswer> find(String text);

    /**
     * Writes an answer so that it is found.
     *
     * @param answer the answer
     * @return the answer with its mark
     */
    String written(String answer);

    /**
     * What a completion without an answer lacks, for feedback.
     *
     * @return the end of the sentence "the final answer is missing ..."
     */
    String missing();

    /**
     * Tries one after the other.
     *
     * @param tries what to try, in order
     * @return what the first finds that finds something
     */
    static AnswerExtraction firstOf(AnswerExtraction... tries) {
        return new FirstOf(List.of(tries));
    }
}
