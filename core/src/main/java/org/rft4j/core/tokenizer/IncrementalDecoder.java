package org.rft4j.core.tokenizer;

/**
 * Decodes ids as they arrive. All pieces put together are exactly what {@link Tokenizer#decode} makes of all ids. A piece consists
 * of whole characters: bytes wait until their character is complete, or until it is certain that it will never be.
 *
 * <p>Tokenizers that spell a byte as a token of its own ({@code <0xE2>}) decode a run of such tokens as one unit, and call all of
 * it malformed if any of it is. Their runs therefore wait for their end. Work per id does not depend on how many came before.
 */
public interface IncrementalDecoder {
    /**
     * Takes the next id.
     *
     * @param id an id of the vocabulary
     * @return the text that has become certain, often none
     */
    String accept(long id);

    /**
     * What {@link #flush} would give now. Nothing ends by asking, so a later id may still make it something else.
     *
     * @return the text that is held back
     */
    String pending();

    /**
     * Ends the sequence. Bytes that still wait for the rest of their character become U+FFFD. The decoder is then as new.
     *
     * @return the text that was held back
     */
    String flush();
}
