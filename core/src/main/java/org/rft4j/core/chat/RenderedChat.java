package org.rft4j.core.chat;

import java.util.List;
import org.rft4j.core.tokenizer.CharSpan;

/**
 * A rendered conversation.
 *
 * @param text what the model reads
 * @param assistantSpans the parts that the template marks as written by the assistant; {@link AssistantMask} finds their
 *     tokens. Empty if the template marks none, see {@link ChatTemplate#hasGenerationBlocks}
 */
public record RenderedChat(String text, List<CharSpan> assistantSpans) {
    /** Copies the list. */
    public RenderedChat {
        assistantSpans = List.copyOf(assistantSpans);
    }
}
