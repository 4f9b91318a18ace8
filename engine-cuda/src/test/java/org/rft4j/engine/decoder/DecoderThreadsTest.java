package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Threads that score with one decoder get what each would get alone. */
class DecoderThreadsTest {
    private static final int THREADS = 3;
    private static final int CALLS = 60;
    private static final int LENGTHS = 4;

    @Test
    void threadsWithOneDecoderGetTheirOwnResults() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (NativeScope weights = TestEngine.scope();
                Decoder decoder = RandomDecoder.of(
                        DecoderConfig.builder().vocabulary(64).width(16).build(),
                        Numbers.random("threads", 0),
                        Precision.FP32,
                        key -> true,
                        key -> false,
                        weights.manager())) {
            List<double[]> expected = new ArrayList<>();
            for (int length = 1; length <= LENGTHS; length++) {
                expected.add(hidden(decoder, length, ActivationMemory.KEEP_NOTHING));
            }
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int first = t;
                tasks.add(() -> wrongResults(decoder, first, expected));
            }
            for (Future<Integer> wrong : pool.invokeAll(tasks)) {
                assertThat(wrong.get()).isZero();
            }
        } finally {
            pool.shutdown();
        }
    }

    private static int wrongResults(Decoder decoder, int first, List<double[]> expected) {
        int wrong = 0;
        ActivationMemory[] memories = {
            ActivationMemory.KEEP_NOTHING, ActivationMemory.KEEP_PRODUCTS, ActivationMemory.RECOMPUTE_LAYERS
        };
        for (int i = first; i < first + CALLS; i++) {
            int length = 1 + i % LENGTHS;
            double[] hidden = hidden(decoder, length, memories[i % memories.length]);
            wrong += java.util.Arrays.equals(hidden, expected.get(length - 1)) ? 0 : 1;
        }
        return wrong;
    }

    private static double[] hidden(Decoder decoder, int length, ActivationMemory memory) {
        long[] ids = new long[length];
        java.util.Arrays.setAll(ids, t -> 7 * length + t);
        try (NativeScope scope = TestEngine.scope()) {
            NDManager manager = scope.manager();
            DecoderInput input = DecoderInput.rightPadded(TokenIds.of(ids));
            return Tensors.doubles(decoder.forward(input, memory, manager).hidden());
        }
    }
}
