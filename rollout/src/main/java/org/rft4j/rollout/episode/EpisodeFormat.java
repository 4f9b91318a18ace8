package org.rft4j.rollout.episode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Content;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderOptions;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.tokenizer.TextBehind;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * How prompts and observations become tokens. What the policy wrote is never encoded: an observation's tokens are those of the text
 * that the template puts behind the turn, and they are appended to what the model saw and drew.
 *
 * <p>The turn's end belongs to the turn. If the policy drew the token that ends it, the template's is left out; if a stop string or a
 * limit ended the turn, the template's is part of the observation. Immutable; any thread may use it.
 */
public final class EpisodeFormat {
    private static final String MARK = "~turn~";

    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final RenderOptions rendering;
    private final boolean turnsAsWritten;

    private EpisodeFormat(
            Tokenizer tokenizer, Optional<ChatTemplate> template, RenderOptions rendering, boolean turnsAsWritten) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.rendering = rendering;
        this.turnsAsWritten = turnsAsWritten;
    }

    /**
     * Plain texts: observations stand behind turns as they are.
     *
     * @param tokenizer of the policy
     * @return the format, which refuses conversations
     */
    public static EpisodeFormat text(Tokenizer tokenizer) {
        return new EpisodeFormat(tokenizer, Optional.empty(), RenderOptions.GENERATION, false);
    }

    /**
     * Conversations, and plain texts too.
     *
     * @param tokenizer of the policy
     * @param template of the policy
     * @return the format
     */
    public static EpisodeFormat chat(Tokenizer tokenizer, ChatTemplate template) {
        return new EpisodeFormat(tokenizer, Optional.of(template), RenderOptions.GENERATION, false);
    }

    /**
     * Replaces variables, limits and choice of the template.
     *
     * @param options such as {@code RenderOptions.GENERATION.with("enable_thinking", false)}
     * @return a format that renders so, always up to where the assistant begins to speak
     */
    public EpisodeFormat withRendering(RenderOptions options) {
        RenderOptions generation =
                new RenderOptions(true, false, options.variables(), options.template(), options.jinja());
        return new EpisodeFormat(tokenizer, template, generation, turnsAsWritten);
    }

    /**
     * Accepts a template that renders earlier turns in another way than the policy wrote them, such as without their reasoning. In
     * training the policy then sees its turns as it wrote them; a server that renders the template anew shows it something else.
     *
     * @return a format that {@link #requireSameHistory} accepts
     */
    public EpisodeFormat keepingTurnsAsWritten() {
        return new EpisodeFormat(tokenizer, template, rendering, true);
    }

    /**
     * The policy's tokenizer.
     *
     * @return as it was given
     */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * Where the template renders earlier turns in another way than they were written, found with conversations that have reasoning
     * and tools.
     *
     * @return the differences, none if the template keeps what stands there; kinds of messages that it refuses are left out
     */
    public List<HistoryDifference> historyDifferences() {
        return template.map(chat -> new HistoryProbes(this).differences()).orElse(List.of());
    }

    /** Throws, naming the first difference, unless the template keeps earlier turns or they are to be kept as written. */
    public void requireSameHistory() {
        if (turnsAsWritten) {
            return;
        }
        List<HistoryDifference> found = historyDifferences();
        if (!found.isEmpty()) {
            throw found.get(0).asError();
        }
    }

    /** The tokens of what the model is asked. */
    long[] encode(Prompt prompt) {
        if (prompt instanceof Prompt.Tokens tokens) {
            return tokens.ids();
        }
        long[] ids = prompt instanceof Prompt.Text text
                ? tokenizer.encode(text.text(), true).ids()
                : tokenizer
                        .encode(render(((Prompt.Chat) prompt).conversation()), false)
                        .ids();
        Check.that(ids.length > 0, "prompt", "empty", "must have a token", "give it a text");
        return ids;
    }

    /** The text of a conversation, up to where the assistant begins to speak. */
    String render(Conversation conversation) {
        return template.orElseThrow(() -> new InvalidInputException(
                        "prompt",
                        "a conversation",
                        "must be a text or tokens, because there is no chat template",
                        "make the format with EpisodeFormat.chat(...)"))
                .renderText(conversation, rendering);
    }

    /**
     * The tokens of a text that stands behind others. What a tokenizer does to the beginning of a text, such as putting a space
     * there, does not happen.
     */
    long[] continuation(String text) {
        return TextBehind.of(tokenizer, text).ids();
    }

    /** The text that the template puts behind the last turn: its end, the new messages, the beginning of the next turn. */
    String behindTurn(Conversation start, List<ChatMessage> untilTurn, List<ChatMessage> observation) {
        List<ChatMessage> messages = new ArrayList<>(start.messages());
        messages.addAll(untilTurn);
        int turn = messages.size() - 1;
        messages.addAll(observation);
        String mark = MARK;
        for (String all = messages.toString(); all.contains(mark); ) {
            mark += "~";
        }
        messages.set(turn, messages.get(turn).withContent(new Content.Text(mark)));
        String text = render(new Conversation(messages, start.tools(), start.documents()));
        int at = text.lastIndexOf(mark);
        Check.that(
                at >= 0 && text.indexOf(mark) == at,
                "rendered conversation",
                at < 0 ? "without the policy's turn" : "one that repeats the policy's turn",
                "must have the turn once",
                "use a chat template that renders what the assistant says");
        return text.substring(at + mark.length());
    }

    /**
     * The tokens that an observation adds.
     *
     * @param start the conversation that the episode began with
     * @param untilTurn what followed, the turn last
     * @param observation new messages
     * @param end the token that the policy ended its turn with, if it did
     */
    long[] observation(
            Conversation start, List<ChatMessage> untilTurn, List<ChatMessage> observation, OptionalLong end) {
        long[] ids = continuation(behindTurn(start, untilTurn, observation));
        return end.isPresent() ? withoutTurnEnd(ids, end.getAsLong()) : ids;
    }

    private long[] withoutTurnEnd(long[] ids, long drawn) {
        List<Long> ends = tokenizer.specialTokens().eosIds();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == drawn || (ends.contains(ids[i]) && ends.contains(drawn))) {
                return Arrays.copyOfRange(ids, i + 1, ids.length);
            }
            if (!tokenizer.decode(new long[] {ids[i]}, false).isBlank()) {
                break;
            }
        }
        return ids;
    }
}
