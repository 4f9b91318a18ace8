package org.rft4j.core.resume;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.InvalidInputException;

/** Keeps a run folder to one process, which the system ends with the process, however that dies. */
final class RunLock implements AutoCloseable {
    static final String FILE = "run.lock";

    /** Behind whatever is written into the file: on some systems what is locked cannot be read, such as the number in it. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private static final int LONGEST_NUMBER = 20;

    /** Of this process. On POSIX closing a second channel of the file would give up the lock of the first, so none is opened. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private RunLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Locks a folder that exists, or says who has it. */
    static RunLock of(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            Path real = folder.toRealPath();
            if (!HELD.add(real)) {
                throw inUse(folder, "this process already");
            }
            boolean locked = false;
            try {
                RunLock lock = new RunLock(real, lock(folder, file));
                locked = true;
                return lock;
            } finally {
                if (!locked) {
                    HELD.remove(real);
                }
            }
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    @SuppressWarnings("resource") // the lock goes with its channel
    private static FileChannel lock(Path folder, Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw inUse(folder, "process " + text(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_NUMBER);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    }

    private static InvalidInputException inUse(Path folder, String who) {
        return new InvalidInputException(
                "run folder",
                folder + ", in use by " + who,
                "must be used by one at a time",
                "wait for that run to end, stop it, or choose another folder");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw AtomicFiles.unwritable(folder.resolve(FILE), e);
        } finally {
            HELD.remove(folder);
        }
    }
}
