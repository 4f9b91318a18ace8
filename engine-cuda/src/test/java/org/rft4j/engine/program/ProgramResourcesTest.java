package org.rft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.Autograd;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.testing.TestEngine;

/** Compiles every resource alone, which runs no wrapper; and runs the helpers that no wrapper reaches. */
class ProgramResourcesTest {
    static List<String> resources() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/org/rft4j/engine/programs"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".py"))
                    .map(name -> name.substring(0, name.length() - 3))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("resources")
    void compilesAndDeclaresWhatItReturns(String name) {
        assumeTrue(
                !name.equals("head_native") || NativeOperators.present(),
                "skipped: the library of native operators is not loaded, see NativeOperatorsTest");
        assumeTrue(!name.equals("products_onednn") || OneDnn.present(), "skipped: libtorch has no oneDNN here");
        TensorProgram program = TensorProgram.named(name);

        assertThat(program.functionNames()).isNotEmpty();
        assertThat(TensorProgram.named(name)).isSameAs(program);
        ProgramSource source = ProgramSource.load(name);
        assertThat(source.functions().values())
                .allSatisfy(function -> assertThat(function.returns()).isNotBlank());
    }

    /** A second and third call run the profiled graph, where an undefined tensor would be fatal. */
    @Test
    void helpersOfChunksRunAgainAndAgain() {
        for (int call = 0; call < 4; call++) {
            try (NativeScope scope = TestEngine.scope()) {
                NDManager manager = scope.manager();
                TensorProgram chunks = TensorProgram.named("chunks");
                NDArray mask = manager.create(new long[] {0, 1, 1, 0}, new Shape(2, 2));
                assertThat(chunks.call("selected_rows")
                                .with("mask", mask)
                                .with("count", 4L)
                                .with("device_of", mask)
                                .run(manager)
                                .get(0)
                                .toLongArray())
                        .containsExactly(1, 2);
                NDArray ids = manager.create(new long[] {-1, 5, 3, 99}, new Shape(2, 2));
                assertThat(chunks.call("id_range")
                                .with("ids", ids)
                                .with("mask", mask)
                                .run(manager)
                                .get(0)
                                .toLongArray())
                        .containsExactly(3, 5);
                NDArray capped = manager.create(new float[] {0, 2});
                assertThat(chunks.call("softcap_slope")
                                .with("capped", capped)
                                .with("softcap", 2.0)
                                .run(manager)
                                .get(0)
                                .toFloatArray())
                        .containsExactly(1, 0);
                NDArray weight = manager.ones(new Shape(2, 3));
                assertThat(chunks.call("optional_sink")
                                .with("parameter", weight)
                                .run(manager)
                                .get(0)
                                .size())
                        .isZero();
                weight.setRequiresGradient(true);
                Autograd.defineGradient(weight);
                NDArray sink = chunks.call("gradient_sink")
                        .with("parameter", weight)
                        .run(manager)
                        .get(0);
                sink.addi(2);
                assertThat(weight.getGradient().getFloat(0, 0))
                        .as("the sink is the gradient")
                        .isEqualTo(2f);
                assertThat(sink.getDataType()).isEqualTo(DataType.FLOAT32);
            }
        }
    }
}
