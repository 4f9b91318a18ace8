package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.program.TensorBytes;

/** Where the tensors of one checked file are, and how they get into native memory. */
final class TensorTable {
    /** Blocks are decoded on the heap, this many numbers at a time, and passed on in larger pieces. */
    private static final int DECODED_AT_ONCE = 1 << 13;

    private static final int DECODED_BYTES = 1 << 22;

    private final MappedFile file;
    private final Map<String, Placed> tensors;

    TensorTable(MappedFile file, Map<String, Placed> tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    TensorInfo info(String name) {
        return placed(name).info;
    }

    NDArray load(String name, Precision precision, NDManager owner) {
        Placed tensor = placed(name);
        CheckpointException.check(
                tensor.info.type().isLoadable(),
                file.path(),
                "type of tensor " + name,
                tensor.info.type(),
                "must be F64, F32, F16, BF16 or one of " + BlockDecoder.types() + " to be loaded as weights",
                "convert the file");
        return load(tensor, precision.dataType(), owner);
    }

    NDArray loadExact(String name, NDManager owner) {
        Placed tensor = placed(name);
        DataType type = tensor.info
                .type()
                .dataType()
                .orElseThrow(() -> new CheckpointException(
                        file.path(),
                        "type of tensor " + name,
                        tensor.info.type(),
                        "must be F64, F32, F16, BF16 or I64 to be loaded as stored",
                        tensor.info.type().isLoadable() ? "use load, which decodes it" : "convert the file"));
        return load(tensor, type, owner);
    }

    float[] smallFloats(String name, int atMost) {
        Placed tensor = placed(name);
        long numbers = tensor.info.shape().size();
        CheckpointException.check(
                tensor.info.type() == StoredType.F32 && numbers <= atMost,
                file.path(),
                "tensor " + name,
                tensor.info.type() + " " + tensor.info.shape(),
                "must be F32 of at most " + atMost + " numbers",
                "use a safetensors checkpoint of this model");
        float[] floats = new float[(int) numbers];
        file.copy(tensor.begin, floats.length * Float.BYTES).asFloatBuffer().get(floats);
        return floats;
    }

    private Placed placed(String name) {
        Placed tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(
                    file.path(),
                    "tensor " + name,
                    "missing",
                    "must be one of the " + tensors.size() + " in the file",
                    "near names are " + NearNames.of(name, tensors.keySet()));
        }
        return tensor;
    }

    private NDArray load(Placed tensor, DataType type, NDManager owner) {
        NDArray result = TensorBytes.allocate(type, tensor.info.shape(), owner);
        try {
            if (tensor.info.type().isBlock()) {
                fillFromBlocks(result, tensor);
            } else {
                fill(result, tensor);
            }
            return result;
        } catch (RuntimeException | Error e) {
            result.close();
            throw e;
        }
    }

    private void fill(NDArray result, Placed tensor) {
        DataType stored = tensor.info.type().dataType().orElseThrow();
        long bytes = tensor.info.bytes();
        for (long at = 0; at < bytes; at += MappedFile.SLICE) {
            long start = at / stored.getNumOfBytes();
            file.read(
                    tensor.begin + at,
                    (int) Math.min(MappedFile.SLICE, bytes - at),
                    slice -> TensorBytes.write(result, start, slice, stored));
        }
    }

    private void fillFromBlocks(NDArray result, Placed tensor) {
        StoredType type = tensor.info.type();
        BlockDecoder decoder = BlockDecoder.of(type).orElseThrow();
        long numbers = tensor.info.shape().size();
        byte[] blocks = new byte[DECODED_AT_ONCE / type.blockNumbers() * type.blockBytes()];
        float[] decoded = new float[DECODED_AT_ONCE];
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) Math.min(DECODED_BYTES, numbers * Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        long start = 0;
        for (long at = 0; at < numbers; at += DECODED_AT_ONCE) {
            int count = (int) Math.min(DECODED_AT_ONCE, numbers - at);
            int length = count / type.blockNumbers() * type.blockBytes();
            file.read(
                    tensor.begin + at / type.blockNumbers() * type.blockBytes(),
                    length,
                    slice -> slice.get(blocks, 0, length));
            for (int block = 0; block * type.blockNumbers() < count; block++) {
                decoder.decode(blocks, block * type.blockBytes(), decoded, block * type.blockNumbers());
            }
            floats.put(decoded, 0, count);
            if (!floats.hasRemaining() || at + count == numbers) {
                bytes.limit(floats.position() * Float.BYTES);
                TensorBytes.write(result, start, bytes, DataType.FLOAT32);
                start = at + count;
                floats.clear();
            }
        }
    }

    /**
     * A tensor and where its bytes are.
     *
     * @param info what the file says
     * @param begin position of its first byte in the file
     */
    record Placed(TensorInfo info, long begin) {}
}
