package org.rft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.testing.TestEngine;

/** Threads that share weights: the roles of arguments must not travel in the arrays' mutable names. */
class ProgramThreadsTest {
    private static final int THREADS = 4;
    private static final int CALLS = 200;
    private static final String TEXT = """
            from typing import List
            import torch
            from torch import Tensor

            def difference(a: Tensor, b: Tensor, more: List[Tensor]) -> Tensor:
                return a - b + more[0] * 10.0 + more[1] * 100.0
            """;

    @Test
    void threadsWithSharedWeightsGetTheirOwnResults() throws Exception {
        TensorProgram program = TensorProgram.compile("shared", TEXT);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (NativeScope weights = TestEngine.scope()) {
            NDArray one = weights.manager().ones(new Shape(2));
            NDArray two = one.mul(2);
            one.setName("a name of the caller's");
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                boolean swapped = t % 2 == 1; // the same arrays in other roles
                tasks.add(() -> wrongResults(program, swapped ? two : one, swapped ? one : two));
            }
            for (Future<Integer> wrong : pool.invokeAll(tasks)) {
                assertThat(wrong.get()).isZero();
            }
            assertThat(one.getName()).isEqualTo("a name of the caller's");
            assertThat(two.getName()).isNull();
        } finally {
            pool.shutdown();
        }
    }

    private static int wrongResults(TensorProgram program, NDArray a, NDArray b) {
        int wrong = 0;
        float first = a.toFloatArray()[0];
        float second = b.toFloatArray()[0];
        for (int i = 0; i < CALLS; i++) {
            try (NativeScope scope = TestEngine.scope()) {
                float result = program.call("difference")
                        .with("a", a)
                        .with("b", b)
                        .with("more", List.of(b, a))
                        .run(scope.manager())
                        .get(0)
                        .toFloatArray()[0];
                wrong += result == first - second + 10 * second + 100 * first ? 0 : 1;
            }
        }
        return wrong;
    }
}
