package org.rft4j.core.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rft4j.engine.EngineException;

/**
 * Files that appear whole or not at all: each is written beside its place under another name, and all are renamed when the
 * last one is safely on the disk. Whatever has not been renamed when this is closed is deleted.
 */
public final class AtomicFiles implements AutoCloseable {
    /** What follows the file's name in the name of a temporary: the number of the process, and one per attempt. */
    private static final Pattern WRITER = Pattern.compile("([0-9]{1,10})-[0-9]+\\.part");

    private final Map<Path, Path> temporaries = new LinkedHashMap<>();

    /** Starts with no file. */
    public AtomicFiles() {}

    /**
     * Writes a file that does not appear before {@link #commit}.
     *
     * @param file where it will appear
     * @param content what to write
     */
    public void write(Path file, Content content) {
        try {
            deleteAbandoned(file);
            Path temporary = createBeside(file);
            temporaries.put(file, temporary);
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                content.write(out);
                out.force(true);
            }
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    /** Renames the files in the order in which they were written. */
    public void commit() {
        while (!temporaries.isEmpty()) {
            Map.Entry<Path, Path> next = temporaries.entrySet().iterator().next();
            Path file = next.getKey();
            try {
                Files.move(next.getValue(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw unwritable(file, e);
            }
            temporaries.remove(file);
            forceFolder(file.toAbsolutePath().resolveSibling(""));
        }
    }

    /** Deletes what has not been renamed. */
    @Override
    public void close() {
        temporaries.forEach((file, temporary) -> {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                throw unwritable(temporary, e);
            }
        });
        temporaries.clear();
    }

    /**
     * The exception for a file that could not be written.
     *
     * @param file the file
     * @param e what went wrong
     * @return an exception that names the way out
     */
    public static EngineException unwritable(Path file, IOException e) {
        return new EngineException("Could not write " + file + ": " + e + "; check space and permissions", e);
    }

    private static Path createBeside(Path file) throws IOException {
        for (int i = 0; ; i++) {
            Path temporary =
                    file.resolveSibling(prefix(file) + ProcessHandle.current().pid() + "-" + i + ".part");
            try {
                return Files.createFile(temporary);
            } catch (FileAlreadyExistsException e) {
                // another thread writes the same file: take the next number
            }
        }
    }

    /** Deletes what processes that were killed while they wrote the same file have left behind. */
    private static void deleteAbandoned(Path file) throws IOException {
        Path folder = file.toAbsolutePath().resolveSibling("");
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(folder, other -> isAbandoned(other, file))) {
            for (Path abandoned : candidates) {
                Files.deleteIfExists(abandoned);
            }
        } catch (DirectoryIteratorException e) {
            throw new IOException(e);
        }
    }

    private static boolean isAbandoned(Path candidate, Path file) {
        String name = String.valueOf(candidate.getFileName());
        String prefix = prefix(file);
        if (!name.startsWith(prefix)) {
            return false;
        }
        Matcher writer = WRITER.matcher(name.substring(prefix.length()));
        return writer.matches()
                && !ProcessHandle.of(Long.parseLong(writer.group(1)))
                        .map(ProcessHandle::isAlive)
                        .orElse(false);
    }

    private static String prefix(Path file) {
        return "." + file.getFileName() + ".";
    }

    /**
     * Makes a renaming last where folders can be opened (not on Windows, which needs no such thing).
     *
     * @param folder in which something was renamed
     */
    public static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // not possible here
        }
    }

    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes all of it.
         *
         * @param out an empty file
         * @throws IOException if that fails
         */
        void write(FileChannel out) throws IOException;
    }
}
