package org.rft4j.rollout.episode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.jinja.TemplateException;

/** Plays conversations of a few turns, and looks whether what was there stays as it was when the next message comes. */
final class HistoryProbes {
    private static final int SHOWN = 40;
    private static final String ANSWER = "It is 5.";
    private static final String LOOK = "Let me add them.";
    private static final String THOUGHT = "<think>\nTwo and three make five.\n</think>\n\n";
    private static final ChatMessage QUESTION = ChatMessage.user("What is 2 + 3?");
    private static final ChatMessage DOUBT = ChatMessage.user("Are you sure?");
    private static final ChatMessage RESULT = ChatMessage.tool("call-0", "add", "5");
    private static final ToolSpec TOOL = ToolSpec.function("add", "Adds numbers.", Map.of("type", "object"));

    private final EpisodeFormat format;

    HistoryProbes(EpisodeFormat format) {
        this.format = format;
    }

    List<HistoryDifference> differences() {
        Conversation plain = Conversation.of(QUESTION);
        Conversation tools = plain.withTools(TOOL);
        List<HistoryDifference> found = new ArrayList<>();
        play("turns without reasoning", plain, turn(ANSWER), DOUBT, turn(ANSWER), DOUBT)
                .ifPresent(found::add);
        play("turns with reasoning", plain, turn(THOUGHT + ANSWER), DOUBT, turn(THOUGHT + ANSWER), DOUBT)
                .ifPresent(found::add);
        play("tool results after turns without reasoning", tools, turn(LOOK), RESULT, turn(LOOK), RESULT)
                .ifPresent(found::add);
        play(
                        "tool results after turns with reasoning",
                        tools,
                        turn(THOUGHT + LOOK),
                        RESULT,
                        turn(THOUGHT + LOOK),
                        RESULT)
                .ifPresent(found::add);
        return found;
    }

    private static ChatMessage turn(String text) {
        return ChatMessage.assistant(text);
    }

    /** Turns and observations by turns. A template that refuses the messages shows no difference. */
    private Optional<HistoryDifference> play(String name, Conversation start, ChatMessage... messages) {
        try {
            Optional<HistoryDifference> found = Optional.empty();
            for (int turn = 0; found.isEmpty() && turn < messages.length; turn += 2) {
                found = compare(name, start, Arrays.asList(messages).subList(0, turn + 2));
            }
            return found;
        } catch (TemplateException e) {
            return Optional.empty();
        }
    }

    private Optional<HistoryDifference> compare(String name, Conversation start, List<ChatMessage> messages) {
        int turn = messages.size() - 2;
        String said = ((Content.Text) Objects.requireNonNull(messages.get(turn).content())).text();
        String before = format.render(with(start, messages.subList(0, turn)));
        String behind = format.behindTurn(start, messages.subList(0, turn + 1), messages.subList(turn + 1, turn + 2));
        String written = before + said + behind;
        String again = format.render(with(start, messages));
        int at = 0;
        while (at < Math.min(written.length(), again.length()) && written.charAt(at) == again.charAt(at)) {
            at++;
        }
        if (at < written.length() || at < again.length()) {
            return Optional.of(new HistoryDifference(name, at, shown(written, at), shown(again, at)));
        }
        return compareTokens(name, new String[] {before, said, behind}, again);
    }

    private Optional<HistoryDifference> compareTokens(String name, String[] pieces, String whole) {
        long[] written = LongStream.concat(
                        Arrays.stream(
                                format.tokenizer().encode(pieces[0], false).ids()),
                        LongStream.concat(
                                Arrays.stream(format.continuation(pieces[1])),
                                Arrays.stream(format.continuation(pieces[2]))))
                .toArray();
        long[] again = format.tokenizer().encode(whole, false).ids();
        int at = Arrays.mismatch(written, again);
        return at < 0
                ? Optional.empty()
                : Optional.of(new HistoryDifference(
                        "tokens of " + name, at, shown(text(written, at), 0), shown(text(again, at), 0)));
    }

    private String text(long[] ids, int from) {
        return format.tokenizer().decode(Arrays.copyOfRange(ids, Math.min(from, ids.length), ids.length), false);
    }

    private static Conversation with(Conversation start, List<ChatMessage> messages) {
        List<ChatMessage> all = new ArrayList<>(start.messages());
        all.addAll(messages);
        return new Conversation(all, start.tools(), start.documents());
    }

    private static String shown(String text, int from) {
        return text.substring(from, Math.min(text.length(), from + SHOWN)).replace("\n", "\\n");
    }
}
