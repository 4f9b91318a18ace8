package org.rft4j.benchmarks.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.program.TensorProgram;
import org.rft4j.engine.random.KeyedRandom;

/** One problem size and the two ways to do it: log-probs of all tokens, then the gradients of hidden states and weight. */
final class HeadContenders implements AutoCloseable {
    static final TensorProgram PLAIN = TensorProgram.compile("plain_head", resource());

    private final TensorEngine engine;
    private final NDManager data;
    private final NDArray hidden;
    private final NDArray weight;
    private final NDArray ids;
    private final NDArray gradient;

    HeadContenders(TensorEngine engine, int tokens, int width, int vocabulary) {
        this.engine = engine;
        this.data = engine.manager().newSubManager();
        KeyedRandom random = KeyedRandom.ofSeed(1);
        this.hidden = normal(random.derive("hidden"), 1.0, new Shape(1, tokens, width));
        this.weight = normal(random.derive("weight"), 0.05, new Shape(vocabulary, width));
        long[] drawn = new long[tokens];
        for (int i = 0; i < tokens; i++) {
            drawn[i] = (long) (random.derive("ids").uniform(i) * vocabulary);
        }
        this.ids = data.create(drawn, new Shape(1, tokens));
        this.gradient = data.ones(new Shape(1, tokens)).muli(1.0 / tokens);
        weight.setRequiresGradient(true);
    }

    /** The chunked kernel, forward and backward; returns the sum of the log-probs. */
    double chunked(long chunkBytes) {
        try (NativeScope step = engine.openScope()) {
            TokenScores scores = TokenScores.of(
                    new LmHead(weight),
                    new HeadInput(hidden, ids),
                    ScoreOptions.plain().withChunkBytes(chunkBytes),
                    step.manager());
            scores.backward(gradient, null);
            return scores.logProbs().sum().getFloat();
        }
    }

    /** Full logits and autograd, forward and backward; returns the sum of the log-probs. */
    double plain() {
        try (NativeScope step = engine.openScope()) {
            NDArray input = hidden.duplicate();
            input.setRequiresGradient(true);
            NDArray logProbs = PLAIN.call("log_probs")
                    .with("hidden", input)
                    .with("weight", weight)
                    .with("ids", ids)
                    .recordGradients()
                    .run(step.manager())
                    .singletonOrThrow();
            double sum = logProbs.sum().getFloat();
            Autograd.backward(logProbs, gradient);
            return sum;
        }
    }

    @Override
    public void close() {
        data.close();
    }

    private NDArray normal(KeyedRandom random, double scale, Shape shape) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * (random.uniform(i) - 0.5) * 3.46); // uniform with this standard deviation
        }
        try (NDArray onHost = data.create(values, shape)) {
            return onHost.duplicate(); // native memory, as weights from a file would be
        }
    }

    private static String resource() {
        try (InputStream in = HeadContenders.class.getResourceAsStream("/org/rft4j/benchmarks/plain_head.py")) {
            return new String(Objects.requireNonNull(in, "plain_head.py").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
