package org.rft4j.algorithms.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;

/** Host numbers as arrays and back. The engine is on the processor or where {@code -Drft4j.device=cuda:0} says. */
public final class Tensors {
    private static final TensorEngine ENGINE = TensorEngine.start(new EngineOptions(
            DeviceChoice.parse(System.getProperty("rft4j.device", "cpu")), Integer.getInteger("rft4j.threads", 2)));

    private Tensors() {}

    /**
     * Opens a scope.
     *
     * @return a fresh one
     */
    public static NativeScope scope() {
        return ENGINE.openScope();
    }

    /**
     * Uploads.
     *
     * @param manager owner
     * @param values [B,T]
     * @param type of the array
     * @return [B,T]
     */
    public static NDArray array(NDManager manager, double[][] values, DataType type) {
        double[] flat = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
        NDArray array = manager.create(flat, new Shape(values.length, values[0].length));
        return type == DataType.FLOAT64 ? array : array.toType(type, true);
    }

    /**
     * Downloads.
     *
     * @param array [B,T]
     * @return its numbers
     */
    public static double[][] host(NDArray array) {
        int columns = (int) array.getShape().get(1);
        double[] flat = array.toType(DataType.FLOAT64, true).toDoubleArray();
        double[][] rows = new double[flat.length / columns][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
        }
        return rows;
    }
}
