package org.rft4j.core.chat;

import java.util.List;
import org.rft4j.core.jinja.Rendering;

/**
 * A rendered conversation.
 *
 * @param text what the model reads
 * @param assistantSpans the parts that the template marks as written by the assistant, in Java's characters; tokenizers that
 *     count code points need them converted. Empty if the template marks none, see {@link ChatTemplate#hasGenerationBlocks}
 */
public record RenderedChat(String text, List<Rendering.Span> assistantSpans) {
    /** Copies the list. */
    public RenderedChat {
        assistantSpans = List.copyOf(assistantSpans);
    }
}
