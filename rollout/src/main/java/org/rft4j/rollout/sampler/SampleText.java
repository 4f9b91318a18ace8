package org.rft4j.rollout.sampler;

import org.rft4j.core.tokenizer.IncrementalDecoder;

/**
 * The text of a sample while its tokens arrive. It ends where a stop string ends in the text that the tokens so far decode to; of
 * several, the one that ends first, and of those that end there together the longest.
 */
final class SampleText {
    private static final char REPLACEMENT = '\uFFFD';

    private final IncrementalDecoder decoder;
    private final StopStrings stops;
    private final boolean keepsStop;
    private final StringBuilder text = new StringBuilder();
    private int state = StopStrings.START;
    /** Stop strings that end here or before came too early to count. */
    private int passedOver;

    private int told;
    private boolean ended;

    /**
     * An empty text.
     *
     * @param decoder as new
     * @param stops what ends the text
     * @param keepsStop whether the stop string that ended it stays
     */
    SampleText(IncrementalDecoder decoder, StopStrings stops, boolean keepsStop) {
        this.decoder = decoder;
        this.stops = stops;
        this.keepsStop = keepsStop;
    }

    /**
     * Takes the next token.
     *
     * @param id the token
     * @param mayStop whether a stop string that is complete with it counts
     * @return whether one is, and the text has ended
     */
    boolean accept(long id, boolean mayStop) {
        append(decoder.accept(id), mayStop);
        if (ended || stops.isEmpty()) {
            return ended;
        }
        String pending = decoder.pending();
        if (!mayStop) {
            passedOver = text.length() + lengthOfWholeCharacters(pending);
        } else if (completesStop(pending)) {
            append(pending, true);
        }
        return ended;
    }

    /** Ends the text where it is, with what was held back. Does nothing to one that has ended. */
    void end() {
        if (!ended) {
            append(decoder.flush(), false);
            ended = true;
        }
    }

    /** The text that has become certain since the last call: no stop string that is still to come can cut it off. */
    String takeNew() {
        int certain = ended ? text.length() : text.length() - stops.held(state);
        String piece = text.substring(told, certain);
        told = certain;
        return piece;
    }

    /** The text so far; all of it after {@link #end} or a stop string. */
    String text() {
        return text.toString();
    }

    /** Without the bytes at the end that may yet become a character. */
    private static int lengthOfWholeCharacters(String pending) {
        int length = pending.length();
        while (length > 0 && pending.charAt(length - 1) == REPLACEMENT) {
            length--;
        }
        return length;
    }

    private boolean completesStop(String pending) {
        int ahead = state;
        for (int i = 0; i < pending.length(); i++) {
            ahead = stops.next(ahead, pending.charAt(i));
            if (stops.matched(ahead) > 0 && text.length() + i + 1 > passedOver) {
                return true;
            }
        }
        return false;
    }

    private void append(String piece, boolean mayStop) {
        for (int i = 0; i < piece.length(); i++) {
            text.append(piece.charAt(i));
            state = stops.next(state, piece.charAt(i));
            int stop = stops.matched(state);
            if (stop > 0 && mayStop && text.length() > passedOver) {
                text.setLength(keepsStop ? text.length() : text.length() - stop);
                ended = true;
                return;
            }
        }
    }
}
