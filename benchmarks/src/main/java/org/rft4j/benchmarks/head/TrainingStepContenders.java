package org.rft4j.benchmarks.head;

import ai.djl.ndarray.NDArray;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;

/** A whole training step of a 15-million-parameter model with tied embeddings: the same body, two ways to do the head. */
final class TrainingStepContenders implements AutoCloseable {
    private static final double LEARNING_RATE = 1e-5;

    private final TensorEngine engine;
    private final Decoder decoder;
    private final AdamW optimizer;
    private final TokenIds ids;
    private final int positions;

    TrainingStepContenders(TensorEngine engine, int sequences, int length) {
        this.engine = engine;
        KeyedRandom random = KeyedRandom.ofSeed(2);
        DecoderConfig sizes = FreshDecoder.ofStories15M();
        this.decoder = FreshDecoder.create(sizes, random, engine.manager());
        this.optimizer = new AdamW(decoder.trained(), AdamWOptions.DEFAULT, engine.manager());
        long[][] rows = new long[sequences][length];
        for (int b = 0; b < sequences; b++) {
            for (int t = 0; t < length; t++) {
                rows[b][t] = (long) (random.derive("ids").derive(b).uniform(t) * sizes.vocabulary());
            }
        }
        this.ids = TokenIds.of(rows);
        this.positions = sequences * length;
    }

    int positions() {
        return positions;
    }

    /** A step with the chunked head; returns the loss. */
    double chunked(ActivationMemory memory) {
        try (NativeScope step = engine.openScope()) {
            DecoderPass pass = decoder.forward(DecoderInput.rightPadded(ids), memory, step.manager());
            TokenScores scores = TokenScores.of(
                    decoder.head(),
                    new HeadInput(pass.hidden(), ids.toArray(step.manager())),
                    ScoreOptions.plain(),
                    step.manager());
            NDArray gradient = scores.logProbs().onesLike().muli(-1.0 / positions);
            pass.backward(scores.backward(gradient, null));
            optimizer.step(LEARNING_RATE);
            return -scores.logProbs().mean().getFloat();
        }
    }

    /** A step with full logits and autograd from end to end; returns the loss. */
    double plain() {
        try (NativeScope step = engine.openScope()) {
            DecoderPass pass =
                    decoder.forward(DecoderInput.rightPadded(ids), ActivationMemory.KEEP_ALL, step.manager());
            NDArray logProbs = HeadContenders.PLAIN
                    .call("log_probs")
                    .with("hidden", pass.hidden())
                    .with("weight", embedding())
                    .with("ids", ids.toArray(step.manager()))
                    .recordGradients()
                    .run(step.manager())
                    .singletonOrThrow();
            double loss = -logProbs.mean().getFloat();
            NDArray gradient = step.manager().ones(logProbs.getShape()).muli(-1.0 / positions);
            Autograd.backward(logProbs, gradient);
            optimizer.step(LEARNING_RATE);
            return loss;
        }
    }

    @Override
    public void close() {
        optimizer.close();
        decoder.close();
    }

    private NDArray embedding() {
        return decoder.head().weight();
    }
}
