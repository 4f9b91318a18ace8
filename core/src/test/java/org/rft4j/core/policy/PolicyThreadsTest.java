package org.rft4j.core.policy;

import static org.rft4j.core.testing.Close.assertClose;
import static org.rft4j.core.testing.Close.doubles;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.testing.TinyCheckpoint;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.optimizer.Parameter;

/** What several threads may do with a policy at once. */
class PolicyThreadsTest {
    private static final double RTOL = 1e-6;
    private static final int SCORERS = 3;
    private static final int ROUNDS = 10;
    private static final TokenBatch BATCH = Texts.ofLengths(9, 12, 5);

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void severalScoreWhileOneRunsBack() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SCORERS + 1);
        try (Policy policy = Policy.of(new TinyCheckpoint("llama", manager).load(), Trainable.everything())) {
            double[] expected = doubles(
                    policy.score(BATCH, PolicyScoreOptions.DEFAULT, manager).logProbs());
            runBack(policy, 1);
            Parameter first = policy.parameters().get(0);
            NDArray once = first.weight().getGradient().duplicate();

            List<Callable<List<double[]>>> tasks = new ArrayList<>();
            tasks.add(() -> runBack(policy, ROUNDS));
            for (int i = 0; i < SCORERS; i++) {
                tasks.add(() -> score(policy));
            }
            for (Future<List<double[]>> result : threads.invokeAll(tasks)) {
                for (double[] logProbs : result.get()) {
                    assertClose("log-probs", logProbs, expected, RTOL);
                }
            }
            assertClose("gradient", first.weight().getGradient(), once.mul(1 + ROUNDS), RTOL);
        } finally {
            threads.shutdown();
        }
    }

    private static List<double[]> score(Policy policy) {
        List<double[]> found = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            try (NativeScope own = TestEngine.scope()) {
                found.add(doubles(policy.score(BATCH, PolicyScoreOptions.DEFAULT, own.manager())
                        .logProbs()));
            }
        }
        return found;
    }

    private static List<double[]> runBack(Policy policy, int rounds) {
        List<double[]> found = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            try (NativeScope own = TestEngine.scope()) {
                PolicyScores scores = policy.score(BATCH, PolicyScoreOptions.DEFAULT, own.manager());
                scores.backward(BATCH.mask(own.manager()), null);
                found.add(doubles(scores.logProbs()));
            }
        }
        return found;
    }
}
