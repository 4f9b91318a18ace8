package org.rft4j.core.checkpoint;

import java.io.InputStream;

/** A part of a mapped file as a stream. */
final class FileBytes extends InputStream {
    private final MappedFile file;
    private final long end;
    private long position;

    FileBytes(MappedFile file, long start, long end) {
        this.file = file;
        this.position = start;
        this.end = end;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (position == end && length > 0) {
            return -1;
        }
        int count = (int) Math.min(Math.min(length, MappedFile.SLICE), end - position);
        file.read(position, count, bytes -> bytes.get(target, offset, count));
        position += count;
        return count;
    }
}
