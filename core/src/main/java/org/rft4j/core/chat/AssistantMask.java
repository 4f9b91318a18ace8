package org.rft4j.core.chat;

import org.rft4j.core.tokenizer.CharSpan;
import org.rft4j.core.tokenizer.Encoding;
import org.rft4j.core.tokenizer.TokenOffsets;
import org.rft4j.core.tokenizer.TokenSpan;
import org.rft4j.engine.Check;

/** Which tokens of a rendered conversation the assistant wrote. */
public final class AssistantMask {
    private AssistantMask() {}

    /**
     * Finds the tokens of the assistant's spans, as transformers does for {@code return_assistant_tokens_mask}: from the first
     * token that holds a span's first character to the first token that holds its last one. So where several tokens share a
     * span's last character, because each holds some of its bytes, only the first of them counts.
     *
     * <p>Differences, where the rule of transformers reaches past the span:
     *
     * <ol>
     *   <li>characters that the tokenizer drops are passed over; transformers drops this and all later spans, or goes on to the
     *       end of the text;
     *   <li>a span that ends in the very first token ends there, and not at the end of the text;
     *   <li>an empty span has no token.
     * </ol>
     *
     * @param chat a rendered conversation
     * @param encoding of its text, without special tokens: the template has written them
     * @return [T], true for tokens that the assistant wrote
     */
    public static boolean[] of(RenderedChat chat, Encoding encoding) {
        TokenOffsets offsets = encoding.offsets();
        Check.that(
                offsets.text().equals(chat.text()),
                "encoded text",
                "another one, of " + offsets.text().length() + " characters",
                "must be that of the chat, of " + chat.text().length(),
                "encode chat.text()");
        boolean[] mask = new boolean[encoding.size()];
        for (CharSpan span : chat.assistantSpans()) {
            TokenSpan tokens = offsets.tokensOf(span.start(), span.end());
            TokenSpan last = offsets.tokensOf(Math.max(span.start(), span.end() - 1), span.end());
            int end = last.start() < last.end() ? last.start() + 1 : tokens.end();
            for (int i = tokens.start(); i < end; i++) {
                mask[i] = true;
            }
        }
        return mask;
    }
}
