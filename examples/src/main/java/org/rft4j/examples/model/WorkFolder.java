package org.rft4j.examples.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder, which goes with all that is in it when it is closed. */
public final class WorkFolder implements AutoCloseable {
    private static final String STORIES = "/models/stories260K/";
    private static final List<String> FILES = List.of(
            "config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "NOTICE");

    private final Path path;

    private WorkFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes an empty one.
     *
     * @return the folder
     */
    public static WorkFolder create() {
        try {
            return new WorkFolder(Files.createTempDirectory("rft4j-example"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where it is.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    /**
     * Copies a real model of 260,000 parameters, which writes children's stories, from the class path.
     *
     * @return the model's folder
     */
    public Path stories() {
        Path folder = path.resolve("stories260K");
        try {
            Files.createDirectories(folder);
            for (String name : FILES) {
                try (InputStream in = WorkFolder.class.getResourceAsStream(STORIES + name)) {
                    if (in == null) {
                        throw new IllegalStateException(STORIES + name + " is not on the class path");
                    }
                    Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
