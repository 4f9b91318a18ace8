package org.rft4j.core.policy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells rows apart by their tokens and by which of them are scored: the first half of a SHA-256. */
record RowKey(long high, long low) {
    private static final int TOKEN_BYTES = Long.BYTES + 1;

    static RowKey of(TokenBatch batch, int sequence) {
        ByteBuffer bytes = ByteBuffer.allocate(batch.length(sequence) * TOKEN_BYTES);
        for (int t = 0; t < batch.length(sequence); t++) {
            bytes.putLong(batch.id(sequence, t)).put((byte) (batch.isScored(sequence, t) ? 1 : 0));
        }
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
            return new RowKey(digest.getLong(), digest.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
