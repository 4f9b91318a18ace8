package org.rft4j.core.resume;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.rft4j.core.checkpoint.JsonDocuments;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.Check;
import org.rft4j.engine.EngineException;

/**
 * Writes a checkpoint that is there as a whole after {@link #commit}, and not at all before: files go into a hidden folder, each is forced
 * to the disk, and the folder is renamed at last. Closed without a commit, or killed, it leaves all other checkpoints as they were. One
 * thread at a time.
 *
 * <pre>{@code
 * try (CheckpointWriter writer = folder.begin(step)) {
 *     writer.file("optimizer.bin", optimizer::saveState);
 *     writer.json("state.json", state);
 *     writer.commit(about);
 * }
 * }</pre>
 */
public final class CheckpointWriter implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
    private static final int BUFFER = 1 << 16;

    private final long step;
    private final Path hidden;
    private final Path place;
    private final Path replaced;
    private final Supplier<String> lastGood;
    private final List<Manifest.Entry> entries = new ArrayList<>();
    private State state = State.OPEN;

    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }

    /**
     * Begins.
     *
     * @param step of the run
     * @param hidden where files are gathered; must not exist
     * @param place where the checkpoint will stand
     * @param replaced where one that stands there already waits until it may go
     * @param lastGood says in messages what there is if this fails
     */
    CheckpointWriter(long step, Path hidden, Path place, Path replaced, Supplier<String> lastGood) {
        this.step = step;
        this.hidden = hidden;
        this.place = place;
        this.replaced = replaced;
        this.lastGood = lastGood;
        try {
            Files.createDirectory(hidden);
        } catch (IOException e) {
            throw unwritable(hidden, e);
        }
    }

    /**
     * Writes a file.
     *
     * @param name letters, digits, dots, dashes and underscores, with slashes between folders
     * @param content writes it; need not be buffered
     */
    public void file(String name, Content content) {
        Path file = begin(name);
        try {
            Files.createDirectories(parentOf(file));
            MessageDigest digest = Manifest.sha256();
            long bytes;
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(
                        new DigestOutputStream(Channels.newOutputStream(channel), digest), BUFFER);
                content.write(out);
                out.flush();
                channel.force(true);
                bytes = channel.size();
            }
            entries.add(new Manifest.Entry(name, bytes, Manifest.hex(digest)));
            state = State.OPEN;
        } catch (IOException e) {
            throw unwritable(place.resolve(name), e);
        }
    }

    /**
     * Writes JSON.
     *
     * @param name as for {@link #file}
     * @param content the tree; numbers that are not finite would come back as text
     */
    public void json(String name, ObjectNode content) {
        folder(name, file -> JsonDocuments.write(file, content));
    }

    /**
     * Lets something write a folder, or a file, by itself.
     *
     * @param name as for {@link #file}
     * @param content writes to the path, which does not exist yet, in a folder that does; whatever is there afterwards belongs to the
     *     checkpoint
     */
    public void folder(String name, Consumer<Path> content) {
        Path path = begin(name);
        try {
            Files.createDirectories(parentOf(path));
            content.accept(path);
            for (Path file : Folders.filesIn(path)) {
                Folders.forceFile(file);
                entries.add(Manifest.Entry.of(hidden, file));
            }
            state = State.OPEN;
        } catch (IOException e) {
            throw unwritable(place.resolve(name), e);
        } catch (EngineException e) {
            throw new EngineException(e.getMessage() + ", " + lastGood.get(), e);
        }
    }

    /**
     * Makes the checkpoint appear.
     *
     * @param about what to say of it, for {@link Checkpoint#about}
     * @return the checkpoint
     */
    public Checkpoint commit(ObjectNode about) {
        json(Checkpoint.ABOUT, about);
        Manifest manifest = new Manifest(step, entries);
        state = State.FAILED;
        manifest.write(hidden);
        try {
            Folders.force(hidden);
            appear();
        } catch (IOException e) {
            throw unwritable(place, e);
        }
        state = State.COMMITTED;
        AtomicFiles.forceFolder(parentOf(place));
        return new Checkpoint(place, manifest);
    }

    private void appear() throws IOException {
        if (!Files.exists(place)) {
            Files.move(hidden, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Files.move(place, replaced, StandardCopyOption.ATOMIC_MOVE); // whoever is killed here finds it on opening
        try {
            Files.move(hidden, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(replaced, place, StandardCopyOption.ATOMIC_MOVE);
            throw e;
        }
        AtomicFiles.forceFolder(parentOf(place));
        Folders.delete(replaced);
    }

    /** Whether another one may begin. */
    boolean isOver() {
        return state == State.COMMITTED || state == State.CLOSED;
    }

    /** Throws away what was not committed. */
    @Override
    public void close() {
        if (isOver()) {
            return;
        }
        state = State.CLOSED;
        try {
            Folders.delete(hidden);
        } catch (IOException e) {
            throw unwritable(hidden, e);
        }
    }

    /** Until the file is whole, nothing can be committed. */
    private Path begin(String name) {
        Check.that(
                state == State.OPEN,
                "writer of a checkpoint",
                state == State.FAILED ? "one that has failed" : "over",
                "must be open",
                "begin another one");
        Check.that(
                NAME.matcher(name).matches() && !name.equals(Manifest.FILE),
                "name in a checkpoint",
                "'" + name + "'",
                "must be of letters, digits, dots, dashes and underscores, and not " + Manifest.FILE,
                "choose another");
        Check.that(
                !Files.exists(hidden.resolve(name)),
                "name in a checkpoint",
                "'" + name + "' again",
                "must be written once",
                "choose another");
        state = State.FAILED;
        return hidden.resolve(name);
    }

    private EngineException unwritable(Path file, IOException e) {
        return new EngineException(
                "Could not write " + file + ": " + e + "; check space and permissions, " + lastGood.get(), e);
    }

    private static Path parentOf(Path path) {
        return path.resolveSibling("");
    }

    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes all of it.
         *
         * @param out where to; stays open
         * @throws IOException if that fails
         */
        void write(OutputStream out) throws IOException;
    }
}
