package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.InvalidInputException;

final class TokenOffsetsTest {
    private static final Tokenizer BYTES = Tokenizers.bytes();
    private static final int BOS = 256;
    private static final int EOS = 257;
    private static final String FACE = "\uD83D\uDE00";

    @AfterAll
    static void close() {
        BYTES.close();
    }

    @Test
    void anEncodedTextMapsBothWays() {
        // 0 bos, 1 'a', 2-5 the face, 6 'b', 7-8 e acute
        Encoding encoding = BYTES.encode("a" + FACE + "b\u00E9", true);
        assertThat(encoding.size()).isEqualTo(9);
        assertThat(encoding.offsets().charsOf(0)).isEqualTo(new CharSpan(0, 0));
        assertThat(encoding.offsets().charsOf(1)).isEqualTo(new CharSpan(0, 1));
        assertThat(encoding.offsets().charsOf(2)).isEqualTo(new CharSpan(1, 3));
        assertThat(encoding.offsets().charsOf(5)).isEqualTo(new CharSpan(1, 3));
        assertThat(encoding.offsets().charsOf(8)).isEqualTo(new CharSpan(4, 5));
        assertThat(encoding.tokensOf(0, 1)).isEqualTo(new TokenSpan(1, 2));
        assertThat(encoding.tokensOf(1, 3)).isEqualTo(new TokenSpan(2, 6));
        assertThat(encoding.tokensOf(2, 3)).as("half a surrogate pair").isEqualTo(new TokenSpan(2, 6));
        assertThat(encoding.tokensOf(3, 5)).isEqualTo(new TokenSpan(6, 9));
        assertThat(encoding.tokensOf(0, 5)).isEqualTo(new TokenSpan(1, 9));
        assertThat(encoding.offsets().charsOf(new TokenSpan(0, 3))).isEqualTo(new CharSpan(0, 3));
        assertThat(encoding.offsets().charsOf(new TokenSpan(0, 1))).isEqualTo(new CharSpan(0, 0));
        assertThat(encoding.offsets().charsOf(new TokenSpan(9, 9))).isEqualTo(new CharSpan(5, 5));
    }

    @Test
    void anEmptySpanStandsBeforeTheNextToken() {
        Encoding encoding = BYTES.encode("a" + FACE + "b", true);
        assertThat(encoding.tokensOf(1, 1)).isEqualTo(new TokenSpan(2, 2));
        assertThat(encoding.tokensOf(2, 2)).isEqualTo(new TokenSpan(6, 6));
        assertThat(encoding.tokensOf(4, 4)).isEqualTo(new TokenSpan(7, 7));
    }

    @Test
    void sampledIdsKeepTheirOwnSpans() {
        // "ab" is one token for gpt2-like vocabularies; sampled as two it stays two.
        try (Tokenizer stories = TokenizerFolders.load("stories260K")) {
            long[] once = stories.encode("Once upon", false).ids();
            long[] sampled = {
                1,
                stories.idOf("\u2581").orElseThrow(),
                stories.idOf("O").orElseThrow(),
                stories.idOf("n").orElseThrow(),
                stories.idOf("c").orElseThrow(),
                stories.idOf("e").orElseThrow(),
                stories.idOf("<0xC3>").orElseThrow(),
                stories.idOf("<0xA9>").orElseThrow(),
                2
            };
            assertThat(once.length).as("the tokenizer would use fewer").isLessThan(6);
            TokenOffsets offsets = stories.offsetsOf(sampled, true);
            assertThat(offsets.text()).isEqualTo("Once\u00E9");
            assertThat(offsets.tokensOf(0, 4)).isEqualTo(new TokenSpan(2, 6));
            assertThat(offsets.tokensOf(1, 2)).isEqualTo(new TokenSpan(3, 4));
            assertThat(offsets.tokensOf(4, 5)).isEqualTo(new TokenSpan(6, 8));
            assertThat(offsets.charsOf(0)).isEqualTo(new CharSpan(0, 0));
            assertThat(offsets.charsOf(1))
                    .as("its space is the one that is dropped")
                    .isEqualTo(new CharSpan(0, 0));
            assertThat(offsets.charsOf(8)).isEqualTo(new CharSpan(5, 5));
            assertThat(stories.offsetsOf(sampled, false).text()).isEqualTo("<s> Once\u00E9</s>");
        }
    }

    /** Two ways to the same spans: native code aligns the text, Java follows the ids. */
    @ParameterizedTest
    @ValueSource(strings = {"bytes", "gpt2", "minimind2-small", "llama3_2"})
    void whereEveryByteHasATokenEncodingAndDecodingAgree(String name) {
        String text = "Hi  " + FACE + FACE + " \u65E5\u672C e\u0301\n\n<|im_end|> x\u200D" + FACE + "z ";
        try (Tokenizer tokenizer = TokenizerFolders.load(name)) {
            Encoding encoding = tokenizer.encode(text, false);
            TokenOffsets decoded = tokenizer.offsetsOf(encoding.ids(), false);
            assertThat(decoded.text()).isEqualTo(text);
            for (int i = 0; i < encoding.size(); i++) {
                assertThat(decoded.charsOf(i))
                        .as("token " + i)
                        .isEqualTo(encoding.offsets().charsOf(i));
            }
        }
    }

    @Test
    void incompleteCharactersBelongToTheTokensThatBeganThem() {
        long[] ids = {'a', 0xF0, 0x9F, 'b', 0x98, 0xE2, 0x96};
        TokenOffsets offsets = BYTES.offsetsOf(ids, true);
        assertThat(offsets.text()).isEqualTo("a\uFFFDb\uFFFD\uFFFD");
        assertThat(offsets.charsOf(1)).isEqualTo(new CharSpan(1, 2));
        assertThat(offsets.charsOf(2)).isEqualTo(new CharSpan(1, 2));
        assertThat(offsets.tokensOf(1, 2)).isEqualTo(new TokenSpan(1, 3));
        assertThat(offsets.tokensOf(2, 3)).isEqualTo(new TokenSpan(3, 4));
        assertThat(offsets.tokensOf(4, 5)).isEqualTo(new TokenSpan(5, 7));
    }

    @Test
    void aSkippedTokenInsideACharacterIsInsideItsRange() {
        long[] ids = {BOS, 0xC3, EOS, 0xA9, EOS};
        TokenOffsets offsets = BYTES.offsetsOf(ids, true);
        assertThat(offsets.text()).isEqualTo("\u00E9");
        assertThat(offsets.tokensOf(0, 1)).isEqualTo(new TokenSpan(1, 4));
        assertThat(offsets.charsOf(4)).isEqualTo(new CharSpan(1, 1));
    }

    @Test
    void charactersThatNoTokenHoldsHaveNoTokens() {
        TokenOffsets offsets = new TokenOffsets("a b", new int[] {0, 2}, new int[] {1, 3});
        assertThat(offsets.tokensOf(1, 2)).isEqualTo(new TokenSpan(1, 1));
        assertThat(offsets.tokensOf(0, 2)).isEqualTo(new TokenSpan(0, 1));
        assertThat(offsets.tokensOf(0, 3)).isEqualTo(new TokenSpan(0, 2));
    }

    @Test
    void spansOutsideAreRefused() {
        TokenOffsets offsets = BYTES.offsetsOf(new long[] {'a', 'b'}, true);
        assertThatThrownBy(() -> offsets.tokensOf(1, 3))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("character span was [1,3), must have 0 <= start <= end <= 2, the length of the text; use"
                        + " indices of the text that the offsets belong to");
        assertThatThrownBy(() -> offsets.tokensOf(2, 1)).hasMessageContaining("character span was [2,1)");
        assertThatThrownBy(() -> offsets.charsOf(2))
                .hasMessage("token index was 2, must be at least 0 and below the number of tokens 2; pass the position"
                        + " of a token, not its id");
        assertThatThrownBy(() -> offsets.charsOf(new TokenSpan(1, 3)))
                .hasMessageContaining("must end at or before the number of tokens 2; use a span of this text");
        assertThatThrownBy(() -> new TokenSpan(2, 1))
                .hasMessage("token span was [2,1), must have 0 <= start <= end; give the end behind the last token");
        assertThatThrownBy(() -> new CharSpan(-1, 1))
                .hasMessage("character span was [-1,1), must have 0 <= start <= end; give the end behind the last"
                        + " character");
    }
}
