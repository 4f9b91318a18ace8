package org.rft4j.core.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.engine.EngineException;

/**
 * Files that appear whole or not at all: each is written beside its place under another name, and all are renamed when the
 * last one is safely on the disk. Whatever has not been renamed when this is closed is deleted.
 */
final class AtomicFiles implements AutoCloseable {
    private final Map<Path, Path> temporaries = new LinkedHashMap<>();

    /** Writes a file that does not appear before {@link #commit}. */
    void write(Path file, Content content) {
        try {
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
    void commit() {
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

    static EngineException unwritable(Path file, IOException e) {
        return new EngineException("Could not write " + file + ": " + e + "; check space and permissions", e);
    }

    private static Path createBeside(Path file) throws IOException {
        for (int i = 0; ; i++) {
            Path temporary = file.resolveSibling(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + i + ".part");
            try {
                return Files.createFile(temporary);
            } catch (FileAlreadyExistsException e) {
                // another thread writes the same file, or a killed process did: take the next number
            }
        }
    }

    /** Makes a renaming last where folders can be opened (not on Windows, which needs no such thing). */
    private static void forceFolder(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // not possible here
        }
    }

    /** What to write. */
    @FunctionalInterface
    interface Content {
        void write(FileChannel out) throws IOException;
    }
}
