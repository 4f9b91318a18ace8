package org.rft4j.core.policy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/** Takes the rows of a {@link PrecomputedReference}, each once. For one thread. */
public final class LogProbRows {
    private final DataOutputStream out;
    private final Set<RowKey> taken = new HashSet<>();

    LogProbRows(DataOutputStream out) {
        this.out = out;
    }

    /**
     * Whether a row has been taken.
     *
     * @param batch the row's batch
     * @param sequence which of its sequences
     * @return true if it need not be computed
     */
    public boolean has(TokenBatch batch, int sequence) {
        return taken.contains(RowKey.of(batch, sequence));
    }

    /**
     * Takes a row, unless it is there.
     *
     * @param batch the row's batch
     * @param sequence which of its sequences
     * @param logProbs one per token; those of scored tokens are kept
     */
    public void take(TokenBatch batch, int sequence, float[] logProbs) {
        RowKey key = RowKey.of(batch, sequence);
        if (!taken.add(key)) {
            return;
        }
        try {
            out.writeByte(LogProbFile.ROW);
            out.writeLong(key.high());
            out.writeLong(key.low());
            out.writeInt(batch.scoredTokens(sequence));
            for (int t = 0; t < logProbs.length; t++) {
                if (batch.isScored(sequence, t)) {
                    out.writeFloat(logProbs[t]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
