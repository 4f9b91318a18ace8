package org.rft4j.core.preflight;

import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.program.Precision;

/**
 * What a run's need of memory depends on, besides the model.
 *
 * @param precision of the weights
 * @param activations what a forward pass keeps for the way back
 * @param tokenBudget the most tokens of a micro-batch, padding included
 * @param chunkBytes of the head's chunks
 * @param samplerRows how many texts are written at once
 * @param samplerTokens the longest of them, prompt included
 * @param otherModelBytes weights of references, critics and reward models on the same device
 * @param processBytes what the process takes without any of this, see {@link #PROCESS_BYTES}
 */
public record MemoryOptions(
        Precision precision,
        ActivationMemory activations,
        long tokenBudget,
        long chunkBytes,
        long samplerRows,
        long samplerTokens,
        long otherModelBytes,
        long processBytes) {
    /** Java, libtorch and its compiled programs, as measured on Linux with a tiny model; a heap that fills with data comes on top. */
    public static final long PROCESS_BYTES = 352L << 20;

    /** Checks the numbers. */
    public MemoryOptions {
        Check.that(
                tokenBudget > 0 && chunkBytes > 0,
                "tokenBudget and chunkBytes",
                tokenBudget + " and " + chunkBytes,
                "must be positive",
                "use 8192 tokens and ScoreOptions.DEFAULT_CHUNK_BYTES");
        Check.that(
                samplerRows >= 0 && samplerTokens >= 0 && otherModelBytes >= 0 && processBytes >= 0,
                "samplerRows, samplerTokens, otherModelBytes and processBytes",
                samplerRows + ", " + samplerTokens + ", " + otherModelBytes + " and " + processBytes,
                "must be at least 0",
                "use 0 for what is not there");
    }
}
