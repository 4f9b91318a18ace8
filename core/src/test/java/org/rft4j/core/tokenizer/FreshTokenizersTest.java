package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

/** That transformers gives the same ids to the files in the resources is in {@link GoldenTokenizersTest}. */
final class FreshTokenizersTest {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz .\n\u00E9\u65E5\uD83D\uDE00";
    private static final int TEXTS = 200;
    private static final int LENGTH = 20;

    @TempDir
    Path folder;

    @Test
    void theFilesAreThoseThatTransformersHasRead() {
        Tokenizer bytes = Tokenizers.bytes();
        Tokenizer refusing = Tokenizers.characters(ALPHABET, UnknownCharacters.REFUSE);
        Tokenizer tolerant = Tokenizers.characters(ALPHABET, UnknownCharacters.UNKNOWN_TOKEN);
        try (bytes;
                refusing;
                tolerant) {
            checkFiles(bytes, "bytes");
            checkFiles(refusing, "characters");
            checkFiles(tolerant, "characters_unk");
        }
    }

    @Test
    void bytesHaveTheirOwnValuesAsIds() {
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            assertThat(tokenizer.vocabularySize()).isEqualTo(259);
            assertThat(tokenizer.encode("a\u00E9", false).ids()).containsExactly('a', 0xC3, 0xA9);
            assertThat(tokenizer.encode("a", true).ids()).containsExactly(256, 'a');
            assertThat(tokenizer.specialTokens().bos()).contains(new SpecialToken("<|bos|>", 256));
            assertThat(tokenizer.specialTokens().eosIds()).containsExactly(257L);
            assertThat(tokenizer.specialTokens().pad()).contains(new SpecialToken("<|pad|>", 258));
            assertThat(tokenizer.specialTokens().unk()).isEmpty();
        }
    }

    @Test
    void everyTextSurvivesTheRoundTripThroughBytes() {
        KeyedRandom random = KeyedRandom.ofSeed(9);
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            for (int t = 0; t < TEXTS; t++) {
                KeyedRandom draws = random.derive(t);
                String text = LongStream.range(0, LENGTH)
                        .map(i -> (long) (draws.uniform(i) * (i % 2 == 0 ? 0x300 : Character.MAX_CODE_POINT)))
                        .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                        .collect(StringBuilder::new, (s, c) -> s.appendCodePoint((int) c), StringBuilder::append)
                        .toString();
                Encoding encoding = tokenizer.encode(text + "<|eos|>", true);
                assertThat(tokenizer.decode(encoding.ids(), false)).isEqualTo("<|bos|>" + text + "<|eos|>");
                assertThat(tokenizer.decode(encoding.ids(), true)).isEqualTo(text);
            }
        }
    }

    @Test
    void charactersAreNumberedInOrder() {
        try (Tokenizer tokenizer = Tokenizers.characters("ba\uD83D\uDE00", UnknownCharacters.REFUSE)) {
            assertThat(tokenizer.encode("ab\uD83D\uDE00<|eos|>", true).ids()).containsExactly(3, 1, 0, 2, 4);
            assertThat(tokenizer.encode("ab\uD83D\uDE00", false).tokensOf(2, 4)).isEqualTo(new TokenSpan(2, 3));
            assertThat(tokenizer.vocabularySize()).isEqualTo(6);
        }
    }

    @Test
    void anUnknownCharacterIsNamedAlsoAfterSavingAndLoading() {
        String message = "character 10 of the text was '\u00DF' (U+00DF), must be in the tokenizer's alphabet; make the"
                + " tokenizer with this character too, or with UnknownCharacters.UNKNOWN_TOKEN";
        try (Tokenizer tokenizer = Tokenizers.characters(ALPHABET, UnknownCharacters.REFUSE)) {
            tokenizer.save(folder);
            assertThatThrownBy(() -> tokenizer.encode("ab<|eos|>x\u00DF", true))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }
        try (Tokenizer loaded = Tokenizers.load(folder)) {
            assertThatThrownBy(() -> loaded.encode("ab<|eos|>x\u00DF", true)).hasMessage(message);
        }
    }

    @Test
    void anUnknownCharacterMayBecomeTheUnknownToken() {
        try (Tokenizer tokenizer = Tokenizers.characters("ab", UnknownCharacters.UNKNOWN_TOKEN)) {
            assertThat(tokenizer.encode("a\u00DF\uD83D\uDE00b", false).ids()).containsExactly(0, 5, 5, 1);
            assertThat(tokenizer.specialTokens().unk()).contains(new SpecialToken("<|unk|>", 5));
            assertThat(tokenizer.decode(new long[] {0, 5, 1}, false)).isEqualTo("a<|unk|>b");
            assertThat(tokenizer.decode(new long[] {0, 5, 1}, true)).isEqualTo("ab");
        }
    }

    @Test
    void alphabetsAreChecked() {
        assertThatThrownBy(() -> Tokenizers.characters("", UnknownCharacters.REFUSE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("alphabet was empty, must have at least one character; name the characters");
        assertThatThrownBy(() -> Tokenizers.characters("aba", UnknownCharacters.REFUSE))
                .hasMessage("alphabet was one with 'a' twice, must have every character once; remove the second one");
    }

    private void checkFiles(Tokenizer tokenizer, String name) {
        Path saved = folder.resolve(name);
        tokenizer.save(saved);
        for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
            assertThat(saved.resolve(file))
                    .hasSameBinaryContentAs(TokenizerFolders.folder(name).resolve(file));
        }
    }
}
