package org.rft4j.core.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * A conversation whose last message is to be gone on with: a tag behind its content shows where the text ends. A template that
 * trims the content moves the tag's blank, and then the text loses its blanks at the end too.
 *
 * @param messages the messages, the last one tagged
 * @param text the last message's text without the tag
 */
record Continuation(List<ChatMessage> messages, String text) {
    private static final String TAG = "CONTINUE_FINAL_MESSAGE_TAG ";

    static Continuation of(List<ChatMessage> messages, String template) {
        Check.that(
                template.contains("content"),
                "template",
                "one that never reads content",
                "must read the content that is to be gone on with",
                "render with another template");
        ChatMessage last = messages.get(messages.size() - 1);
        Content content = last.content();
        if (content == null) {
            throw new InvalidInputException(
                    "content of the last message",
                    null,
                    "must be there to go on with",
                    "add a generation prompt instead");
        }
        List<ChatMessage> tagged = new ArrayList<>(messages.subList(0, messages.size() - 1));
        if (content instanceof Content.Parts parts) {
            List<Map<String, @Nullable Object>> changed = new ArrayList<>(parts.parts());
            int at = lastText(changed);
            Map<String, @Nullable Object> part = new LinkedHashMap<>(changed.get(at));
            String text = String.valueOf(part.get("text"));
            part.put("text", text + TAG);
            changed.set(at, part);
            tagged.add(last.withContent(new Content.Parts(changed)));
            return new Continuation(tagged, text);
        }
        String text = content.value().toString();
        tagged.add(last.withContent(new Content.Text(text + TAG)));
        return new Continuation(tagged, text);
    }

    private static int lastText(List<Map<String, @Nullable Object>> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i).containsKey("text")) {
                return i;
            }
        }
        throw new InvalidInputException(
                "content of the last message",
                parts,
                "must have a text to go on with",
                "add a generation prompt instead");
    }

    /** The rendered text up to the tag. */
    String cut(String rendered) {
        int at = rendered.lastIndexOf(TAG.strip());
        Check.that(
                at >= 0 && rendered.contains(text.strip()),
                "the rendered text",
                "without the last message",
                "must contain the last message as it is",
                "this template drops or rewrites it, so it cannot be gone on with");
        String before = rendered.substring(0, at);
        return rendered.startsWith(TAG, at) ? before : before.stripTrailing();
    }
}
