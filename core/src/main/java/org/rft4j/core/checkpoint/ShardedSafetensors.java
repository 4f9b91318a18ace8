package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.engine.program.Precision;

/**
 * A checkpoint in several safetensors files and an index that says which tensor is in which. Index and files must agree:
 * every tensor of the index is in its file, and no file holds another.
 */
public final class ShardedSafetensors implements TensorSource {
    private static final String AGAIN = "restore the index and all files of one checkpoint";

    private final Path index;
    private final Map<String, SafetensorsFile> files;
    private final Map<String, SafetensorsFile> fileOfTensor;

    private ShardedSafetensors(
            Path index, Map<String, SafetensorsFile> files, Map<String, SafetensorsFile> fileOfTensor) {
        this.index = index;
        this.files = files;
        this.fileOfTensor = fileOfTensor;
    }

    /**
     * Opens an index and all files that it names, which are beside it.
     *
     * @param index the index, usually {@code model.safetensors.index.json}
     * @return the tensors of all files
     * @throws CheckpointException if a file is missing or broken, or index and files disagree
     */
    public static ShardedSafetensors open(Path index) {
        Map<String, String> weightMap = readWeightMap(index);
        Map<String, SafetensorsFile> files = new TreeMap<>();
        try {
            for (String name : weightMap.values()) {
                if (!files.containsKey(name)) {
                    files.put(name, SafetensorsFile.open(index.resolveSibling(name)));
                }
            }
            checkAgreement(index, weightMap, files);
        } catch (RuntimeException | Error e) {
            files.values().forEach(SafetensorsFile::close);
            throw e;
        }
        Map<String, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();
        files.forEach((name, file) -> file.names().forEach(tensor -> fileOfTensor.put(tensor, file)));
        return new ShardedSafetensors(index, files, fileOfTensor);
    }

    private static Map<String, String> readWeightMap(Path index) {
        Map<String, String> weightMap = new LinkedHashMap<>();
        try (MappedFile file = MappedFile.open(index)) {
            CheckpointException.check(
                    file.size() <= SafetensorsHeader.MAX_BYTES,
                    index,
                    "size",
                    file.size(),
                    "must be at most " + SafetensorsHeader.MAX_BYTES,
                    "is it an index?");
            StrictJson.read(
                    index,
                    "index",
                    new FileBytes(file, 0, file.size()),
                    json -> json.object("content", key -> {
                        if (key.equals("weight_map")) {
                            weightMap.putAll(json.strings(key));
                        } else {
                            json.skip();
                        }
                    }));
        }
        CheckpointException.check(
                !weightMap.isEmpty(), index, "weight_map", "missing or empty", "must name files", AGAIN);
        weightMap.forEach((tensor, name) -> CheckpointException.check(
                name.matches("[^/\\\\:]+\\.safetensors"),
                index,
                "file of tensor " + tensor,
                name,
                "must be the name of a .safetensors file beside the index",
                "move the file there"));
        return weightMap;
    }

    private static void checkAgreement(Path index, Map<String, String> weightMap, Map<String, SafetensorsFile> files) {
        Map<String, String> seenIn = new HashMap<>();
        files.forEach((name, file) -> file.names().forEach(tensor -> {
            String other = seenIn.put(tensor, name);
            CheckpointException.check(
                    other == null, index, "tensor " + tensor, "in " + other + " and " + name, "must be in one", AGAIN);
            CheckpointException.check(
                    name.equals(weightMap.get(tensor)),
                    index,
                    "tensor " + tensor + " of " + name,
                    weightMap.containsKey(tensor) ? "expected in " + weightMap.get(tensor) : "not in the index",
                    "must be in the file that the index says",
                    AGAIN);
        }));
        weightMap.forEach((tensor, name) -> CheckpointException.check(
                seenIn.containsKey(tensor), index, "tensor " + tensor, "missing", "must be in " + name, AGAIN));
    }

    @Override
    public List<String> names() {
        return List.copyOf(fileOfTensor.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return fileOf(name).info(name);
    }

    @Override
    public NDArray load(String name, Precision precision, NDManager owner) {
        return fileOf(name).load(name, precision, owner);
    }

    @Override
    public NDArray loadExact(String name, NDManager owner) {
        return fileOf(name).loadExact(name, owner);
    }

    /** The first file's: writers give all files the same. */
    @Override
    public Map<String, String> metadata() {
        return files.values().iterator().next().metadata();
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }

    private SafetensorsFile fileOf(String tensor) {
        SafetensorsFile file = fileOfTensor.get(tensor);
        if (file == null) {
            throw new CheckpointException(
                    index,
                    "tensor " + tensor,
                    "missing",
                    "must be one of the " + fileOfTensor.size() + " of the index",
                    "near names are " + NearNames.of(tensor, fileOfTensor.keySet()));
        }
        return file;
    }
}
