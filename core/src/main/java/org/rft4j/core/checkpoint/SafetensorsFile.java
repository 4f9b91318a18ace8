package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.program.Precision;

/** One safetensors file, checked against every rule of the format when it is opened. */
public final class SafetensorsFile implements TensorSource {
    private final MappedFile file;
    private final Map<String, String> metadata;
    private final TensorTable tensors;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header) {
        this.file = file;
        this.metadata = Map.copyOf(header.metadata());
        this.tensors = new TensorTable(file, header.tensors());
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return its tensors
     * @throws CheckpointException if it breaks a rule of the format
     */
    public static SafetensorsFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new SafetensorsFile(file, SafetensorsHeader.read(file));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    @Override
    public List<String> names() {
        return tensors.names();
    }

    @Override
    public TensorInfo info(String name) {
        return tensors.info(name);
    }

    @Override
    public NDArray load(String name, Precision precision, NDManager owner) {
        return tensors.load(name, precision, owner);
    }

    @Override
    public NDArray loadExact(String name, NDManager owner) {
        return tensors.loadExact(name, owner);
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void close() {
        file.close();
    }
}
