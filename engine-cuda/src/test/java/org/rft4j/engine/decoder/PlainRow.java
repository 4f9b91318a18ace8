package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenSampler;

/** The slow, obviously right twin of a row: for every token the whole text is read again, by itself and without a cache. */
final class PlainRow {
    private final Decoder decoder;
    private final TensorEngine engine;
    private final List<Double> logProbs = new ArrayList<>();
    private long[] text;

    PlainRow(Decoder decoder, long[] prompt, TensorEngine engine) {
        this.decoder = decoder;
        this.text = prompt.clone();
        this.engine = engine;
    }

    long[] text() {
        return text;
    }

    void append(long... tokens) {
        int before = text.length;
        text = Arrays.copyOf(text, before + tokens.length);
        System.arraycopy(tokens, 0, text, before, tokens.length);
    }

    /** The log-probs of all tokens drawn so far. */
    List<Double> logProbs() {
        return logProbs;
    }

    long next(SamplingFilter filter, double uniform) {
        try (NativeScope scope = engine.openScope()) {
            NDManager manager = scope.manager();
            TokenIds ids = TokenIds.of(text);
            NDArray hidden = decoder.forward(DecoderInput.rightPadded(ids), ActivationMemory.KEEP_NOTHING, manager)
                    .hidden();
            LmHead head = decoder.head();
            NDArray logits = hidden.get("0," + (text.length - 1) + ":")
                    .matMul(head.weight().transpose());
            NDArray seen = filter.repetitionPenalty() == 1 ? null : ids.toArray(manager);
            TokenSampler.Draw draw = TokenSampler.draw(logits, List.of(filter), seen, new double[] {uniform}, manager);
            logProbs.add((double) draw.logProbs().getFloat());
            long token = draw.tokens().getLong();
            append(token);
            return token;
        }
    }
}
