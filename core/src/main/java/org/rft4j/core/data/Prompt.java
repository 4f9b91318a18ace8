package org.rft4j.core.data;

import java.util.Arrays;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.engine.Check;

/** What a model is asked: a text, a conversation that the model's chat template renders, or token ids as they stand. */
public sealed interface Prompt {
    /**
     * A text.
     *
     * @param text what stands there
     * @return the prompt
     */
    static Prompt of(String text) {
        return new Text(text);
    }

    /**
     * A conversation.
     *
     * @param messages in order
     * @return the prompt
     */
    static Prompt of(ChatMessage... messages) {
        return new Chat(Conversation.of(messages));
    }

    /**
     * Tokens.
     *
     * @param ids at least one
     * @return the prompt
     */
    static Prompt of(long[] ids) {
        return new Tokens(ids);
    }

    /**
     * A text, to which the tokenizer adds the special tokens it always adds.
     *
     * @param text what stands there
     */
    record Text(String text) implements Prompt {}

    /**
     * A conversation, rendered up to where the assistant begins to speak.
     *
     * @param conversation messages and tools
     */
    record Chat(Conversation conversation) implements Prompt {
        /** Refuses a conversation that says nothing. */
        public Chat {
            Check.that(
                    !conversation.messages().isEmpty(),
                    "messages of a prompt",
                    "none",
                    "must be at least one",
                    "ask something");
        }
    }

    /**
     * Token ids, taken as they are.
     *
     * @param ids at least one
     */
    record Tokens(long[] ids) implements Prompt {
        /** Copies the ids. */
        public Tokens {
            Check.that(
                    ids.length > 0,
                    "tokens of a prompt",
                    "none",
                    "must be at least one",
                    "begin an empty prompt with the model's start token");
            ids = ids.clone();
            for (long id : ids) {
                Check.that(id >= 0, "token of a prompt", id, "must be at least 0", "pass ids of the model's tokenizer");
            }
        }

        @Override
        public long[] ids() {
            return ids.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }

        @Override
        public String toString() {
            return "Tokens" + Arrays.toString(ids);
        }
    }
}
