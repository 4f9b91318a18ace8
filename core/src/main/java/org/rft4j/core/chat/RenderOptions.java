package org.rft4j.core.chat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.jinja.JinjaOptions;
import org.rft4j.engine.Check;

/**
 * How to render a conversation.
 *
 * @param addGenerationPrompt whether to end with what makes the model answer
 * @param continueFinalMessage whether to end inside the last message, so that the model goes on with it
 * @param variables further variables of the template, such as {@code enable_thinking}. They win over special tokens of the same name;
 *     what the conversation or another option says ({@code messages}, {@code tools}, {@code documents}, {@code
 *     add_generation_prompt}) cannot be set here
 * @param template which of several templates to take, or null: {@code tool_use} if there are tools, else {@code default}
 * @param jinja limits and clock
 */
public record RenderOptions(
        boolean addGenerationPrompt,
        boolean continueFinalMessage,
        Map<String, @Nullable Object> variables,
        @Nullable String template,
        JinjaOptions jinja) {
    private static final List<String> TAKEN = List.of("messages", "tools", "documents", "add_generation_prompt");

    /** The whole conversation and nothing more, as it is trained on. */
    public static final RenderOptions TRAINING = new RenderOptions(false, false, Map.of(), null, JinjaOptions.DEFAULT);

    /** The conversation and what makes the model answer. */
    public static final RenderOptions GENERATION = new RenderOptions(true, false, Map.of(), null, JinjaOptions.DEFAULT);

    /** The conversation up to the end of its last message's content, for the model to go on with. */
    public static final RenderOptions CONTINUATION =
            new RenderOptions(false, true, Map.of(), null, JinjaOptions.DEFAULT);

    /** Copies the variables, and checks that there is one way to end. */
    public RenderOptions {
        variables = Json.copy(variables);
        for (String name : TAKEN) {
            Check.that(
                    !variables.containsKey(name),
                    "variable of the template",
                    name,
                    "must not be one of " + TAKEN,
                    "say it in the Conversation, or with addGenerationPrompt");
        }
        Check.that(
                !(addGenerationPrompt && continueFinalMessage),
                "addGenerationPrompt with continueFinalMessage",
                true,
                "must not both be set",
                "a generation prompt begins a message, and a continuation goes on with one");
    }

    /**
     * Sets a variable of the template, which wins over a special token of that name.
     *
     * @param name its name, none of {@code messages}, {@code tools}, {@code documents}, {@code add_generation_prompt}
     * @param value null, boolean, number, string, list or map
     * @return these options with it
     */
    public RenderOptions with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(variables);
        more.put(name, value);
        return new RenderOptions(addGenerationPrompt, continueFinalMessage, more, template, jinja);
    }

    /**
     * Picks one of several templates.
     *
     * @param name its name
     * @return these options with it
     */
    public RenderOptions withTemplate(String name) {
        return new RenderOptions(addGenerationPrompt, continueFinalMessage, variables, name, jinja);
    }

    /**
     * Replaces limits and clock.
     *
     * @param newJinja limits and clock
     * @return these options with them
     */
    public RenderOptions withJinja(JinjaOptions newJinja) {
        return new RenderOptions(addGenerationPrompt, continueFinalMessage, variables, template, newJinja);
    }
}
