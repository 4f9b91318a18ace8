package org.rft4j.core.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import org.rft4j.engine.InvalidInputException;

/**
 * Checks the compiled character map of SentencePiece that a {@code Precompiled} normalizer carries: four bytes with the size of a
 * double-array trie, the trie, and the replacements in UTF-8. Native code follows the trie wherever it points, so that
 * every place that a text can lead to is visited here first.
 */
final class CharacterMap {
    private static final int BYTES_OF_UNIT = 4;
    private static final int HIGHEST_BYTE = 0xFF;
    private static final int LABEL = 0x8000_00FF;
    private static final int HAS_VALUE = 1 << 8;
    private static final int WIDE_OFFSET = 1 << 9;
    private static final int OFFSET_SHIFT = 10;

    private final IntBuffer trie;
    private final byte[] replacements;
    private final BitSet visited = new BitSet();
    private final Deque<Integer> bases = new ArrayDeque<>();

    private CharacterMap(IntBuffer trie, byte[] replacements) {
        this.trie = trie;
        this.replacements = replacements;
    }

    static void check(JsonNode map, String origin) {
        ByteBuffer bytes = ByteBuffer.wrap(decoded(map, origin)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < BYTES_OF_UNIT) {
            throw refusal(origin, bytes.remaining() + " bytes long");
        }
        long size = Integer.toUnsignedLong(bytes.getInt());
        if (size > bytes.remaining() || size % BYTES_OF_UNIT != 0 || size == 0) {
            throw refusal(origin, "one whose trie has " + size + " of the " + bytes.remaining() + " bytes");
        }
        IntBuffer trie = bytes.slice(BYTES_OF_UNIT, (int) size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        byte[] replacements = new byte[bytes.remaining() - (int) size];
        bytes.get(BYTES_OF_UNIT + (int) size, replacements);
        if (!isUtf8(replacements)) {
            throw refusal(origin, "one whose replacements are not UTF-8");
        }
        if (!new CharacterMap(trie, replacements).staysInside()) {
            throw refusal(origin, "one whose trie points outside itself");
        }
    }

    private static byte[] decoded(JsonNode map, String origin) {
        try {
            return map.isTextual() ? map.binaryValue() : new byte[0];
        } catch (IOException e) {
            throw refusal(origin, "no base64");
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private boolean staysInside() {
        bases.add(offset(trie.get(0)));
        while (!bases.isEmpty()) {
            int base = bases.remove();
            if ((base | HIGHEST_BYTE) >= trie.limit()) {
                return false;
            }
            for (int b = 1; b <= HIGHEST_BYTE; b++) {
                int at = base ^ b;
                int unit = trie.get(at);
                if ((unit & LABEL) == b && !visited.get(at)) {
                    visited.set(at);
                    int next = at ^ offset(unit);
                    if ((unit & HAS_VALUE) != 0 && !pointsToText(next)) {
                        return false;
                    }
                    bases.add(next);
                }
            }
        }
        return true;
    }

    private boolean pointsToText(int at) {
        if (at >= trie.limit()) {
            return false;
        }
        int value = trie.get(at) & Integer.MAX_VALUE;
        return value < replacements.length && (replacements[value] & 0xC0) != 0x80;
    }

    private static int offset(int unit) {
        return (unit >>> OFFSET_SHIFT) << ((unit & WIDE_OFFSET) >>> 6);
    }

    private static InvalidInputException refusal(String origin, String value) {
        return new InvalidInputException(
                "precompiled_charsmap in tokenizer.json of " + origin,
                value,
                "must be a character map of SentencePiece in base64",
                "copy the file again from where the model comes from");
    }
}
