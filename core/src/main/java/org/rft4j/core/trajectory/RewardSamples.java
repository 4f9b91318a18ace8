package org.rft4j.core.trajectory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Content;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.TokenOffsets;
import org.rft4j.core.tokenizer.Tokenizer;

/** What rewards see of trajectories. */
public final class RewardSamples {
    private RewardSamples() {}

    /**
     * The last turn of a trajectory as a completion. Where a prefix was forced on the turn, the completion begins with it, as the last
     * message does, and the spans are those of the tokens behind it: there is one span per token that the policy drew in that turn. A
     * token that the text leaves out, such as the one that ended the turn, has an empty span at the end.
     *
     * @param trajectory what the policy did
     * @param tokenizer of the policy
     * @return text, messages and the tokens' places; these are unknown where the text is not that of the tokens
     */
    public static RewardSample of(Trajectory trajectory, Tokenizer tokenizer) {
        String completion = completion(trajectory);
        return new RewardSample(
                trajectory.task(),
                completion,
                trajectory.messages(),
                trajectory.truncated(),
                spans(trajectory, completion, tokenizer));
    }

    /** The last thing that the assistant said: its turn behind a forced prefix. */
    private static String completion(Trajectory trajectory) {
        String turn = trajectory.completion();
        for (int i = trajectory.messages().size() - 1; i >= 0; i--) {
            ChatMessage message = trajectory.messages().get(i);
            if (message.role().equals("assistant")) {
                return message.content() instanceof Content.Text said
                                && said.text().endsWith(turn)
                        ? said.text()
                        : turn;
            }
        }
        return turn;
    }

    private static @Nullable List<CharSpan> spans(Trajectory trajectory, String completion, Tokenizer tokenizer) {
        if (trajectory.turns().isEmpty()) {
            return List.of();
        }
        Turn turn = trajectory.turns().get(trajectory.turns().size() - 1);
        long[] ids = Arrays.copyOfRange(trajectory.trace().ids(), turn.firstToken(), turn.firstToken() + turn.tokens());
        for (boolean skipSpecial : new boolean[] {true, false}) {
            TokenOffsets offsets = tokenizer.offsetsOf(ids, skipSpecial);
            if (offsets.text().startsWith(turn.text())) {
                return shifted(offsets, completion.length() - turn.text().length(), completion.length());
            }
        }
        return null;
    }

    private static List<CharSpan> shifted(TokenOffsets offsets, int by, int end) {
        List<CharSpan> spans = new ArrayList<>(offsets.size());
        for (int token = 0; token < offsets.size(); token++) {
            CharSpan span = offsets.charsOf(token);
            spans.add(new CharSpan(Math.min(end, span.start() + by), Math.min(end, span.end() + by)));
        }
        return spans;
    }
}
