package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.program.Precision;

/**
 * Named tensors in one or several files. Files are mapped into memory and read slice by slice when a tensor is asked for;
 * nothing is copied on the Java heap. What was loaded does not depend on the file any more. A file must not be
 * cut off or overwritten in place while it is open: writers that rename, as {@link SafetensorsWriter} does, are harmless.
 *
 * <p>What was read is unmapped soon after, so that a file never counts against the process's memory as a whole.
 */
public interface TensorSource extends AutoCloseable {
    /**
     * The tensors in the order of the file.
     *
     * @return their names
     */
    List<String> names();

    /**
     * Describes a tensor.
     *
     * @param name its name
     * @return what the file says about it
     * @throws CheckpointException if there is none of this name; the message lists near ones
     */
    TensorInfo info(String name);

    /**
     * Loads weights, whatever floats or blocks they are stored as.
     *
     * @param name the tensor's name
     * @param precision the format of the result
     * @param owner its owner, which also says on which device it is; no open scope takes the result away from it
     * @return an array in libtorch's own memory
     * @throws CheckpointException if there is none of this name, or its type is no float that rft4j reads
     */
    NDArray load(String name, Precision precision, NDManager owner);

    /**
     * Loads a tensor in the type in which it is stored.
     *
     * @param name the tensor's name
     * @param owner as in {@link #load}
     * @return an array of fp64, fp32, fp16, bf16 or int64
     * @throws CheckpointException if there is none of this name, or it has another type
     */
    NDArray loadExact(String name, NDManager owner);

    /**
     * What the file says about itself, as text.
     *
     * @return for safetensors its {@code __metadata__}, for GGUF the keys that hold a single value
     */
    Map<String, String> metadata();

    @Override
    void close();
}
