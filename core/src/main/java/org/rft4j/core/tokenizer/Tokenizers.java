package org.rft4j.core.tokenizer;

import java.nio.file.Path;

/** Where tokenizers come from. */
public final class Tokenizers {
    private Tokenizers() {}

    /**
     * Loads a tokenizer from the folder of a Hugging Face checkpoint: {@code tokenizer.json}, and where they exist
     * {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code added_tokens.json}, {@code generation_config.json} and
     * the special ids of {@code config.json}. Ids, spans and decoded text are those of transformers' AutoTokenizer (5.23),
     * with these rules of it:
     *
     * <ul>
     *   <li>What is added around a text is what {@code tokenizer.json} says; {@code add_bos_token} and {@code add_eos_token} count
     *       for nothing beside it.
     *   <li>A tokenizer that is declared to be a LlamaTokenizer puts a space before a text only where the text does not begin
     *       with one, whatever its {@code tokenizer.json} says.
     *   <li>Of all other tokenizers, the pipeline is that of {@code tokenizer.json}.
     *   <li>{@code clean_up_tokenization_spaces} counts for nothing in byte-pair tokenizers.
     *   <li>Special tokens that a configuration names and the vocabulary lacks are added behind it.
     * </ul>
     *
     * <p>Truncation and padding that were saved in the file are off: a text is encoded whole. The network is never used.
     *
     * @param folder the folder
     * @return the tokenizer, which the caller closes
     */
    public static Tokenizer load(Path folder) {
        return PretrainedTokenizer.of(TokenizerFiles.read(folder));
    }

    /**
     * A tokenizer for fresh models: the 256 bytes have the ids 0 to 255, and {@code <|bos|>}, {@code <|eos|>} and {@code <|pad|>} the
     * next three. Every text without unpaired surrogates survives the round trip (decoded with its special tokens, if it spells any out).
     * Encoding with special tokens puts {@code <|bos|>}
     * before the text.
     *
     * @return the tokenizer, which the caller closes
     */
    public static Tokenizer bytes() {
        return PretrainedTokenizer.of(FreshTokenizers.bytes());
    }

    /**
     * A tokenizer for fresh models that gives every character an id of its own, in the order given, and to {@code <|bos|>},
     * {@code <|eos|>}, {@code <|pad|>} and, with that policy, {@code <|unk|>} the next ones. Encoding with special tokens puts
     * {@code <|bos|>} before the text.
     *
     * @param alphabet every character once (a character is a code point)
     * @param unknown what to do with others
     * @return the tokenizer, which the caller closes
     */
    public static Tokenizer characters(String alphabet, UnknownCharacters unknown) {
        return PretrainedTokenizer.of(FreshTokenizers.characters(alphabet, unknown));
    }
}
