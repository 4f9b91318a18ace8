package org.rft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.testing.TestEngine;

/** Compiling and calling programs, on texts made for it. */
class TensorProgramTest {
    private static final String TEXT = """
            from typing import List, Optional
            import torch
            from torch import Tensor
            from chunks import count_non_finite

            def kinds(x: Tensor, xs: List[Tensor], maybe: Optional[Tensor], i: int, f: float, flag: bool,
                      ints: List[int], floats: List[float]) -> Tensor:
                total = x.sum() + 10.0 * len(xs) + 100.0 * i + 1000.0 * f
                if maybe is not None:
                    total = total + maybe.sum()
                if flag:
                    total = -total
                for k in ints:
                    total = total + float(k)
                for v in floats:
                    total = total + v
                return total

            def square(x: Tensor) -> Tensor:
                return x * x

            def fails(x: Tensor) -> Tensor:
                y = _helper(x)
                return y

            def _helper(x: Tensor) -> Tensor:
                return torch.matmul(x, x)

            def pair(x: Tensor) -> List[Tensor]:
                return [x + 1.0, count_non_finite(x)]
            """;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final TensorProgram program = TensorProgram.compile("example", TEXT);

    @AfterEach
    void free() {
        scope.close();
    }

    private ProgramCall kinds() {
        return program.call("kinds")
                .with("xs", List.of(manager.ones(new Shape(1)), manager.ones(new Shape(1))))
                .with("i", 3L)
                .with("f", 0.5)
                .with("flag", false)
                .with("ints", new long[] {1, 2})
                .with("floats", new double[] {0.25});
    }

    @Test
    void everyKindOfArgumentArrives() {
        NDArray x = manager.create(new float[] {1, 2});
        assertThat(kinds().with("x", x).with("maybe", x).run(manager).get(0).getFloat())
                .isEqualTo(3 + 20 + 300 + 500 + 3 + 3 + 0.25f);
        assertThat(kinds().with("x", x)
                        .with("maybe", (NDArray) TestEngine.nothing())
                        .run(manager)
                        .get(0)
                        .getFloat())
                .as("None")
                .isEqualTo(3 + 20 + 300 + 500 + 3 + 0.25f);
        NDArray negated = program.call("kinds")
                .with("x", x)
                .with("xs", List.of())
                .with("maybe", (NDArray) TestEngine.nothing())
                .with("i", -1L)
                .with("f", 0.0)
                .with("flag", true)
                .with("ints", new long[0])
                .with("floats", new double[0])
                .run(manager)
                .get(0);
        assertThat(negated.getFloat())
                .as("empty lists, a negative integer, true")
                .isEqualTo(97f);
    }

    @Test
    void listsAreFlattenedAndImportsWork() {
        NDList results = program.call("pair")
                .with("x", manager.create(new float[] {1, Float.NaN}))
                .run(manager);
        assertThat(results.get(0).toFloatArray()[0]).isEqualTo(2f);
        assertThat(results.get(1).getLong()).isEqualTo(1);
    }

    @Test
    void onlyPublicFunctionsCanBeCalled() {
        assertThat(program.functionNames()).containsExactly("kinds", "square", "fails", "pair");
        for (String name : new String[] {"_helper", "nothing", ""}) {
            assertThatThrownBy(() -> program.call(name))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll("function was " + name, "example.py", "it has [kinds, square");
        }
    }

    @Test
    void wrongArgumentsAreRefusedByName() {
        NDArray x = manager.ones(new Shape(2));
        ProgramCall call = program.call("kinds");
        assertRefused(() -> call.with("x", 1L), "argument x was an integer, must be a Tensor");
        assertRefused(() -> call.with("x", (NDArray) TestEngine.nothing()), "argument x was null, must be a Tensor");
        assertRefused(() -> call.with("x", List.of(x)), "argument x was a list of tensors, must be a Tensor");
        assertRefused(() -> call.with("xs", x), "argument xs was a tensor, must be a List[Tensor]");
        assertRefused(() -> call.with("i", 1.0), "argument i was a number, must be a int");
        assertRefused(() -> call.with("f", 1L), "argument f was an integer, must be a float");
        assertRefused(() -> call.with("flag", 1L), "argument flag was an integer, must be a bool");
        assertRefused(
                () -> call.with("ints", new double[1]), "argument ints was a list of numbers, must be a List[int]");
        assertRefused(() -> call.with("floats", true), "argument floats was a boolean, must be a List[float]");
        assertRefused(() -> call.with("typo", x), "argument name was typo, must be a parameter of example.py:kinds");
        assertRefused(() -> kinds().with("i", 3L), "argument i was given twice, must be given once");
        assertRefused(() -> kinds().with("x", x).run(manager), "argument maybe was missing, must be given");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContaining(message);
    }

    @Test
    void aCompileErrorNamesResourceAndLine() {
        String broken =
                "import torch\nfrom torch import Tensor\n\ndef f(x: Tensor) -> Tensor:\n    return nonsense(x)\n";
        assertThatThrownBy(() -> TensorProgram.compile("broken", broken))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("Program broken.py, line 5 does not compile", "nonsense");
        assertThatThrownBy(() -> TensorProgram.compile("untyped", "def f(x, y: Tensor) -> Tensor:\n    return y\n"))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("Program untyped.py, line 1", "'x'", "no annotation", "Tensor, List[Tensor]");
        assertThatThrownBy(() -> TensorProgram.named("absent"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("absent");
    }

    @Test
    void aRunTimeErrorNamesResourceLineAndFunction() {
        NDArray x = manager.ones(new Shape(2, 3));
        assertThatThrownBy(() -> program.call("fails").with("x", x).run(manager))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("Program example.py, line 27 failed in fails", "2x3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void recordsGradientsOnlyWhenAskedAndRestoresTheMode(boolean mode) {
        boolean before = JniUtils.isGradMode();
        NDArray x = manager.create(new float[] {3});
        x.setRequiresGradient(true);
        try {
            JniUtils.setGradMode(mode);
            NDArray silent = program.call("square").with("x", x).run(manager).get(0);
            NDArray recorded = program.call("square")
                    .with("x", x)
                    .recordGradients()
                    .run(manager)
                    .get(0);
            assertThatThrownBy(() -> program.call("fails")
                            .with("x", manager.ones(new Shape(2, 3)))
                            .recordGradients()
                            .run(manager))
                    .isInstanceOf(EngineException.class);
            assertThat(JniUtils.isGradMode()).isEqualTo(mode);

            assertThatThrownBy(() -> Autograd.backward(silent)).isInstanceOf(EngineException.class);
            Autograd.backward(recorded);
            assertThat(x.getGradient().toFloatArray()).containsExactly(6);
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    @Test
    void closedArraysAreAnExceptionAndNoCrash() {
        NDArray x = manager.ones(new Shape(2));
        x.close();
        assertThatThrownBy(() -> program.call("square").with("x", x).run(manager))
                .isInstanceOf(IllegalStateException.class);
        assertThat(program.call("square")
                        .with("x", manager.ones(new Shape(2)))
                        .run(manager)
                        .get(0)
                        .toFloatArray())
                .containsExactly(1, 1);
    }
}
