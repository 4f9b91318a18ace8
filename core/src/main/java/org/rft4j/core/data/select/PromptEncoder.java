package org.rft4j.core.data.select;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.InvalidInputException;

/**
 * The tokens that a model is given for a task. A task's column {@code chat_template_kwargs}, a map, sets variables of the template, such
 * as {@code enable_thinking}. Threads may share it.
 */
public final class PromptEncoder {
    private final Tokenizer tokenizer;
    private final @Nullable ChatTemplate template;
    private final RenderOptions options;

    /**
     * Combines the parts.
     *
     * @param tokenizer makes ids of text
     * @param template makes text of conversations, or null if there are none
     * @param options how conversations are rendered, usually {@link RenderOptions#GENERATION}
     */
    public PromptEncoder(Tokenizer tokenizer, @Nullable ChatTemplate template, RenderOptions options) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.options = options;
    }

    /**
     * Encodes a prompt: texts with the special tokens that the tokenizer always adds, conversations as the template renders them.
     *
     * @param task the task
     * @return its ids
     */
    public long[] encode(TaskRecord task) {
        if (task.prompt() instanceof Prompt.Tokens tokens) {
            return tokens.ids();
        }
        if (task.prompt() instanceof Prompt.Text text) {
            return tokenizer.encode(text.text(), true).ids();
        }
        if (template == null) {
            throw new InvalidInputException(
                    "prompt of task " + task.id(),
                    "a conversation",
                    "must be text where there is no chat template",
                    "give a ChatTemplate, or make the prompt a text");
        }
        Prompt.Chat chat = (Prompt.Chat) task.prompt();
        return tokenizer
                .encode(template.renderText(chat.conversation(), rendering(options, task.columns())), false)
                .ids();
    }

    /**
     * How the conversation of a record is rendered: with the template's variables that its column {@code chat_template_kwargs} sets.
     *
     * @param options how conversations are rendered otherwise
     * @param columns of the record
     * @return options with the record's variables
     */
    public static RenderOptions rendering(RenderOptions options, Map<String, @Nullable Object> columns) {
        RenderOptions own = options;
        if (columns.get("chat_template_kwargs") instanceof Map<?, ?> variables) {
            for (Map.Entry<?, ?> variable : variables.entrySet()) {
                own = own.with(String.valueOf(variable.getKey()), variable.getValue());
            }
        }
        return own;
    }
}
