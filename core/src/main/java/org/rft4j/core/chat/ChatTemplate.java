package org.rft4j.core.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.jinja.JinjaTemplate;
import org.rft4j.core.jinja.Rendering;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * The chat template of a model, or the several that it has: conversation in, text out, equal to {@code apply_chat_template} of
 * the transformers library. Immutable; parsed once, rendered often, by any thread.
 */
public final class ChatTemplate {
    static final String DEFAULT = "default";
    private static final String FOR_TOOLS = "tool_use";

    private final Map<String, JinjaTemplate> templates;
    private final Map<String, String> sources;
    private final Map<String, String> specialTokens;

    private ChatTemplate(Map<String, String> sources, Map<String, String> specialTokens) {
        this.sources = Map.copyOf(sources);
        this.specialTokens = Map.copyOf(specialTokens);
        templates = new TreeMap<>();
        sources.forEach((name, source) -> templates.put(name, JinjaTemplate.parse(name, source)));
    }

    /**
     * One template without special tokens.
     *
     * @param source Jinja source
     * @return the template
     */
    public static ChatTemplate of(String source) {
        return of(Map.of(DEFAULT, source), Map.of());
    }

    /**
     * Templates by name, with special tokens.
     *
     * @param sources Jinja sources; the one named {@code default} is taken unless another is asked for
     * @param specialTokens variables such as {@code bos_token}
     * @return the templates
     */
    public static ChatTemplate of(Map<String, String> sources, Map<String, String> specialTokens) {
        Check.that(!sources.isEmpty(), "sources", sources, "must not be empty", "pass at least one template");
        return new ChatTemplate(sources, specialTokens);
    }

    /**
     * Reads templates and special tokens from {@code tokenizer_config.json}.
     *
     * @param config the parsed file
     * @return the templates
     */
    public static ChatTemplate fromTokenizerConfig(JsonNode config) {
        return of(
                TokenizerConfig.required(
                        TokenizerConfig.templates(config.path("chat_template")), "tokenizer_config.json"),
                TokenizerConfig.specialTokens(config));
    }

    /**
     * Reads templates and special tokens from a model's folder: {@code chat_template.jinja} with
     * {@code additional_chat_templates/*.jinja}, else {@code chat_template.json}, else {@code tokenizer_config.json}.
     *
     * @param folder where the tokenizer's files are
     * @return the templates
     */
    public static ChatTemplate fromTokenizerConfig(Path folder) {
        return TokenizerConfig.read(folder);
    }

    /**
     * The names of the templates.
     *
     * @return at least one name
     */
    public Set<String> names() {
        return Set.copyOf(templates.keySet());
    }

    /**
     * Whether the template that these options choose marks what the assistant writes. If it does not, {@link
     * RenderedChat#assistantSpans} is empty, which as a mask means that nothing is trained on.
     *
     * @param conversation whose tools may choose the template
     * @param options which may name the template
     * @return true if it has {@code generation} blocks
     */
    public boolean hasGenerationBlocks(Conversation conversation, RenderOptions options) {
        return template(chosen(conversation, options)).hasGenerationBlocks();
    }

    /**
     * Whether the template of conversations without tools marks what the assistant writes.
     *
     * @return true if it has {@code generation} blocks
     */
    public boolean hasGenerationBlocks() {
        return hasGenerationBlocks(Conversation.of(), RenderOptions.TRAINING);
    }

    /**
     * Renders a conversation and finds what the assistant wrote in it.
     *
     * @param conversation messages, tools and documents
     * @param options how it ends, and further variables
     * @return text and spans
     */
    public RenderedChat render(Conversation conversation, RenderOptions options) {
        String name = chosen(conversation, options);
        Continuation continuation = continuation(conversation, options, name);
        Rendering rendering = template(name).render(variables(conversation, options, continuation), options.jinja());
        String text = continuation == null ? rendering.text() : continuation.cut(rendering.text());
        List<Rendering.Span> spans = new ArrayList<>();
        for (Rendering.Span span : rendering.generations()) {
            if (span.start() < text.length() || continuation == null) {
                spans.add(new Rendering.Span(span.start(), Math.min(span.end(), text.length())));
            }
        }
        return new RenderedChat(text, spans);
    }

    /**
     * Renders a conversation.
     *
     * @param conversation messages, tools and documents
     * @param options how it ends, and further variables
     * @return the text
     */
    public String renderText(Conversation conversation, RenderOptions options) {
        String name = chosen(conversation, options);
        Continuation continuation = continuation(conversation, options, name);
        String text = template(name).renderText(variables(conversation, options, continuation), options.jinja());
        return continuation == null ? text : continuation.cut(text);
    }

    private @Nullable Continuation continuation(Conversation conversation, RenderOptions options, String name) {
        Check.that(
                !conversation.messages().isEmpty(),
                "messages",
                conversation.messages(),
                "must not be empty",
                "pass at least one message");
        return options.continueFinalMessage()
                ? Continuation.of(conversation.messages(), sources.getOrDefault(name, ""))
                : null;
    }

    private String chosen(Conversation conversation, RenderOptions options) {
        if (options.template() != null) {
            return options.template();
        }
        if (templates.size() == 1) {
            return templates.keySet().iterator().next();
        }
        return !conversation.tools().isEmpty() && templates.containsKey(FOR_TOOLS) ? FOR_TOOLS : DEFAULT;
    }

    private JinjaTemplate template(String name) {
        JinjaTemplate template = templates.get(name);
        if (template == null) {
            throw new InvalidInputException(
                    "template", name, "must be one of " + templates.keySet(), "name one in RenderOptions.withTemplate");
        }
        return template;
    }

    private Map<String, @Nullable Object> variables(
            Conversation conversation, RenderOptions options, @Nullable Continuation continuation) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(specialTokens);
        List<ChatMessage> messages = continuation == null ? conversation.messages() : continuation.messages();
        List<ToolSpec> tools = conversation.tools();
        variables.put("messages", messages.stream().map(ChatMessage::toMap).toList());
        variables.put(
                "tools",
                tools.isEmpty() ? null : tools.stream().map(ToolSpec::schema).toList());
        variables.put("documents", conversation.documents().isEmpty() ? null : conversation.documents());
        variables.put("add_generation_prompt", options.addGenerationPrompt());
        variables.putAll(options.variables());
        return variables;
    }
}
