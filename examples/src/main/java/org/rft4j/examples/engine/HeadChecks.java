package org.rft4j.examples.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenSampler;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.random.KeyedRandom;

/** Token scores, their gradients and the sampler beside full logits and autograd. */
public final class HeadChecks {
    static final int TOKENS = 512;
    static final int WIDTH = 128;
    static final int VOCABULARY = 8000;

    private HeadChecks() {}

    /**
     * Runs the checks.
     *
     * @param table where the results go
     * @param manager owner of all arrays
     */
    public static void run(CheckTable table, NDManager manager) {
        KeyedRandom random = KeyedRandom.ofSeed(7);
        NDArray hidden = normal(random.derive("hidden"), manager, 1, TOKENS, WIDTH);
        NDArray weight =
                normal(random.derive("weight"), manager, VOCABULARY, WIDTH).mul(0.2);
        NDArray ids = ids(random.derive("ids"), manager);
        LmHead head = new LmHead(weight);
        HeadInput input = new HeadInput(hidden, ids);
        Supplier<NDArray> logits = () -> hidden.matMul(weight.transpose());

        table.compare(
                "log-prob of tokens",
                () -> TokenScores.of(head, input, ScoreOptions.plain(), manager).logProbs(),
                () -> logits.get().logSoftmax(-1).gather(ids.expandDims(2), 2).squeeze(2));
        table.compare(
                "entropy",
                () -> TokenScores.of(head, input, ScoreOptions.plain().withEntropy(), manager)
                        .entropies(),
                () -> entropy(logits.get()));
        table.compare(
                "gradient by hidden states",
                () -> kernelGradient(head, input, manager),
                () -> plainGradient(hidden, weight, ids));
        sampler(table, random, logits.get().squeeze(0), input, head, manager);
    }

    private static NDArray entropy(NDArray logits) {
        return logits.logSoftmax(-1).mul(logits.softmax(-1)).sum(new int[] {2}).neg();
    }

    private static NDArray kernelGradient(LmHead head, HeadInput input, NDManager manager) {
        TokenScores scores = TokenScores.of(head, input, ScoreOptions.plain(), manager);
        return scores.backward(scores.logProbs().onesLike(), null);
    }

    private static NDArray plainGradient(NDArray hidden, NDArray weight, NDArray ids) {
        NDArray leaf = hidden.duplicate();
        leaf.setRequiresGradient(true);
        Autograd.backward(recorded(leaf, weight, ids));
        return leaf.getGradient();
    }

    @SuppressWarnings("try") // the recording is closed, not used
    private static NDArray recorded(NDArray leaf, NDArray weight, NDArray ids) {
        try (Autograd.Recording recording = Autograd.record()) {
            return leaf.matMul(weight.transpose())
                    .logSoftmax(-1)
                    .gather(ids.expandDims(2), 2)
                    .sum();
        }
    }

    /** A sampler's own log-probs must be those that scoring gives for what it drew. */
    private static void sampler(
            CheckTable table, KeyedRandom random, NDArray logits, HeadInput input, LmHead head, NDManager manager) {
        SamplingFilter filter = new SamplingFilter(0.8, 50, 0.95, 0.01, 1);
        TokenSampler.Rules rules = TokenSampler.Rules.of(filter);
        double[] uniforms = random.derive("uniforms").uniforms(0, TOKENS);
        TokenSampler.Draw draw = TokenSampler.draw(logits, rules, uniforms, manager);
        HeadInput drawn = new HeadInput(input.hidden(), draw.tokens().expandDims(0));
        table.compare(
                "sampler's log-prob, top-k + top-p + min-p",
                () -> TokenScores.of(head, drawn, ScoreOptions.of(filter), manager)
                        .logProbs(),
                () -> TokenSampler.draw(logits, rules, uniforms, manager)
                        .logProbs()
                        .expandDims(0));
    }

    static NDArray normal(KeyedRandom random, NDManager manager, long... shape) {
        Shape sizes = new Shape(shape);
        float[] values = new float[(int) sizes.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.gaussian(i);
        }
        return manager.create(values, sizes);
    }

    private static NDArray ids(KeyedRandom random, NDManager manager) {
        long[] ids = new long[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            ids[i] = (long) (random.uniform(i) * VOCABULARY);
        }
        return manager.create(ids, new Shape(1, TOKENS)).toType(DataType.INT64, false);
    }
}
