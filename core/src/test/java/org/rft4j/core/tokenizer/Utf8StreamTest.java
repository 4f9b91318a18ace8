package org.rft4j.core.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.random.KeyedRandom;

final class Utf8StreamTest {
    private static final int SEQUENCES = 3000;
    private static final int LENGTH = 24;
    /** Bytes at the edges of what may begin and go on with a character. */
    private static final int[] EDGES = {
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0,
        0xF1, 0xF4, 0xF5, 0xFF
    };

    @Test
    void everyCodePointSurvives() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint += codePoint < 0x3000 ? 1 : 97) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                String text = Character.toString(codePoint);
                assertThat(decode(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
            }
        }
    }

    /** The JDK's own decoder would not do: it writes one replacement for the three bytes of a surrogate. */
    @Test
    void malformedBytesAreReplacedAsNativeCodeDoesIt() {
        KeyedRandom random = KeyedRandom.ofSeed(3);
        try (Tokenizer tokenizer = Tokenizers.bytes()) {
            for (int s = 0; s < SEQUENCES; s++) {
                KeyedRandom draws = random.derive(s);
                byte[] bytes = new byte[LENGTH];
                long[] ids = new long[LENGTH];
                for (int i = 0; i < LENGTH; i++) {
                    bytes[i] = (byte) EDGES[(int) (draws.uniform(i) * EDGES.length)];
                    ids[i] = bytes[i] & 0xFF;
                }
                assertThat(decode(bytes)).isEqualTo(tokenizer.decode(ids, false));
            }
        }
    }

    private static String decode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        Utf8Stream stream = new Utf8Stream(new PieceSink() {
            @Override
            public void accept(String piece, int first, int last) {
                text.append(piece);
            }

            @Override
            public void end() {}

            @Override
            public PieceSink forkBefore(PieceSink sink) {
                return sink;
            }
        });
        for (int i = 0; i < bytes.length; i++) {
            stream.accept(bytes[i] & 0xFF, i);
        }
        stream.end();
        return text.toString();
    }
}
