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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.InvalidInputException;

/**
 * A file of any size in memory, one window of it at a time: pages that were read count as the process's own until they are
 * unmapped, so the window behind is given back before the next one is mapped. Windows overlap by one slice.
 */
final class MappedFile implements AutoCloseable {
    /** The most that is taken at once. */
    static final int SLICE = 1 << 24;

    private static final long WINDOW = 1L << 26;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final long windowBytes;
    private long windowNumber = -1;
    private @Nullable MappedByteBuffer window;

    private MappedFile(Path path, FileChannel channel, long size, long windowBytes) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.windowBytes = windowBytes;
    }

    static MappedFile open(Path path) {
        return open(path, WINDOW);
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

    /**
     * Lends bytes of the file.
     *
     * @param position where they begin
     * @param bytes how many, at most {@link #SLICE}, within the file
     * @param reader gets them, little-endian and read-only; they are gone when it returns
     */
    synchronized void read(long position, int bytes, Consumer<ByteBuffer> reader) {
        try {
            long now = channel.size(); // touching a page that the file lost kills the process
            CheckpointException.check(
                    now >= size, path, "size", now, "must be still " + size, "replace open files by renaming");
            long number = position / windowBytes;
            MappedByteBuffer mapped = window;
            if (mapped == null || windowNumber != number) {
                unmap();
                long start = number * windowBytes;
                mapped = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(windowBytes + SLICE, size - start));
                window = mapped;
                windowNumber = number;
            }
            reader.accept(mapped.slice(Math.toIntExact(position - number * windowBytes), bytes)
                    .order(ByteOrder.LITTLE_ENDIAN));
        } catch (ClosedChannelException e) {
            throw new InvalidInputException("file " + path, "closed", "must be open", "load before closing it");
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** A copy of a few bytes, little-endian. */
    ByteBuffer copy(long position, int bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        read(position, bytes, copy::put);
        return copy.flip();
    }

    @Override
    public synchronized void close() {
        unmap();
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private void unmap() {
        MappedByteBuffer mapped = window;
        window = null;
        if (mapped != null) {
            Unmapping.unmap(mapped);
        }
    }

    static EngineException unreadable(Path path, IOException e) {
        return new EngineException("Could not read " + path + ": " + e + "; check the disk and the permissions", e);
    }
}
