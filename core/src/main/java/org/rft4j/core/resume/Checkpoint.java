package org.rft4j.core.resume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.checkpoint.JsonDocuments;

/** A checkpoint that was whole, to the last bit, when it was looked up. Any thread may read, as long as nobody prunes it. */
public final class Checkpoint {
    static final String ABOUT = "about.json";

    private static final int BUFFER = 1 << 16;

    private final Path folder;
    private final Manifest manifest;

    Checkpoint(Path folder, Manifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
    }

    /**
     * When it was written.
     *
     * @return the step of the run
     */
    public long step() {
        return manifest.step();
    }

    /**
     * What {@link CheckpointWriter#commit} was told.
     *
     * @return a tree of its own
     */
    public ObjectNode about() {
        return json(ABOUT);
    }

    /**
     * What it holds.
     *
     * @return names as they were written, in that order
     */
    public List<String> names() {
        return manifest.files().stream().map(Manifest.Entry::name).toList();
    }

    /**
     * Whether it holds a file.
     *
     * @param name as it was written
     * @return true if it can be opened
     */
    public boolean has(String name) {
        return names().contains(name);
    }

    /**
     * Opens a file.
     *
     * @param name as it was written
     * @return its bytes, buffered; close it
     */
    public InputStream open(String name) {
        Path file = require(name);
        try {
            return new BufferedInputStream(Files.newInputStream(file), BUFFER);
        } catch (IOException e) {
            throw new CheckpointException(file, "file", e, "must be readable", "check path and permissions");
        }
    }

    /**
     * Reads JSON.
     *
     * @param name as it was written
     * @return a tree of its own
     */
    public ObjectNode json(String name) {
        return JsonDocuments.read(require(name));
    }

    /**
     * Where a folder is that was written with {@link CheckpointWriter#folder}, or the whole checkpoint.
     *
     * @param name as it was written, empty for the whole
     * @return the path
     */
    public Path path(String name) {
        return folder.resolve(name);
    }

    private Path require(String name) {
        Path file = folder.resolve(name);
        CheckpointException.check(
                has(name), file, "file", "absent", "must be one of " + names(), "read what was written");
        return file;
    }
}
