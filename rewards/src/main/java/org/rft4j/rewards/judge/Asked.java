package org.rft4j.rewards.judge;

import java.util.stream.Collectors;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.engine.InvalidInputException;

/** The task's prompt as a judge reads it. */
final class Asked {
    private Asked() {}

    static String text(TaskRecord task) {
        if (task.prompt() instanceof Prompt.Text text) {
            return text.text();
        }
        if (task.prompt() instanceof Prompt.Chat chat) {
            return chat.conversation().messages().stream().map(Asked::text).collect(Collectors.joining("\n\n"));
        }
        throw new InvalidInputException(
                "prompt of task " + task.id(), "token ids", "must be a text or a conversation", "a judge reads words");
    }

    private static String text(ChatMessage message) {
        return message.role() + ": " + (message.content() instanceof Content.Text text ? text.text() : "");
    }
}
