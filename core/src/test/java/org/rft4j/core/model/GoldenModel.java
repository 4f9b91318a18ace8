package org.rft4j.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.rft4j.core.checkpoint.TensorFiles;
import org.rft4j.core.checkpoint.TensorSource;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.program.Precision;

/** A tiny checkpoint that transformers made, and what transformers computes with it. */
record GoldenModel(Path folder, TensorSource truth) implements AutoCloseable {
    static GoldenModel named(String name) {
        Path folder = root().resolve(name);
        Path model = Files.exists(folder.resolve("model.safetensors")) ? folder : resource("/models/" + name);
        return new GoldenModel(model, TensorFiles.open(folder.resolve("golden.safetensors")));
    }

    /** All causal language models: tiny ones of every family, and the real stories260K. */
    static List<String> causal() {
        return folders("golden.safetensors").stream()
                .filter(name -> !name.endsWith("_lora"))
                .filter(name -> !name.endsWith("_reward") && !name.endsWith("_values"))
                .filter(name -> !name.equals("gpt2_inverse_layer")) // refused, see ModelConfigTest
                .toList();
    }

    static List<String> folders(String having) {
        try (Stream<Path> folders = Files.list(root())) {
            return folders.filter(folder -> Files.exists(folder.resolve(having)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Path root() {
        return resource("/golden/models");
    }

    static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(GoldenModel.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean has(String name) {
        return truth.names().contains(name);
    }

    NDArray array(String name, NDManager manager) {
        return truth.load(name, Precision.FP32, manager);
    }

    TokenIds ids(String name, NDManager manager) {
        NDArray ids = truth.loadExact(name, manager);
        int rows = (int) ids.getShape().get(0);
        int columns = (int) ids.getShape().get(1);
        long[] flat = ids.toLongArray();
        long[][] split = new long[rows][columns];
        for (int i = 0; i < flat.length; i++) {
            split[i / columns][i % columns] = flat[i];
        }
        return TokenIds.of(split);
    }

    @Override
    public void close() {
        truth.close();
    }
}
