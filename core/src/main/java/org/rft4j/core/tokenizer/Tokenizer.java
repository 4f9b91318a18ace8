package org.rft4j.core.tokenizer;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Text to token ids and back. Any number of threads may use one tokenizer. Indices into text are those of Java strings (UTF-16
 * code units).
 */
public interface Tokenizer extends AutoCloseable {
    /**
     * Encodes a text. Special tokens that are spelled out in it become their ids in any case.
     *
     * @param text any text without unpaired surrogates, of up to 4,000,000 UTF-16 code units (fewer where the patterns of a
     *     tokenizer are costly; the exception names the number)
     * @param addSpecialTokens whether to add what the tokenizer puts around a text, for example a beginning-of-sequence token
     * @return the ids and where each comes from
     */
    Encoding encode(String text, boolean addSpecialTokens);

    /**
     * Decodes ids. Bytes that form no character become U+FFFD.
     *
     * @param ids ids of the vocabulary
     * @param skipSpecialTokens whether to leave special tokens out
     * @return their text
     */
    String decode(long[] ids, boolean skipSpecialTokens);

    /**
     * The size that an embedding needs for these ids.
     *
     * @return one more than the highest id, added tokens included
     */
    int vocabularySize();

    /**
     * The tokens with a role.
     *
     * @return beginning, end, padding, unknown
     */
    SpecialTokens specialTokens();

    /**
     * Whether a token is left out when special tokens are skipped.
     *
     * @param id an id of the vocabulary
     * @return true for special tokens, with a role or without
     */
    boolean isSpecial(long id);

    /**
     * Looks up a token as the vocabulary spells it, which is not always how it decodes (a leading space may be another sign).
     *
     * @param token its spelling
     * @return its id, or nothing
     */
    Optional<Long> idOf(String token);

    /**
     * The spelling of a token in the vocabulary.
     *
     * @param id an id of the vocabulary
     * @return the spelling
     */
    String tokenOf(long id);

    /**
     * Starts decoding a sequence whose ids arrive one by one.
     *
     * @param skipSpecialTokens whether to leave special tokens out
     * @return a decoder for one thread
     */
    IncrementalDecoder incrementalDecoder(boolean skipSpecialTokens);

    /**
     * Decodes ids and says which characters each of them wrote. Nothing is encoded again: these are the spans of exactly these
     * ids, also where the tokenizer would split the text in another way.
     *
     * @param ids ids of the vocabulary, for example sampled ones
     * @param skipSpecialTokens whether to leave special tokens out of the text
     * @return the text of {@link #decode} and the span of every id in it
     */
    TokenOffsets offsetsOf(long[] ids, boolean skipSpecialTokens);

    /**
     * Writes the tokenizer's files; a tokenizer that was loaded writes those it was loaded from, byte for byte.
     *
     * Each file appears whole or not at all. What the tokenizer of another model may have left in the folder
     * ({@code generation_config.json}, chat templates, other forms of the vocabulary) is deleted, because it would be loaded
     * with this one's files.
     *
     * @param folder made if it does not exist; files of the same name are replaced
     */
    void save(Path folder);

    /** Frees native memory. The tokenizer cannot be used afterwards. */
    @Override
    void close();
}
