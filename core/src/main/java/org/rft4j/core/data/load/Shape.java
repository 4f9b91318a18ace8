package org.rft4j.core.data.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.Stepwise;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.rows.DataException;
import org.rft4j.core.data.rows.Row;
import org.rft4j.engine.Rft4jException;

/** One row on its way to a record: columns that are read leave the rest. */
final class Shape {
    private static final String MESSAGES = "must be a string or a list of messages";
    private static final String TOOLS = "tools";
    private static final String TEMPLATE = "chat_template_kwargs";

    private final String id;
    private final Row row;
    private final Map<String, @Nullable Object> rest;

    Shape(String id, Row row) {
        this.id = id;
        this.row = row;
        this.rest = new LinkedHashMap<>(row.columns());
        if (row.has(TEMPLATE) && !(row.value(TEMPLATE) instanceof Map)) {
            throw row.wrong(TEMPLATE, String.valueOf(row.value(TEMPLATE)), "must be a map of template variables");
        }
    }

    TaskRecord task() {
        return new TaskRecord(id, prompt("prompt"), rest);
    }

    PromptCompletion promptCompletion() {
        return new PromptCompletion(id, prompt("prompt"), answer("completion"), rest);
    }

    Preference preference() {
        Answer chosen = answer("chosen");
        Answer rejected = answer("rejected");
        if (chosen instanceof Answer.Text != rejected instanceof Answer.Text) {
            throw row.wrong("rejected", "of another kind than 'chosen'", "must be text like it, or messages like it");
        }
        boolean explicit =
                row.has("prompt") && (row.value("prompt") instanceof String) == chosen instanceof Answer.Text;
        if (explicit || row.columns().get("prompt") instanceof Prompt) {
            return new Preference(id, prompt("prompt"), chosen, rejected, rest);
        }
        rest.remove("prompt");
        SharedPrompt shared = shared(chosen, rejected);
        return new Preference(id, shared.prompt(), shared.chosen(), shared.rejected(), rest);
    }

    private SharedPrompt shared(Answer chosen, Answer rejected) {
        if (chosen instanceof Answer.Text a && rejected instanceof Answer.Text b) {
            if (a.text().isEmpty() || b.text().isEmpty()) {
                throw row.wrong(
                        a.text().isEmpty() ? "chosen" : "rejected", "empty", "must hold the prompt if there is none");
            }
            return SharedPrompt.ofTexts(a.text(), b.text());
        }
        List<ChatMessage> first = ((Answer.Messages) chosen).messages();
        List<ChatMessage> second = ((Answer.Messages) rejected).messages();
        int common = SharedPrompt.commonMessages(first, second);
        if (common == 0) {
            throw row.wrong(
                    "chosen",
                    "without a message in common with 'rejected'",
                    "must begin with the prompt if there is none");
        }
        return new SharedPrompt(
                chat("chosen", first.subList(0, common)),
                new Answer.Messages(first.subList(common, first.size())),
                new Answer.Messages(second.subList(common, second.size())));
    }

    UnpairedPreference unpaired() {
        Prompt prompt = prompt("prompt");
        Answer completion = answer("completion");
        if (!(rest.remove("label") instanceof Boolean label)) {
            throw row.wrong("label", String.valueOf(row.columns().get("label")), "must be true or false");
        }
        return new UnpairedPreference(id, prompt, completion, label, rest);
    }

    LanguageModeling languageModeling() {
        if (row.has("messages") && row.has("text")) {
            throw row.wrong("text", "there beside 'messages'", "must be absent or null if there are messages");
        }
        return new LanguageModeling(id, prompt(row.has("messages") ? "messages" : "text"), rest);
    }

    Stepwise stepwise() {
        Prompt prompt = prompt("prompt");
        List<String> steps = list("completions", String.class, "strings");
        List<Boolean> labels = list("labels", Boolean.class, "booleans");
        if (steps.size() != labels.size() || steps.isEmpty()) {
            throw row.wrong(
                    "labels", labels.size() + " labels", "must be as many as the steps, which are " + steps.size());
        }
        return new Stepwise(id, prompt, steps, labels, rest);
    }

    private Prompt prompt(String column) {
        Object value = row.value(column);
        rest.remove(column);
        if (value instanceof Prompt.Chat chat && chat.conversation().tools().isEmpty() && row.has(TOOLS)) {
            return chat(column, chat.conversation().messages());
        }
        if (value instanceof Prompt prompt) {
            return prompt;
        }
        if (value instanceof String text) {
            return Prompt.of(text);
        }
        return chat(column, messages(column, value));
    }

    private Answer answer(String column) {
        Object value = row.value(column);
        rest.remove(column);
        if (value instanceof Answer answer) {
            return answer;
        }
        return value instanceof String text ? Answer.of(text) : new Answer.Messages(messages(column, value));
    }

    private Prompt chat(String column, List<ChatMessage> messages) {
        if (messages.isEmpty()) {
            throw row.wrong(column, "an empty list", "must have at least one message");
        }
        rest.remove(TOOLS);
        return new Prompt.Chat(new Conversation(messages, tools(), List.of()));
    }

    private List<ChatMessage> messages(String column, Object value) {
        if (!(value instanceof List<?> items)) {
            throw row.wrong(column, String.valueOf(value), MESSAGES);
        }
        List<ChatMessage> messages = new ArrayList<>(items.size());
        for (Object item : items) {
            String place = column + "[" + messages.size() + "]";
            try {
                messages.add(item instanceof ChatMessage message ? message : ChatMessage.fromMap(map(place, item)));
            } catch (DataException e) {
                throw e;
            } catch (Rft4jException e) {
                throw row.wrong(place, item + " (" + e.getMessage() + ")", "must be a message with role and content");
            }
        }
        if (messages.isEmpty()) {
            throw row.wrong(column, "an empty list", "must have at least one message");
        }
        return messages;
    }

    private List<ToolSpec> tools() {
        if (!row.has(TOOLS)) {
            return List.of();
        }
        if (!(row.json(TOOLS) instanceof List<?> items)) {
            throw row.wrong(TOOLS, String.valueOf(row.value(TOOLS)), "must be a list of schemas, or JSON of one");
        }
        List<ToolSpec> tools = new ArrayList<>(items.size());
        for (Object item : items) {
            tools.add(item instanceof ToolSpec tool ? tool : new ToolSpec(map(TOOLS + "[" + tools.size() + "]", item)));
        }
        return tools;
    }

    private <T> List<T> list(String column, Class<T> type, String plural) {
        Object value = row.value(column);
        rest.remove(column);
        if (!(value instanceof List<?> items) || !items.stream().allMatch(type::isInstance)) {
            throw row.wrong(column, String.valueOf(value), "must be a list of " + plural);
        }
        return items.stream().map(type::cast).toList();
    }

    private Map<String, @Nullable Object> map(String place, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw row.wrong(place, String.valueOf(value), "must be a map");
        }
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        map.forEach((name, item) -> named.put(String.valueOf(name), item));
        return named;
    }
}
