package org.rft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.engine.testing.Close.assertSameBits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.Numbers;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

/** Places moved between layouts, against loops. */
class RowsTest {
    private static final Shape SOURCE = new Shape(3, 4);
    private static final Shape TARGET = new Shape(2, 5);
    private static final long[] INDEX = {11, 0, -1, 5, -1, 3, -1, 2, 10, 7};
    private static final int WIDTH = 3;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    @Test
    void gathersAndScattersVectors() {
        KeyedRandom random = Numbers.random("rows", 0);
        double[] from = Numbers.normal(random.derive("from"), 12 * WIDTH, 1);
        double[] back = Numbers.normal(random.derive("back"), 10 * WIDTH, 1);
        for (DataType type : new DataType[] {DataType.FLOAT32, DataType.BFLOAT16}) {
            double[] stored = type == DataType.BFLOAT16 ? Tensors.toBf16(from) : from;
            double[] storedBack = type == DataType.BFLOAT16 ? Tensors.toBf16(back) : back;
            Rows rows = Rows.of(SOURCE, TARGET, INDEX, manager);
            for (int call = 0; call < 4; call++) {
                NDArray gathered = rows.gather(Tensors.of(manager, type, from, 3, 4, WIDTH), manager);
                NDArray scattered = rows.scatter(Tensors.of(manager, type, back, 2, 5, WIDTH), manager);

                assertThat(gathered.getShape()).isEqualTo(new Shape(2, 5, WIDTH));
                assertThat(scattered.getShape()).isEqualTo(new Shape(3, 4, WIDTH));
                assertThat(Tensors.doubles(gathered)).isEqualTo(plainGather(stored));
                assertThat(Tensors.doubles(scattered)).isEqualTo(plainScatter(storedBack));
            }
        }
    }

    @Test
    void scatterIsTheGradientOfGather() {
        KeyedRandom random = Numbers.random("rows", 1);
        double[] x = Numbers.normal(random.derive("x"), 12, 1);
        double[] y = Numbers.normal(random.derive("y"), 10, 1);
        Rows rows = Rows.of(SOURCE, TARGET, INDEX, manager);

        double[] gathered = Tensors.doubles(rows.gather(Tensors.of(manager, x, 3, 4), manager));
        double[] scattered = Tensors.doubles(rows.scatter(Tensors.of(manager, y, 2, 5), manager));

        assertThat(Numbers.dot(gathered, y)).isEqualTo(Numbers.dot(x, scattered));
    }

    @Test
    void neverLooksAtPlacesWithoutSource() {
        Rows rows = Rows.of(new Shape(1, 2), new Shape(1, 2), new long[] {-1, 1}, manager);
        NDArray poisoned = manager.create(new float[] {Float.NaN, 2}, new Shape(1, 2));
        NDArray clean = manager.create(new float[] {0, 2}, new Shape(1, 2));

        assertSameBits("gathered", rows.gather(poisoned, manager), clean);
        assertSameBits("scattered", rows.scatter(poisoned, manager), clean);
    }

    @Test
    void refusesWhatNativeCodeWouldCrashOn() {
        assertThatThrownBy(() -> Rows.of(new Shape(1, 2), new Shape(1, 1), new long[] {2}, manager))
                .hasMessage("place was 2, must be at least -1 and below the number of the source's places 2;"
                        + " use Rows.NONE for no place");
        assertThatThrownBy(() -> Rows.of(new Shape(1, 2), new Shape(1, 2), new long[] {1, 1}, manager))
                .hasMessageContaining("place was 1 (given twice), must be read once");
        assertThatThrownBy(() -> Rows.of(new Shape(1, 2), new Shape(1, 2), new long[] {1}, manager))
                .hasMessageContaining("number of places was 1, must be that of the target (1, 2)");
        assertThatThrownBy(() -> Rows.of(new Shape(2), new Shape(1, 2), new long[] {1, 0}, manager))
                .hasMessageContaining("must have as many dimensions");
        Rows rows = Rows.of(SOURCE, TARGET, INDEX, manager);
        assertThatThrownBy(() -> rows.gather(manager.zeros(new Shape(2, 5)), manager))
                .hasMessageContaining("shape of rows to gather was [2, 5], must be [3, 4]");
        assertThatThrownBy(() -> rows.scatter(manager.zeros(new Shape(3, 4, 2)), manager))
                .hasMessageContaining("shape of rows to scatter was [3, 4, 2], must be [2, 5, any]");
        assertThatThrownBy(() -> rows.gather(manager.zeros(SOURCE, DataType.INT64), manager))
                .hasMessageContaining("data type of rows to gather was int64");
    }

    private static double[] plainGather(double[] from) {
        double[] result = new double[INDEX.length * WIDTH];
        for (int k = 0; k < INDEX.length; k++) {
            for (int i = 0; i < WIDTH && INDEX[k] >= 0; i++) {
                result[k * WIDTH + i] = from[(int) INDEX[k] * WIDTH + i];
            }
        }
        return result;
    }

    private static double[] plainScatter(double[] back) {
        double[] result = new double[12 * WIDTH];
        for (int k = 0; k < INDEX.length; k++) {
            for (int i = 0; i < WIDTH && INDEX[k] >= 0; i++) {
                result[(int) INDEX[k] * WIDTH + i] = back[k * WIDTH + i];
            }
        }
        return result;
    }
}
