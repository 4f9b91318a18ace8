package org.rft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

class PrecisionTest {
    /** Exact in all formats, and one that bfloat16 rounds. */
    private static final double[] NUMBERS = {0, 1, -2.5, 1024, 1.001};

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT64,FP32", "FLOAT32,FP32", "FLOAT16,FP32", "BFLOAT16,FP32",
        "FLOAT64,BF16", "FLOAT32,BF16", "FLOAT16,BF16", "BFLOAT16,BF16"
    })
    void convertsEveryFloatFormat(DataType from, Precision to) {
        NDArray loaded = Tensors.of(manager, from, NUMBERS, 5);
        NDArray converted = to.convert(loaded);

        assertThat(Shapes.typeOf(converted)).isEqualTo(to.dataType());
        double[] narrow = Tensors.doubles(loaded);
        double[] expected = to == Precision.BF16 ? Tensors.toBf16(narrow) : narrow;
        assertThat(Tensors.doubles(converted)).isEqualTo(expected);
        assertThat(converted == loaded).isEqualTo(from == to.dataType());
    }

    @Test
    void knowsTheFormatOfAnArray() {
        for (Precision precision : Precision.values()) {
            NDArray array = Tensors.of(manager, precision.dataType(), NUMBERS, 5);
            assertThat(Precision.of(array)).isEqualTo(precision);
        }
        NDArray half = manager.ones(new Shape(2)).toType(DataType.FLOAT16, true);
        assertThatThrownBy(() -> Precision.of(half))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("data type of array was float16, must be one of [float32, bfloat16]");
    }

    @Test
    void refusesWhatIsNoFloat() {
        for (DataType type : new DataType[] {DataType.INT64, DataType.INT8, DataType.BOOLEAN}) {
            NDArray loaded = manager.ones(new Shape(2)).toType(type, false);
            assertThatThrownBy(() -> Precision.BF16.convert(loaded))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll(
                            "data type of a weight was " + type, "must be fp64, fp32, fp16 or bf16", "dequantise");
        }
    }
}
