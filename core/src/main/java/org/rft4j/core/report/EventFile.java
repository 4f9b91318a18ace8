package org.rft4j.core.report;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.rft4j.core.files.AtomicFiles;

/** A file of records as TensorFlow frames them: length, its checksum, bytes, their checksum. */
final class EventFile implements AutoCloseable {
    private final Path file;
    private final FileOutputStream out;

    private EventFile(Path file, FileOutputStream out) {
        this.file = file;
        this.out = out;
    }

    /** Makes the next file of a folder. TensorBoard reads those whose name has "tfevents" in it in the order of their names. */
    static EventFile next(Path folder) {
        try {
            Files.createDirectories(folder);
            for (int i = 0; ; i++) {
                Path file = folder.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.rft4j", i));
                if (!Files.exists(file)) {
                    return new EventFile(file, new FileOutputStream(file.toFile()));
                }
            }
        } catch (IOException e) {
            throw AtomicFiles.unwritable(folder, e);
        }
    }

    /** Seconds since 1970 at which the file was made, as its file system says. */
    double madeAt() {
        try {
            return Files.getLastModifiedTime(file).toMillis() / 1e3;
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    void append(byte[] record) {
        ByteBuffer framed = ByteBuffer.allocate(record.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(record.length);
        framed.putInt(maskedChecksum(framed.array(), 0, Long.BYTES));
        framed.put(record);
        framed.putInt(maskedChecksum(record, 0, record.length));
        try {
            out.write(framed.array());
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }

    /** CRC-32C, turned and shifted, so that a checksum of bytes that hold checksums stays useful. */
    static int maskedChecksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw AtomicFiles.unwritable(file, e);
        }
    }
}
