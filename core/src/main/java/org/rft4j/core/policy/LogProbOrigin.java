package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.state.TensorState;

/**
 * What log-probs depend on besides their tokens, but for rounding.
 *
 * @param weights which weights computed them
 * @param scoring under which distribution
 */
public record LogProbOrigin(String weights, String scoring) {
    /**
     * Log-probs of a decoder. Reads all its weights for a checksum.
     *
     * @param decoder who computes them, adapter included
     * @param options how; layout, memory and sizes of chunks say nothing here
     * @return their origin
     */
    public static LogProbOrigin of(Decoder decoder, PolicyScoreOptions options) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        decoder.weights().forEach((key, weight) -> named.put(key.toString(), weight));
        decoder.lora().forEach((key, pair) -> {
            named.put(key + " A", pair.a());
            named.put(key + " B, scale " + pair.scale(), pair.b());
        });
        CRC32C sum = new CRC32C();
        try {
            TensorState.write(new CheckedOutputStream(OutputStream.nullOutputStream(), sum), named);
        } catch (IOException e) {
            throw new EngineException("Could not read the weights of a reference", e);
        }
        return new LogProbOrigin(
                named.size() + " arrays with checksum " + Long.toHexString(sum.getValue()), scoring(options));
    }

    static String scoring(PolicyScoreOptions options) {
        return "filters " + options.filters() + ", rules " + options.rules() + ", usable tokens "
                + options.usableTokens() + ", outside " + options.outside();
    }
}
