package org.rft4j.core.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.jinja.JinjaTemplate;
import org.rft4j.core.jinja.Rendering;
import org.rft4j.core.tokenizer.CharSpan;
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

    private ChatTemplate(
            Map<String, JinjaTemplate> templates, Map<String, String> sources, Map<String, String> specialTokens) {
        this.templates = templates;
        this.sources = Map.copyOf(sources);
        this.specialTokens = Map.copyOf(specialTokens);
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
        Map<String, JinjaTemplate> templates = new TreeMap<>();
        sources.forEach((name, source) -> templates.put(name, JinjaTemplate.parse(name, source)));
        return new ChatTemplate(templates, sources, specialTokens);
    }

    /**
     * Reads templates and special tokens from {@code tokenizer_config.json}.
     *
     * @param config the parsed file
     * @return the templates
     */
    public static ChatTemplate fromTokenizerConfig(JsonNode config) {
        Map<String, String> templates = TokenizerConfig.templates(config.path("chat_template"));
        if (templates.isEmpty()) {
            throw TokenizerConfig.absent("tokenizer_config.json");
        }
        return of(templates, TokenizerConfig.specialTokens(config));
    }

    /**
     * Reads templates and special tokens from a model's folder: {@code chat_template.jinja} with
     * {@code additional_chat_templates/*.jinja}, else {@code chat_template.json}, else {@code tokenizer_config.json}.
     *
     * @param folder where the tokenizer's files are
     * @return the templates
     */
    public static ChatTemplate load(Path folder) {
        return find(folder).orElseThrow(() -> TokenizerConfig.absent(folder.toString()));
    }

    /**
     * Reads templates and special tokens from a model's folder, as {@link #load} does.
     *
     * @param folder where the tokenizer's files are
     * @return the templates, or nothing if no file has one, as in base models
     */
    public static Optional<ChatTemplate> find(Path folder) {
        return TokenizerConfig.find(folder);
    }

    /**
     * Adds special tokens, for example those of the tokenizer that will read the text. They win over those that came with the
     * templates.
     *
     * @param tokens variables such as {@code bos_token}
     * @return the same templates with them
     */
    public ChatTemplate withSpecialTokens(Map<String, String> tokens) {
        Map<String, String> all = new HashMap<>(specialTokens);
        all.putAll(tokens);
        return new ChatTemplate(templates, sources, all);
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
        List<CharSpan> spans = new ArrayList<>();
        for (Rendering.Span span : rendering.generations()) {
            if (span.start() < text.length() || continuation == null) {
                spans.add(new CharSpan(span.start(), Math.min(span.end(), text.length())));
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
