package org.rft4j.core.tokenizer;

import java.util.Arrays;

/**
 * The 256 printable characters by which byte-level vocabularies spell bytes: printable Latin-1 stands for itself, and the others
 * take the characters from U+0100 on, in the order of the bytes.
 */
final class ByteAlphabet {
    private static final int FIRST_SUBSTITUTE = 0x100;
    private static final char[] CHARS = new char[256];
    private static final int[] BYTES = new int[FIRST_SUBSTITUTE + 256];

    static {
        Arrays.fill(BYTES, -1);
        int substitute = FIRST_SUBSTITUTE;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b != 0xAD);
            char c = (char) (printable ? b : substitute++);
            CHARS[b] = c;
            BYTES[c] = b;
        }
    }

    private ByteAlphabet() {}

    /** The character of a byte, 0 to 255. */
    static char charOf(int octet) {
        return CHARS[octet];
    }

    /** The byte of a character, or -1. */
    static int byteOf(char c) {
        return c < BYTES.length ? BYTES[c] : -1;
    }

    /** Whether every character of a token stands for a byte. */
    static boolean spells(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (byteOf(token.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }
}
