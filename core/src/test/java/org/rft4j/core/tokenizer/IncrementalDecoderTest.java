package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

final class IncrementalDecoderTest {
    private static final String AWKWARD =
            "a\uD83D\uDE00\uD83D\uDC69\u200D\uD83D\uDC67 \u65E5\u672C\u8A9E e\u0301 \u0645 x\uD83D\uDE00";
    private static final int SEQUENCES = 200;
    private static final int LENGTH = 40;
    private static final int FIRST_IDS = 300;

    static Stream<String> names() {
        return TokenizerFolders.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void randomIdsDecodeAsAWhole(String name) {
        KeyedRandom random = KeyedRandom.ofSeed(1).derive(name);
        try (Tokenizer tokenizer = TokenizerFolders.load(name)) {
            for (int s = 0; s < SEQUENCES; s++) {
                // Early ids are mostly bytes and special tokens, where the difficulties are.
                int below = s % 2 == 0 ? tokenizer.vocabularySize() : Math.min(FIRST_IDS, tokenizer.vocabularySize());
                long[] ids = randomIds(random.derive(s), below);
                check(tokenizer, ids, false);
                check(tokenizer, ids, true);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void realTextDecodesAsAWhole(String name) {
        if (name.startsWith("characters")) {
            return;
        }
        try (Tokenizer tokenizer = TokenizerFolders.load(name)) {
            for (String text : List.of(AWKWARD, " " + AWKWARD, "  two", "<s>a</s> b<|im_end|>", "\u2581x")) {
                check(tokenizer, tokenizer.encode(text, true).ids(), false);
                check(tokenizer, tokenizer.encode(text, true).ids(), true);
                check(tokenizer, tokenizer.encode(text, false).ids(), false);
            }
        }
    }

    @Test
    void aCharacterOfSeveralTokensComesWithItsLast() {
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
            assertThat(pieces(decoder, 256, 'a', 0xF0, 0x9F, 0x98, 0x80, 'b'))
                    .containsExactly("", "a", "", "", "", "\uD83D\uDE00", "b");
            assertThat(decoder.flush()).isEmpty();
            assertThat(pieces(decoder, 0xF0, 0x9F, 'b')).containsExactly("", "", "\uFFFDb");
            assertThat(pieces(decoder, 0xE2, 0x96)).containsExactly("", "");
            assertThat(decoder.flush()).isEqualTo("\uFFFD");
            assertThat(decoder.flush()).isEmpty();
        }
    }

    @Test
    void aRunOfByteTokensWaitsForItsEnd() {
        try (Tokenizer tokenizer = TokenizerFolders.load("stories260K")) {
            long h = tokenizer.idOf("<0xC3>").orElseThrow();
            long l = tokenizer.idOf("<0xA9>").orElseThrow();
            long once = tokenizer.idOf("\u2581a").orElseThrow();
            IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
            assertThat(pieces(decoder, once, h, l, once)).containsExactly("a", "", "", "\u00E9 a");
            assertThat(pieces(decoder, h, l, h, once)).containsExactly("", "", "", "\uFFFD\uFFFD\uFFFD a");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsPendingIsWhatTheWholeLacks(String name) {
        KeyedRandom random = KeyedRandom.ofSeed(2).derive(name);
        try (Tokenizer tokenizer = TokenizerFolders.load(name)) {
            for (int s = 0; s < LENGTH; s++) {
                long[] ids = randomIds(random.derive(s), Math.min(FIRST_IDS, tokenizer.vocabularySize()));
                IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
                StringBuilder certain = new StringBuilder();
                for (int i = 0; i < ids.length; i++) {
                    certain.append(decoder.accept(ids[i]));
                    assertThat(certain + decoder.pending())
                            .isEqualTo(tokenizer.decode(Arrays.copyOf(ids, i + 1), true));
                }
                assertThat(decoder.flush()).as("asking changed nothing").isEqualTo(tail(tokenizer, ids, certain));
            }
        }
    }

    @Test
    void theFirstSpaceOfASentencePieceTextIsDroppedOnce() {
        try (Tokenizer tokenizer = TokenizerFolders.load("stories260K")) {
            long space = tokenizer.idOf("\u2581").orElseThrow();
            long a = tokenizer.idOf("\u2581a").orElseThrow();
            IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
            assertThat(pieces(decoder, 1, space, a, a)).containsExactly("", "", " a", " a");
            decoder.flush();
            assertThat(pieces(decoder, a, a)).as("after a flush it is as new").containsExactly("a", " a");
        }
    }

    @Test
    void anIdOutsideTheVocabularyIsRefused() {
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            IncrementalDecoder decoder = tokenizer.incrementalDecoder(true);
            assertThatThrownBy(() -> decoder.accept(259))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("token id was 259, must be one of the vocabulary, whose ids are below 259; check that"
                            + " tokenizer and model belong together, and keep ids that only pad the model's vocabulary"
                            + " from being sampled");
        }
    }

    private static void check(Tokenizer tokenizer, long[] ids, boolean skip) {
        IncrementalDecoder decoder = tokenizer.incrementalDecoder(skip);
        List<String> pieces = new ArrayList<>(pieces(decoder, ids));
        pieces.add(decoder.flush());
        String whole = tokenizer.decode(ids, skip);
        assertThat(String.join("", pieces)).isEqualTo(whole);
        for (String piece : pieces) {
            assertThat(piece.isEmpty() || !Character.isLowSurrogate(piece.charAt(0)))
                    .isTrue();
            assertThat(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)))
                    .isTrue();
        }
        TokenOffsets offsets = tokenizer.offsetsOf(ids, skip);
        assertThat(offsets.text()).isEqualTo(whole);
        boolean[] covered = new boolean[whole.length()];
        for (int i = 0; i < offsets.size(); i++) {
            CharSpan span = offsets.charsOf(i);
            for (int c = span.start(); c < span.end(); c++) {
                covered[c] = true;
            }
        }
        assertThat(covered).as("every character belongs to a token").doesNotContain(false);
    }

    private static String tail(Tokenizer tokenizer, long[] ids, StringBuilder certain) {
        return tokenizer.decode(ids, true).substring(certain.length());
    }

    private static List<String> pieces(IncrementalDecoder decoder, long... ids) {
        return LongStream.of(ids).mapToObj(decoder::accept).toList();
    }

    private static long[] randomIds(KeyedRandom random, int below) {
        return LongStream.range(0, LENGTH)
                .map(i -> (long) (random.uniform(i) * below))
                .toArray();
    }
}
