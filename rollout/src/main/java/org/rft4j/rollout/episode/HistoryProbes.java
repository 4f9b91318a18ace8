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
    private static final String BEGIN = "<think>";
    private static final String END = "</think>";
    private static final String THOUGHT = "Two and three make five.\n" + END + "\n\n";
    private static final ChatMessage QUESTION = ChatMessage.user("What is 2 + 3?");
    private static final ChatMessage DOUBT = ChatMessage.user("Are you sure?");
    private static final ChatMessage RESULT = ChatMessage.tool("call-0", "add", "5");
    private static final ToolSpec TOOL = ToolSpec.function("add", "Adds numbers.", Map.of("type", "object"));

    private final EpisodeFormat format;

    HistoryProbes(EpisodeFormat format) {
        this.format = format;
    }

    /**
     * Turns are as the policy would write them: if the template opens its reasoning, they begin inside it; if the template says that
     * there is none, they have none.
     */
    List<HistoryDifference> differences() {
        Conversation plain = Conversation.of(QUESTION);
        Conversation tools = plain.withTools(TOOL);
        String beginning = format.render(plain);
        int opened = beginning.lastIndexOf(BEGIN);
        boolean inside = opened > beginning.lastIndexOf(END);
        boolean never = opened >= 0 && !inside;
        String thought = (inside ? "" : BEGIN + "\n") + THOUGHT;
        List<HistoryDifference> found = new ArrayList<>();
        if (!never) {
            play("turns with reasoning", plain, thought + ANSWER, DOUBT).ifPresent(found::add);
            play("tool results after turns with reasoning", tools, thought + LOOK, RESULT)
                    .ifPresent(found::add);
        }
        if (!inside) {
            boolean reasons = !never && found.isEmpty();
            play("turns without reasoning", plain, ANSWER, DOUBT)
                    .filter(difference -> !(reasons && addsEmptyReasoning(difference)))
                    .ifPresent(found::add);
            play("tool results after turns without reasoning", tools, LOOK, RESULT)
                    .filter(difference -> !(reasons && addsEmptyReasoning(difference)))
                    .ifPresent(found::add);
        }
        return found;
    }

    /** A template for a policy that always reasons says so of turns that do not; its policy writes none. */
    private static boolean addsEmptyReasoning(HistoryDifference difference) {
        return difference.renderedAgain().startsWith(BEGIN);
    }

    /** Twice the same turn and the same observation. A template that refuses the messages shows no difference. */
    private Optional<HistoryDifference> play(String name, Conversation start, String said, ChatMessage observation) {
        ChatMessage turn = ChatMessage.assistant(said);
        List<ChatMessage> messages = List.of(turn, observation, turn, observation);
        try {
            Optional<HistoryDifference> found = Optional.empty();
            for (int at = 0; found.isEmpty() && at < messages.size(); at += 2) {
                found = compare(name, start, messages.subList(0, at + 2));
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
