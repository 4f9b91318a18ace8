package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.DecoderInput;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.decoder.Generator;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.random.KeyedRandom;

/** What lives in native memory before and after much work is the same. */
class NativeMemoryTest {
    private static final int ROUNDS = 200;
    private static final DecoderConfig TINY = DecoderConfig.builder()
            .vocabulary(64)
            .width(16)
            .heads(4)
            .keyValueHeads(2)
            .inner(24)
            .build();

    @Test
    void trainingStepsLeaveNothingBehind() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            Decoder decoder = FreshDecoder.create(TINY, KeyedRandom.ofSeed(1), engine.manager());
            try (AdamW optimizer = new AdamW(decoder.trained(), AdamWOptions.DEFAULT, engine.manager())) {
                double first = step(engine, decoder, optimizer, 0);
                step(engine, decoder, optimizer, 1); // leaves the slab of its layers for the next one
                long before = NativeMemory.liveArrays(engine.manager());
                double last = first;
                for (int i = 1; i <= ROUNDS; i++) {
                    last = step(engine, decoder, optimizer, i);
                }
                assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(before);
                assertThat(last).as("loss: the steps did train").isLessThan(first / 2);
            }
        }
    }

    @Test
    void generationsLeaveNothingBehind() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            Decoder decoder = FreshDecoder.create(TINY, KeyedRandom.ofSeed(1), engine.manager());
            TokenIds prompts = TokenIds.of(new long[][] {{1, 2, 3}, {4, 5, 6}});
            long before = NativeMemory.liveArrays(engine.manager());
            for (int i = 0; i < ROUNDS; i++) {
                KeyedRandom random = KeyedRandom.ofSeed(i);
                double[][] uniforms = {
                    random.derive(0).uniforms(0, 4), random.derive(1).uniforms(0, 4)
                };
                try (NativeScope scope = engine.openScope()) {
                    Generator.generate(
                            decoder,
                            new Generator.Request(
                                    prompts, new long[] {3, 2}, List.of(SamplingFilter.NONE), uniforms, List.of()),
                            scope.manager());
                }
            }
            assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(before);
        }
    }

    @Test
    void modelAndOptimiserOutliveTheScopeTheyAreMadeIn() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            Decoder decoder;
            AdamW optimizer;
            try (NativeScope scope = engine.openScope()) {
                scope.manager().create(1f);
                decoder = FreshDecoder.create(TINY, KeyedRandom.ofSeed(1), engine.manager());
                optimizer = new AdamW(decoder.trained(), AdamWOptions.DEFAULT, engine.manager());
            }
            double first = step(engine, decoder, optimizer, 0);
            assertThat(step(engine, decoder, optimizer, 1)).isLessThan(first);
            optimizer.close();
        }
    }

    @Test
    void countsWhatIsAliveInAllScopes() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            NDArray weight = engine.manager().create(1f);
            try (NativeScope outer = engine.openScope()) {
                outer.manager().create(2f);
                try (NativeScope inner = engine.openScope()) {
                    NDArray kept = inner.keep(inner.manager().create(3f));
                    weight.add(kept); // attaches to the engine's manager, and still ends with the scope
                    assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(4);
                }
                assertThat(NativeMemory.liveArrays(engine.manager()))
                        .as("weight, outer's and kept")
                        .isEqualTo(3);
            }
            assertThat(NativeMemory.liveArrays(engine.manager())).as("weight").isEqualTo(1);
        }
    }

    @SuppressWarnings("try") // a recording is closed, not used
    private static double step(TensorEngine engine, Decoder decoder, AdamW optimizer, int round) {
        ActivationMemory[] ways = {
            ActivationMemory.KEEP_ALL, ActivationMemory.KEEP_PRODUCTS, ActivationMemory.RECOMPUTE_LAYERS
        };
        ActivationMemory memory = ways[round % ways.length];
        try (NativeScope scope = engine.openScope()) {
            DecoderPass pass = decoder.forward(
                    DecoderInput.rightPadded(TokenIds.of(new long[][] {{1, 2, 3, 4}, {5, 6, 7, 8}})),
                    memory,
                    scope.manager());
            NDArray targets =
                    TokenIds.of(new long[][] {{2, 3, 4, 5}, {6, 7, 8, 9}}).toArray(scope.manager());
            LmHead head = decoder.head();
            HeadInput input = new HeadInput(pass.hidden(), targets);
            TokenScores scores =
                    TokenScores.of(head, input, ScoreOptions.plain().withEntropy(), scope.manager());
            NDArray logProbs = scores.logProbs();
            logProbs.setRequiresGradient(true);
            NDArray loss;
            try (Autograd.Recording recording = Autograd.record()) {
                loss = logProbs.mean().neg();
            }
            Autograd.backward(loss);
            pass.backward(scores.backward(logProbs.getGradient(), null));
            optimizer.step(1e-2);
            return loss.getFloat();
        }
    }
}
