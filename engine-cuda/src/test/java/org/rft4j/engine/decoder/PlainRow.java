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
import org.rft4j.engine.kernels.TokenHistory;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenRules;
import org.rft4j.engine.kernels.TokenSampler;

/** The slow, obviously right twin of a row: for every token the whole text is read again, by itself and without a cache. */
final class PlainRow {
    private final Decoder decoder;
    private final TensorEngine engine;
    private final List<Double> logProbs = new ArrayList<>();
    private long[] text;
    private int turn;

    PlainRow(Decoder decoder, long[] prompt, TensorEngine engine) {
        this.decoder = decoder;
        this.text = prompt.clone();
        this.turn = text.length;
        this.engine = engine;
    }

    long[] text() {
        return text;
    }

    /** Given tokens: what is drawn after them is another turn. */
    void extend(long... tokens) {
        append(tokens);
        turn = text.length;
    }

    private void append(long... tokens) {
        int before = text.length;
        text = Arrays.copyOf(text, before + tokens.length);
        System.arraycopy(tokens, 0, text, before, tokens.length);
    }

    /** The log-probs of all tokens drawn so far. */
    List<Double> logProbs() {
        return logProbs;
    }

    long next(SamplingFilter filter, TokenRules rule, double uniform) {
        try (NativeScope scope = engine.openScope()) {
            NDManager manager = scope.manager();
            TokenIds ids = TokenIds.of(text);
            NDArray hidden = decoder.forward(DecoderInput.rightPadded(ids), ActivationMemory.KEEP_NOTHING, manager)
                    .hidden();
            LmHead head = decoder.head();
            NDArray logits = hidden.get("0," + (text.length - 1) + ":")
                    .matMul(head.weight().transpose());
            TokenHistory history = TokenHistory.of(Arrays.copyOf(text, turn));
            history.add(Arrays.copyOfRange(text, turn, text.length));
            TokenSampler.Rules rules = new TokenSampler.Rules(List.of(filter), List.of(rule), List.of(history));
            TokenSampler.Draw draw = TokenSampler.draw(logits, rules, new double[] {uniform}, manager);
            logProbs.add((double) draw.logProbs().getFloat());
            long token = draw.tokens().getLong();
            append(token);
            return token;
        }
    }
}
