package org.rft4j.core.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens whatever holds tensors. */
public final class TensorFiles {
    static final String MODEL = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private TensorFiles() {}

    /**
     * Opens a file by its content ({@code .json} is an index), or a folder by what is in it: {@code model.safetensors}
     * before {@code model.safetensors.index.json}, as transformers does.
     *
     * @param path a folder, a safetensors file, an index or a GGUF file
     * @return its tensors; those of a GGUF file under GGUF's names (see {@link GgufModel} for Hugging Face's)
     * @throws CheckpointException if there is nothing to open, or it is broken
     */
    public static TensorSource open(Path path) {
        if (Files.isDirectory(path)) {
            return openFolder(path);
        }
        if (path.toString().endsWith(".json")) {
            return ShardedSafetensors.open(path);
        }
        return GgufFile.isGguf(path) ? GgufFile.open(path) : SafetensorsFile.open(path);
    }

    private static TensorSource openFolder(Path folder) {
        if (Files.exists(folder.resolve(MODEL))) {
            return SafetensorsFile.open(folder.resolve(MODEL));
        }
        if (Files.exists(folder.resolve(INDEX))) {
            return ShardedSafetensors.open(folder.resolve(INDEX));
        }
        throw new CheckpointException(
                folder,
                "content",
                weightFiles(folder),
                "must hold " + MODEL + " or " + INDEX,
                "name another file itself; convert .bin and .pt files to safetensors");
    }

    private static List<String> weightFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.matches(".*\\.(safetensors|gguf|bin|pt|pth|json)"))
                    .sorted()
                    .limit(10)
                    .toList();
        } catch (IOException e) {
            throw MappedFile.unreadable(folder, e);
        }
    }
}
