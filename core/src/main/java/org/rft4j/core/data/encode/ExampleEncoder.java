package org.rft4j.core.data.encode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ChatTemplate;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.RenderedChat;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Example;
import org.rft4j.core.data.LanguageModeling;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.tokenizer.SpecialToken;
import org.rft4j.core.tokenizer.TextBehind;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Makes token sequences of examples. Texts get the special tokens that the tokenizer always adds, and at their end the end token; conversations
 * are rendered by the chat template with the record's own {@code chat_template_kwargs} and tools, the prompt as {@link
 * org.rft4j.core.data.select.PromptEncoder} makes it where the model is asked. Threads may share it.
 *
 * <p>Differences from TRL, both undone by {@link Boundary#WHERE_TOKENS_DIFFER}:
 *
 * <ol>
 *   <li>the prompt keeps the tokens that the model is given when it is asked, also where they would merge with the answer's;
 *   <li>a template that renders the prompt otherwise once it has been answered is an error.
 * </ol>
 */
public final class ExampleEncoder {
    private static final String UNNAMED = "example";

    private final Tokenizer tokenizer;

    private final EncodeOptions options;

    private final TokenJoin join;

    private final ConversationTexts conversations;

    private ExampleEncoder(Tokenizer tokenizer, Optional<ChatTemplate> template, EncodeOptions options) {
        this.tokenizer = tokenizer;
        this.options = options;
        this.join = new TokenJoin(tokenizer, options.boundary());
        this.conversations = new ConversationTexts(template, options);
    }

    /**
     * An encoder.
     *
     * @param tokenizer makes tokens of text; it stays the caller's
     * @param template makes text of conversations, if there are any
     * @param options how examples become tokens
     * @return the encoder
     */
    public static ExampleEncoder of(Tokenizer tokenizer, Optional<ChatTemplate> template, EncodeOptions options) {
        return new ExampleEncoder(tokenizer, template, options);
    }

    /**
     * How examples become tokens.
     *
     * @return as it was given
     */
    public EncodeOptions options() {
        return options;
    }

    /**
     * Encodes a prompt with its answer.
     *
     * @param prompt what is asked
     * @param answer what follows, of the same kind
     * @return its tokens; empty if it is dropped because it is too long
     */
    public Optional<EncodedExample> encode(Prompt prompt, Answer answer) {
        return encode(new PromptCompletion(UNNAMED, prompt, answer, Map.of()), prompt, List.of(answer)).stream()
                .findFirst();
    }

    /**
     * Encodes answers to one prompt, all cut alike: either each keeps the same prompt or none is kept.
     *
     * @param of the record that they are of, which may set variables of the template, and which errors name
     * @param prompt what is asked
     * @param answers at least one, of the same kind as the prompt
     * @return as many as the answers; none if they are dropped because one is too long
     */
    public List<EncodedExample> encode(Example of, Prompt prompt, List<Answer> answers) {
        List<Uncut> all = new ArrayList<>();
        for (Answer answer : answers) {
            all.add(uncut(of, prompt, answer));
        }
        int asked = all.stream().mapToInt(Uncut::promptTokens).min().orElse(0);
        return finished(of, all.stream().map(one -> one.withPromptTokens(asked)).toList());
    }

    /**
     * Encodes what is learned whole.
     *
     * @param of a text, a conversation, or tokens, which stay as they are
     * @return its tokens; empty if it is dropped because it is too long
     */
    public Optional<EncodedExample> encode(LanguageModeling of) {
        Uncut all;
        if (of.content() instanceof Prompt.Chat chat) {
            all = join.whole(conversations.whole(of, chat.conversation()), false);
        } else {
            requireNoTurns(of);
            all = of.content() instanceof Prompt.Text text
                    ? ended(join.whole(new RenderedChat(text.text(), List.of()), true))
                    : Uncut.plain(((Prompt.Tokens) of.content()).ids(), 0);
        }
        return finished(of, List.of(all)).stream().findFirst();
    }

    private Uncut uncut(Example of, Prompt prompt, Answer answer) {
        if (prompt instanceof Prompt.Chat chat && answer instanceof Answer.Messages messages) {
            return chat(of, chat.conversation(), messages);
        }
        requireNoTurns(of);
        if (!(answer instanceof Answer.Text text) || prompt instanceof Prompt.Chat) {
            throw new InvalidInputException(
                    "answer of example " + of.id(),
                    answer.getClass().getSimpleName(),
                    "must be of the same kind as the prompt",
                    "give both as text or both as messages");
        }
        if (prompt instanceof Prompt.Tokens tokens) {
            long[] ids = tokens.ids();
            return ended(Uncut.plain(ids, ids.length)
                    .followedBy(TextBehind.of(tokenizer, text.text()).ids()));
        }
        String asked = ((Prompt.Text) prompt).text();
        return ended(join.join(asked, new RenderedChat(asked + text.text(), List.of()), true));
    }

    private Uncut chat(Example of, Conversation asked, Answer.Messages answer) {
        List<ChatMessage> messages = new ArrayList<>(asked.messages());
        messages.addAll(answer.messages());
        RenderedChat whole = conversations.whole(of, new Conversation(messages, asked.tools(), asked.documents()));
        String prompt = conversations.prompt(of, asked);
        if (options.boundary() == Boundary.PROMPT_KEPT) {
            conversations.requirePrefix(of, prompt, whole.text());
        }
        return join.join(prompt, whole, false);
    }

    private Uncut ended(Uncut text) {
        if (!options.endToken()) {
            return text;
        }
        SpecialToken end = tokenizer
                .specialTokens()
                .eos()
                .orElseThrow(() -> new InvalidInputException(
                        "end token of the tokenizer",
                        "absent",
                        "must be there where plain texts end with it",
                        "use EncodeOptions.withoutEndToken(), or name an eos_token in the tokenizer's files"));
        return text.endingWith(end.id());
    }

    private void requireNoTurns(Example of) {
        Check.that(
                !options.trained().ofSpeakers(),
                "trained tokens of example " + of.id(),
                options.trained(),
                "must be ANSWER, ALL or LAST in a text, where nobody is known to speak",
                "train the ANSWER, or make the example a conversation");
    }

    private List<EncodedExample> finished(Example of, List<Uncut> all) {
        List<Uncut> kept = fitting(of, all);
        List<EncodedExample> examples = new ArrayList<>();
        for (int i = 0; i < kept.size(); i++) {
            Uncut one = kept.get(i);
            boolean cut = one.ids().length < all.get(i).ids().length;
            examples.add(new EncodedExample(one.ids(), mask(one), one.promptTokens(), cut, one.apart()));
        }
        return examples;
    }

    private List<Uncut> fitting(Example of, List<Uncut> all) {
        int most = options.maxTokens();
        int longest = all.stream().mapToInt(one -> one.ids().length).max().orElse(0);
        if (longest <= most) {
            return all;
        }
        return switch (options.overLength()) {
            case DROP -> List.of();
            case KEEP_START ->
                all.get(0).promptTokens() >= most
                        ? List.of()
                        : all.stream()
                                .map(one -> one.range(0, Math.min(most, one.ids().length)))
                                .toList();
            case KEEP_END -> {
                int fromPrompt = Math.min(all.get(0).promptTokens(), longest - most);
                yield all.stream()
                        .map(one -> one.range(Math.max(fromPrompt, one.ids().length - most), one.ids().length))
                        .toList();
            }
            case REFUSE ->
                throw new InvalidInputException(
                        "example " + of.id(),
                        longest + " tokens long",
                        "must have at most " + most,
                        "allow more, or choose what becomes of such examples with OverLength");
        };
    }

    private boolean[] mask(Uncut of) {
        boolean[] trained = new boolean[of.ids().length];
        for (int t = 1; t < trained.length; t++) { // nothing predicts the first
            trained[t] = switch (options.trained()) {
                case ANSWER -> t >= of.promptTokens();
                case ASSISTANT -> of.assistant()[t];
                case ASSISTANT_IN_ANSWER -> of.assistant()[t] && t >= of.promptTokens();
                case ALL -> true;
                case LAST -> t == trained.length - 1;
            };
        }
        return trained;
    }
}
