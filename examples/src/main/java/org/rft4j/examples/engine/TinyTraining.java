package org.rft4j.examples.engine;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Locale;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.decoder.Generator;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Schedule;
import org.rft4j.engine.random.KeyedRandom;

/** A decoder of 40,000 parameters learns one sentence, byte by byte, and recites it. */
public final class TinyTraining {
    private static final String SENTENCE = "Once upon a time, a policy met a reward.";
    private static final int STEPS = 60;
    private static final double PEAK_RATE = 1e-2;

    private TinyTraining() {}

    /**
     * Trains and prints what the model says.
     *
     * @param engine a running engine
     * @param memory how the body keeps what its gradients need
     * @return whether it recites the sentence
     */
    public static boolean run(TensorEngine engine, ActivationMemory memory) {
        try (NativeScope model = engine.openScope()) {
            DecoderConfig config = DecoderConfig.builder()
                    .vocabulary(128)
                    .width(32)
                    .heads(4)
                    .keyValueHeads(2)
                    .inner(96)
                    .build();
            Decoder decoder = FreshDecoder.create(config, KeyedRandom.ofSeed(3), model.manager());
            Schedule schedule = new Schedule.Cosine(5, STEPS, 0.1);
            double first = 0;
            double loss = 0;
            long start = System.nanoTime();
            try (AdamW optimizer = new AdamW(decoder.trained(), AdamWOptions.DEFAULT, model.manager())) {
                for (int step = 0; step < STEPS; step++) {
                    loss = step(engine, decoder, optimizer, memory, PEAK_RATE * schedule.factor(step));
                    first = step == 0 ? loss : first;
                }
            }
            String recited = recite(engine, decoder);
            System.out.printf(
                    Locale.ROOT,
                    "training, %s: %d steps in %.1f s, loss %.3f to %.3f, recites \"%s\"%n",
                    memory,
                    STEPS,
                    (System.nanoTime() - start) * 1e-9,
                    first,
                    loss,
                    recited);
            return recited.equals(SENTENCE);
        }
    }

    private static double step(
            TensorEngine engine, Decoder decoder, AdamW optimizer, ActivationMemory memory, double rate) {
        long[] text = SENTENCE.chars().asLongStream().toArray();
        try (NativeScope scope = engine.openScope()) {
            DecoderPass pass = decoder.forward(
                    DecoderInput.rightPadded(TokenIds.of(java.util.Arrays.copyOf(text, text.length - 1))),
                    memory,
                    scope.manager());
            NDArray next = TokenIds.of(java.util.Arrays.copyOfRange(text, 1, text.length))
                    .toArray(scope.manager());
            TokenScores scores = TokenScores.of(
                    decoder.head(), new HeadInput(pass.hidden(), next), ScoreOptions.plain(), scope.manager());
            NDArray gradient = scores.logProbs().onesLike().muli(-1.0 / (text.length - 1));
            pass.backward(scores.backward(gradient, null));
            optimizer.step(rate);
            return -scores.logProbs().mean().getFloat();
        }
    }

    private static String recite(TensorEngine engine, Decoder decoder) {
        int rest = SENTENCE.length() - 1;
        try (NativeScope scope = engine.openScope()) {
            long[] tokens = Generator.generate(
                            decoder,
                            new Generator.Request(
                                    TokenIds.of(new long[] {SENTENCE.charAt(0)}),
                                    new long[] {1},
                                    List.of(SamplingFilter.temperature(0)),
                                    new double[1][rest],
                                    List.of()),
                            scope.manager())
                    .tokens()
                    .toLongArray();
            StringBuilder text = new StringBuilder().append(SENTENCE.charAt(0));
            for (long token : tokens) {
                text.append((char) token);
            }
            return text.toString();
        }
    }
}
