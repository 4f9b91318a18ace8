package org.rft4j.core.data.encode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.chat.RenderedChat;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.select.PromptEncoder;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/** Conversations as text, and what in it the assistant said. */
record ConversationTexts(Optional<ChatTemplate> template, EncodeOptions options) {
    /** All of it, with the assistant's parts if the mask asks for them. */
    RenderedChat whole(Example of, Conversation conversation) {
        RenderOptions rendering = rendering(of, false);
        ChatTemplate chat = template(of);
        if (!options.trained().ofSpeakers()) {
            return new RenderedChat(chat.renderText(conversation, rendering), List.of());
        }
        if (options.turns() == AssistantTurns.PREFIXES) {
            String text = chat.renderText(conversation, rendering);
            return new RenderedChat(text, turnsOf(of, conversation, text));
        }
        Check.that(
                chat.hasGenerationBlocks(conversation, rendering),
                "chat template of example " + of.id(),
                "one without generation blocks",
                "must mark what the assistant says where that alone is trained",
                "put {% generation %} blocks into it, find the turns with"
                        + " EncodeOptions.withTurns(AssistantTurns.PREFIXES), or train the ANSWER");
        return chat.render(conversation, rendering);
    }

    /** Up to where the assistant begins to speak. */
    String prompt(Example of, Conversation conversation) {
        return template(of).renderText(conversation, rendering(of, true));
    }

    /** The answer must stand behind the prompt as the model is given it. */
    void requirePrefix(Example of, String prompt, String whole) {
        Check.that(
                whole.startsWith(prompt),
                "rendered conversation of example " + of.id(),
                quoted(whole, difference(prompt, whole)) + " where the prompt alone has "
                        + quoted(prompt, difference(prompt, whole)),
                "must begin with the rendered prompt",
                "set variables of the template such as enable_thinking, take a template that renders the prompt alike, begin"
                        + " the answer with the assistant's message, or train behind other tokens than the model is given"
                        + " when it is asked, with Boundary.WHERE_TOKENS_DIFFER");
    }

    private List<CharSpan> turnsOf(Example of, Conversation conversation, String whole) {
        List<ChatMessage> messages = conversation.messages();
        List<CharSpan> spans = new ArrayList<>();
        for (int m = 0; m < messages.size(); m++) {
            if (!messages.get(m).role().toLowerCase(Locale.ROOT).equals("assistant")) {
                continue;
            }
            String before = m == 0 ? "" : prompt(of, first(conversation, m));
            String after = template(of).renderText(first(conversation, m + 1), rendering(of, false));
            Check.that(
                    m > 0 && after.startsWith(before) && whole.startsWith(after),
                    "message " + m + " of example " + of.id(),
                    m == 0
                            ? "the first, and the assistant's"
                            : "rendered otherwise when others follow it, or when it is asked for",
                    "must stay as it is where turns are found by prefixes",
                    "take a template with generation blocks and AssistantTurns.GENERATION_BLOCKS, or train the ANSWER");
            spans.add(new CharSpan(
                    before.length(),
                    Math.max(before.length(), after.stripTrailing().length())));
        }
        return spans;
    }

    private static Conversation first(Conversation conversation, int messages) {
        return new Conversation(
                conversation.messages().subList(0, messages), conversation.tools(), conversation.documents());
    }

    private RenderOptions rendering(Example of, boolean generation) {
        RenderOptions own = PromptEncoder.rendering(options.rendering(), of.columns());
        return new RenderOptions(generation, false, own.variables(), own.template(), own.jinja());
    }

    private ChatTemplate template(Example of) {
        return template.orElseThrow(() -> new InvalidInputException(
                "example " + of.id(),
                "a conversation",
                "must be text where there is no chat template",
                "give a ChatTemplate, or make the example a text"));
    }

    private static int difference(String a, String b) {
        int at = 0;
        while (at < Math.min(a.length(), b.length()) && a.charAt(at) == b.charAt(at)) {
            at++;
        }
        return at;
    }

    private static String quoted(String text, int from) {
        String shown = text.substring(Math.min(from, text.length()), Math.min(text.length(), from + 24));
        return "'" + shown.replace("\n", "\\n") + "'";
    }
}
