package org.rft4j.rollout.server;

import java.nio.file.Files;
import java.nio.file.Path;
import org.rft4j.engine.Check;

/**
 * Lets clients load and unload adapters while the server runs.
 *
 * @param folder adapters are loaded from below it and nowhere else
 * @param maxLoaded how many may be loaded at once
 * @param loader makes samplers of them
 */
public record AdapterOptions(Path folder, int maxLoaded, AdapterLoader loader) {
    /** Checks folder and number. */
    public AdapterOptions {
        Check.that(
                Files.isDirectory(folder),
                "folder of adapters",
                folder,
                "must be a folder",
                "make it before the server starts");
        Check.that(
                maxLoaded > 0, "maxLoaded", maxLoaded, "must be positive", "2 are enough to replace one by the next");
    }
}
