package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.decoder.DecoderPass;
import org.rft4j.engine.decoder.DecoderShape;
import org.rft4j.engine.decoder.FreshDecoder;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.kernels.TokenScores;
import org.rft4j.engine.optimizer.AdamW;
import org.rft4j.engine.optimizer.AdamWOptions;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.random.KeyedRandom;

/** What lives in native memory before and after much work is the same. */
class NativeMemoryTest {
    private static final int ROUNDS = 200;
    private static final FreshDecoder TINY = new FreshDecoder(new DecoderShape(2, 4, 2, 4, 1e-5, 10_000), 64, 16, 24);

    @Test
    void trainingStepsLeaveNothingBehind() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            Decoder decoder = TINY.create(KeyedRandom.ofSeed(1), engine.manager());
            List<Parameter> parameters = new ArrayList<>();
            for (int i = 0; i < decoder.weights().size(); i++) {
                parameters.add(Parameter.of("w" + i, decoder.weights().get(i)));
            }
            try (AdamW optimizer = new AdamW(parameters, AdamWOptions.DEFAULT, engine.manager())) {
                double first = step(engine, decoder, optimizer, 0);
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
            Decoder decoder = TINY.create(KeyedRandom.ofSeed(1), engine.manager());
            LmHead head = new LmHead(decoder.weights().get(0));
            TokenIds prompts = TokenIds.of(new long[][] {{1, 2, 3}, {4, 5, 6}});
            long before = NativeMemory.liveArrays(engine.manager());
            for (int i = 0; i < ROUNDS; i++) {
                KeyedRandom random = KeyedRandom.ofSeed(i);
                double[][] uniforms = {
                    random.derive(0).uniforms(0, 4), random.derive(1).uniforms(0, 4)
                };
                try (NativeScope scope = engine.openScope()) {
                    decoder.generate(
                            head,
                            prompts,
                            new long[] {3, 2},
                            List.of(SamplingFilter.NONE),
                            uniforms,
                            List.of(),
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
                decoder = TINY.create(KeyedRandom.ofSeed(1), engine.manager());
                List<Parameter> parameters = new ArrayList<>();
                for (int i = 0; i < decoder.weights().size(); i++) {
                    parameters.add(Parameter.of("w" + i, decoder.weights().get(i)));
                }
                optimizer = new AdamW(parameters, AdamWOptions.DEFAULT, engine.manager());
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
        ActivationMemory memory = round % 2 == 0 ? ActivationMemory.KEEP_ALL : ActivationMemory.RECOMPUTE_LAYERS;
        try (NativeScope scope = engine.openScope()) {
            DecoderPass pass =
                    decoder.forward(TokenIds.of(new long[][] {{1, 2, 3, 4}, {5, 6, 7, 8}}), memory, scope.manager());
            NDArray targets =
                    TokenIds.of(new long[][] {{2, 3, 4, 5}, {6, 7, 8, 9}}).toArray(scope.manager());
            LmHead head = new LmHead(decoder.weights().get(0));
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
