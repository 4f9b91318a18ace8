package org.rft4j.core.data;

import java.util.List;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.engine.Check;

/** What follows a prompt in a data set: a text after a text, or messages after a conversation. */
public sealed interface Answer {
    /**
     * A text.
     *
     * @param text what stands there
     * @return the answer
     */
    static Answer of(String text) {
        return new Text(text);
    }

    /**
     * Messages.
     *
     * @param messages in order
     * @return the answer
     */
    static Answer of(ChatMessage... messages) {
        return new Messages(List.of(messages));
    }

    /**
     * A text that goes on where the prompt's text ends.
     *
     * @param text what stands there
     */
    record Text(String text) implements Answer {}

    /**
     * Messages that follow those of the prompt.
     *
     * @param messages at least one, in order
     */
    record Messages(List<ChatMessage> messages) implements Answer {
        /** Copies the messages. */
        public Messages {
            messages = List.copyOf(messages);
            Check.that(
                    !messages.isEmpty(), "messages of an answer", "none", "must be at least one", "leave the row out");
        }
    }
}
