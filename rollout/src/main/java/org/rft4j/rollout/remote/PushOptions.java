package org.rft4j.rollout.remote;

import java.nio.file.Path;
import java.time.Duration;
import org.rft4j.engine.Check;

/**
 * Where adapters are handed to a server.
 *
 * @param folder where they are written, below which each version has a folder of its own
 * @param folderOnServer the same folder as the server sees it
 * @param name how the server's names of adapters begin; the version follows
 * @param timeLimit how long the server may take for each request
 */
public record PushOptions(Path folder, String folderOnServer, String name, Duration timeLimit) {
    private static final Duration TIME_LIMIT = Duration.ofMinutes(5);

    /** Checks names and time. */
    public PushOptions {
        Check.that(
                !folderOnServer.isBlank(),
                "folderOnServer",
                "blank",
                "must be a folder",
                "name it as the server sees it");
        Check.that(
                name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                "name of adapters",
                name,
                "must be up to 100 letters, digits, dots and dashes",
                "use the name of the run");
        Check.that(
                timeLimit.toMillis() > 0, "timeLimit", timeLimit, "must be at least a millisecond", "use five minutes");
    }

    /**
     * For a server that sees the folder under the same name; five minutes for each request.
     *
     * @param folder where adapters are written
     * @param name how the server's names of adapters begin
     * @return the options
     */
    public static PushOptions sameFolder(Path folder, String name) {
        return new PushOptions(folder, folder.toAbsolutePath().toString(), name, TIME_LIMIT);
    }

    String nameOf(long version) {
        return name + "-v" + version;
    }

    String pathOnServer(String adapter) {
        return folderOnServer.endsWith("/") ? folderOnServer + adapter : folderOnServer + "/" + adapter;
    }
}
