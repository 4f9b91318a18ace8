package org.rft4j.cli.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.cli.bind.Family;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.load.RowMapping;
import org.rft4j.core.data.rows.Row;

/** What is made of a row's prompt. */
@FunctionalInterface
public interface PromptForm {
    /** What there is. */
    Family<PromptForm> FAMILY = new Family<>(
            "prompt form",
            List.of(
                    Variant.of("asIs", new NoKeys(), none -> mapping -> mapping),
                    Variant.of("chat", Chat.class, of -> mapping -> mapping.compute("prompt", of::messages)),
                    Variant.of("text", Text.class, of -> mapping -> mapping.compute("prompt", of::filled))));

    /**
     * Adds it to a mapping.
     *
     * @param mapping of the columns
     * @return the mapping with a prompt of this form
     */
    RowMapping in(RowMapping mapping);

    /**
     * The text is what a user says in a conversation.
     *
     * @param system what the system says before
     */
    record Chat(Optional<String> system) {
        Object messages(Row row) {
            ChatMessage user = ChatMessage.user(row.text("prompt"));
            return system.map(text -> List.of(ChatMessage.system(text), user)).orElse(List.of(user));
        }
    }

    /**
     * A text with columns in it.
     *
     * @param template the text, with columns in braces: Question: {prompt}
     */
    record Text(String template) {
        private static final Pattern COLUMN = Pattern.compile("\\{(\\w+)}");

        Object filled(Row row) {
            return COLUMN.matcher(template).replaceAll(found -> Matcher.quoteReplacement(row.text(found.group(1))));
        }
    }
}
