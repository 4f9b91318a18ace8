package org.rft4j.core.data.encode;

/** Which tokens of an example are trained. The first token of a sequence never is: nothing predicts it. */
public enum TrainedTokens {
    /** The answer, everything that follows the prompt; of what has no prompt all tokens. TRL: {@code completion_only_loss}. */
    ANSWER,
    /** All that the assistant says in a conversation, in the prompt too. TRL: {@code assistant_only_loss} for whole conversations. */
    ASSISTANT,
    /** What the assistant says in the answer, without results of tools in between. TRL: {@code assistant_only_loss} for completions. */
    ASSISTANT_IN_ANSWER,
    /** All tokens, those of the prompt too. */
    ALL,
    /** The last token alone, where a model of rewards says what a text is worth. */
    LAST;

    /** Whether it must be known who says what. */
    boolean ofSpeakers() {
        return this == ASSISTANT || this == ASSISTANT_IN_ANSWER;
    }
}
