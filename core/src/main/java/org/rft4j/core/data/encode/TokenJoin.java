package org.rft4j.core.data.encode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rft4j.core.chat.AssistantMask;
import org.rft4j.core.chat.RenderedChat;
import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Encoding;
import org.rft4j.core.tokenizer.TextBehind;
import org.rft4j.core.tokenizer.Tokenizer;

/** Finds where in the tokens of prompt and answer the answer begins. */
record TokenJoin(Tokenizer tokenizer, Boundary boundary) {
    Uncut whole(RenderedChat chat, boolean addSpecialTokens) {
        Encoding encoding = tokenizer.encode(chat.text(), addSpecialTokens);
        return new Uncut(encoding.ids(), AssistantMask.of(chat, encoding), 0, false);
    }

    /** The text of the whole begins with that of the prompt, unless the boundary is where tokens differ. */
    Uncut join(String prompt, RenderedChat whole, boolean addSpecialTokens) {
        Encoding of = tokenizer.encode(prompt, addSpecialTokens);
        Encoding all = tokenizer.encode(whole.text(), addSpecialTokens);
        int added = addedBehind(all);
        int asked = Math.max(0, of.size() - added);
        int common = Math.min(asked, commonPrefix(of.ids(), all.ids()));
        return common == asked || boundary == Boundary.WHERE_TOKENS_DIFFER
                ? new Uncut(all.ids(), AssistantMask.of(whole, all), common, false)
                : apart(
                        prompt,
                        Arrays.copyOf(of.ids(), asked),
                        whole,
                        Arrays.copyOfRange(all.ids(), all.size() - added, all.size()));
    }

    private Uncut apart(String prompt, long[] promptIds, RenderedChat whole, long[] added) {
        int border = prompt.length();
        TextBehind behind = TextBehind.of(tokenizer, whole.text().substring(border));
        long[] answer = behind.ids();
        int total = promptIds.length + answer.length;
        long[] ids = Arrays.copyOf(promptIds, total + added.length);
        System.arraycopy(answer, 0, ids, promptIds.length, answer.length);
        System.arraycopy(added, 0, ids, total, added.length);
        boolean[] before = AssistantMask.of(
                new RenderedChat(prompt, shifted(whole.assistantSpans(), 0, 0, border)),
                tokenizer.encode(prompt, false));
        String behindText = behind.encoding().offsets().text();
        boolean[] after = AssistantMask.of(
                new RenderedChat(
                        behindText,
                        shifted(whole.assistantSpans(), behind.start() - border, behind.start(), behindText.length())),
                behind.encoding());
        boolean[] assistant = Arrays.copyOf(before, ids.length);
        System.arraycopy(after, behind.first(), assistant, promptIds.length, answer.length);
        return new Uncut(ids, assistant, promptIds.length, true);
    }

    /** Spans moved, and cut to what lies between two characters. */
    private static List<CharSpan> shifted(List<CharSpan> spans, int by, int least, int most) {
        List<CharSpan> moved = new ArrayList<>();
        for (CharSpan span : spans) {
            int start = Math.max(least, span.start() + by);
            int end = Math.min(most, span.end() + by);
            if (start < end) {
                moved.add(new CharSpan(start, end));
            }
        }
        return moved;
    }

    /** How many tokens a tokenizer adds behind a text. */
    private static int addedBehind(Encoding encoding) {
        int at = encoding.size();
        while (at > 0 && encoding.offsets().charsOf(at - 1).length() == 0) {
            at--;
        }
        return at == 0 ? 0 : encoding.size() - at;
    }

    private static int commonPrefix(long[] a, long[] b) {
        int mismatch = Arrays.mismatch(a, b);
        return mismatch < 0 ? a.length : mismatch;
    }
}
