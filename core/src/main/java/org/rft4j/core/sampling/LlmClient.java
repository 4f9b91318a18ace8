package org.rft4j.core.sampling;

import java.util.concurrent.CompletableFuture;
import org.rft4j.core.chat.Conversation;

/** A model that is asked in words and answers in words: judges, critics, simulated users. */
@FunctionalInterface
public interface LlmClient {
    /**
     * Asks.
     *
     * @param conversation what has been said
     * @param options how the answer is written; its seed makes the answer repeatable where the model can
     * @return the answer's text; it fails if there is none
     */
    CompletableFuture<String> answer(Conversation conversation, SamplingOptions options);
}
