package org.rft4j.core.data.load;

import java.util.List;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Prompt;

/**
 * A prompt that both answers begin with, cut off, as TRL's {@code extract_prompt} does it: up to where they differ, in texts without a
 * space before that; if one goes on where the other ends, the last character or message that they share stays with the answers.
 *
 * @param prompt what they share
 * @param chosen the rest of one
 * @param rejected the rest of the other
 */
record SharedPrompt(Prompt prompt, Answer chosen, Answer rejected) {
    /** Cuts texts, neither of them empty. */
    static SharedPrompt ofTexts(String chosen, String rejected) {
        int end = commonCharacters(chosen, rejected);
        return new SharedPrompt(
                Prompt.of(chosen.substring(0, end)),
                Answer.of(chosen.substring(end)),
                Answer.of(rejected.substring(end)));
    }

    private static int commonCharacters(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        int end = 0;
        while (end < shorter && a.codePointAt(end) == b.codePointAt(end)) {
            end += Character.charCount(a.codePointAt(end));
        }
        if (end == shorter) {
            return a.offsetByCodePoints(end, -1);
        }
        return end > 0 && a.charAt(end - 1) == ' ' ? end - 1 : end;
    }

    /** How many messages both begin with, so that each keeps at least one. */
    static int commonMessages(List<ChatMessage> a, List<ChatMessage> b) {
        int shorter = Math.min(a.size(), b.size());
        int end = 0;
        while (end < shorter && a.get(end).equals(b.get(end))) {
            end++;
        }
        return end == shorter ? end - 1 : end;
    }
}
