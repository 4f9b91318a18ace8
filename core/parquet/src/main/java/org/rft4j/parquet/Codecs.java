package org.rft4j.parquet;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Decompression without Hadoop, whose own way to it needs a dozen more libraries. */
final class Codecs implements CompressionCodecFactory {
    private static final Map<CompressionCodecName, Decompression> KNOWN = Map.of(
            CompressionCodecName.UNCOMPRESSED,
            (bytes, size) -> bytes,
            CompressionCodecName.SNAPPY,
            Codecs::unsnap,
            CompressionCodecName.GZIP,
            Codecs::gunzip,
            CompressionCodecName.ZSTD,
            (bytes, size) -> Zstd.decompress(bytes, size));

    /** The data say how much memory they want; a page says how much it has. */
    private static byte[] unsnap(byte[] bytes, int size) throws IOException {
        int wanted = Snappy.uncompressedLength(bytes);
        if (wanted != size) {
            throw new IOException("a page of " + wanted + " bytes, which must have " + size);
        }
        return Snappy.uncompress(bytes);
    }

    private static byte[] gunzip(byte[] bytes, int size) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return in.readNBytes(size);
        }
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        Decompression decompression = KNOWN.get(codec);
        if (decompression == null) {
            throw new IllegalArgumentException(
                    "compression " + codec + ", which must be one of UNCOMPRESSED, SNAPPY, GZIP, ZSTD");
        }
        return new Decompressor(decompression);
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("files are only read");
    }

    @Override
    public void release() {
        // holds nothing
    }

    @FunctionalInterface
    private interface Decompression {
        byte[] apply(byte[] bytes, int size) throws IOException;
    }

    private record Decompressor(Decompression decompression) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
            return BytesInput.from(decompressed(bytes.toInputStream().readAllBytes(), size));
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size) throws IOException {
            byte[] bytes = new byte[compressedSize];
            input.get(bytes);
            output.put(decompressed(bytes, size));
        }

        private byte[] decompressed(byte[] bytes, int size) throws IOException {
            byte[] result = decompression.apply(bytes, size);
            if (result.length != size) {
                throw new IOException("a page of " + result.length + " bytes, which must have " + size);
            }
            return result;
        }

        @Override
        public void release() {
            // holds nothing
        }
    }
}
