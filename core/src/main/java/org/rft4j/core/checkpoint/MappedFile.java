package org.rft4j.core.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;

/**
 * A file of any size in memory. A Java buffer ends at 2 GiB, so the file is mapped in windows that overlap by one slice,
 * each when it is first needed.
 */
final class MappedFile implements AutoCloseable {
    /** The most that is taken at once. */
    static final int SLICE = 1 << 24;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final long windowBytes;
    private final Map<Long, MappedByteBuffer> windows = new HashMap<>();

    private MappedFile(Path path, FileChannel channel, long size, long windowBytes) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.windowBytes = windowBytes;
    }

    static MappedFile open(Path path) {
        return open(path, 1L << 30);
    }

    static MappedFile open(Path path, long windowBytes) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new MappedFile(path, channel, channel.size(), windowBytes);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(path, "file", "missing", "must exist", "check the path");
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** Little-endian bytes, read-only; at most {@link #SLICE} of them, within the file. */
    synchronized ByteBuffer slice(long position, int bytes) {
        long window = position / windowBytes;
        try {
            long now = channel.size(); // touching a page that the file lost kills the process
            CheckpointException.check(
                    now >= size, path, "size", now, "must be still " + size, "replace open files by renaming");
            MappedByteBuffer mapped = windows.get(window);
            if (mapped == null) {
                long start = window * windowBytes;
                mapped = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(windowBytes + SLICE, size - start));
                windows.put(window, mapped);
            }
            return mapped.slice(Math.toIntExact(position - window * windowBytes), bytes)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (ClosedChannelException e) {
            throw new InvalidInputException("file " + path, "closed", "must be open", "load before closing it");
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public synchronized void close() {
        windows.clear();
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    static EngineException unreadable(Path path, IOException e) {
        return new EngineException("Could not read " + path + ": " + e + "; check the disk and the permissions", e);
    }
}
