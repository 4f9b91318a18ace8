package org.rft4j.rollout.environment;

import java.util.List;
import java.util.Objects;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.engine.Check;

/** What the policy sees after a turn. */
public sealed interface Observation {
    /**
     * A text: what the user says next where the prompt is a conversation, otherwise what stands behind the turn, as it is.
     *
     * @param text the text; an empty one lets a text without messages simply go on
     */
    record Text(String text) implements Observation {
        /** Checks that there is a text, in the thread of the environment. */
        public Text {
            Objects.requireNonNull(text, "text of an observation");
        }
    }

    /**
     * Messages, for a prompt that is a conversation.
     *
     * @param messages of users, tools or what the template knows besides, in order
     */
    record Messages(List<ChatMessage> messages) implements Observation {
        /** Copies the list, and refuses one that says nothing or speaks for the policy. */
        public Messages {
            messages = List.copyOf(messages);
            Check.that(
                    !messages.isEmpty(),
                    "messages of an observation",
                    "none",
                    "must be at least one",
                    "say StepResult.done(...) where there is nothing to go on with");
            Check.that(
                    messages.stream().noneMatch(m -> m.role().equals("assistant")),
                    "role of an observation",
                    "assistant",
                    "must not be the policy's",
                    "let a user or a tool speak");
        }
    }
}
