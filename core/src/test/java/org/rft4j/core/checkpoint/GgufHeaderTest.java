package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each rule of the format, broken alone. */
class GgufHeaderTest {
    private static final int F32 = 0;
    private static final int Q4_0 = 2;
    private static final int UINT8 = 0;
    private static final int UINT32 = 4;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    @TempDir
    private Path folder;

    @Test
    void readsBothVersions() {
        for (int version : new int[] {2, 3}) {
            byte[] file = file(version, 2, 1, out -> {
                key(out, "general.alignment", UINT32).putInt(64);
                tensor(out, "a", F32, 0, 2);
                tensor(out, "b", Q4_0, 64, 32, 3);
            });
            try (GgufFile gguf = GgufFile.open(write(Arrays.copyOf(file, aligned(file.length, 64) + 64 + 54)))) {
                assertThat(gguf.names()).containsExactly("a", "b");
                assertThat(gguf.info("b").shape().getShape()).containsExactly(3, 32);
                assertThat(gguf.info("b").bytes()).isEqualTo(54);
            }
        }
    }

    @Test
    void beginsAreChecked() {
        assertRefused(new byte[3], "end of file was 3", "must come after magic number");
        assertRefused("GGML0000000000000000000000".getBytes(StandardCharsets.UTF_8), "magic number was 4c4d4747");
        assertRefused(file(1, 0, 0, out -> {}), "version was 1", "must be 2 or 3");
        assertRefused(file(0x03000000, 0, 0, out -> {}), "byte order was big-endian");
        assertRefused(file(3, -1, 0, out -> {}), "number of tensors was 18446744073709551615", "at most 262144");
        assertRefused(file(3, 0, 1 << 20, out -> {}), "number of values was 1048576", "at most 65536");
        assertRefused(file(3, 0, 1, out -> {}), "end of file was 24", "must come after length of key 0");
    }

    @Test
    void valuesAreChecked() {
        assertRefused(file(3, 0, 1, out -> key(out, "k", 13)), "type of k was 13", "from 0 to 12");
        assertRefused(file(3, 0, 1, out -> key(out, "k", BOOL).put((byte) 2)), "k was 2", "must be 0 or 1");
        assertRefused(
                file(3, 0, 2, out -> {
                    key(out, "k", UINT8).put((byte) 2);
                    key(out, "k", UINT8).put((byte) 2);
                }),
                "key k was given twice");
        assertRefused(
                file(3, 0, 1, out -> key(out, "k", STRING).putLong(1L << 40)),
                "length of k was 1099511627776",
                "must be at most 0");
        assertRefused(
                file(3, 0, 1, out -> key(out, "k", ARRAY).putInt(UINT32).putLong(1L << 40)),
                "length of k was 1099511627776",
                "must be at most 0");
        assertRefused(
                file(3, 0, 1, out -> {
                    key(out, "k", ARRAY);
                    for (int i = 0; i < 9; i++) {
                        out.putInt(ARRAY).putLong(1);
                    }
                }),
                "nesting of k was 4",
                "must be less than 4");
        assertRefused(
                file(3, 0, 1, out -> key(out, "general.alignment", UINT32).putInt(3)),
                "general.alignment was 3",
                "power of two");
        assertRefused(
                file(3, 0, 1, out -> key(out, "general.alignment", BOOL).put((byte) 1)),
                "general.alignment was no number");
    }

    @Test
    void tensorsAreChecked() {
        assertRefused(
                file(3, 1, 0, out -> tensor(out, "a", 99, 0, 2)), "type of tensor a was 99", "one that rft4j knows");
        assertRefused(
                file(3, 1, 0, out -> tensor(out, "a", F32, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1)),
                "dimensions of tensor a was 9");
        assertRefused(file(3, 1, 0, out -> tensor(out, "a", F32, 0, -1)), "shape of tensor a was 18446744073709551615");
        assertRefused(file(3, 1, 0, out -> tensor(out, "a", F32, 0, 1L << 40, 1L << 40)), "less than 2^63 bytes");
        assertRefused(file(3, 1, 0, out -> tensor(out, "a", F32, 0, 1L << 40, 1L << 40, 0)), "less than 2^63 bytes");
        assertRefused(
                file(3, 1, 0, out -> tensor(out, "a", Q4_0, 0, 33)),
                "shape of tensor a was [33]",
                "rows of whole blocks of 32");
        assertRefused(file(3, 1, 0, out -> tensor(out, "a", F32, 4, 2)), "offset of tensor a was 4", "multiple of 32");
        assertRefused(file(3, 1, 0, out -> tensor(out, "a", F32, 1L << 40, 2)), "end of tensor a", "cut off?");
        assertRefused(
                file(3, 1, 0, out -> tensor(out, "a", F32, 0, 1000)), "end of tensor a was byte 0 + 4000", "cut off?");
        byte[] overlap = file(3, 2, 0, out -> {
            tensor(out, "a", F32, 0, 16);
            tensor(out, "b", F32, 32, 8);
        });
        assertRefused(
                Arrays.copyOf(overlap, overlap.length + 200),
                "offset of tensor b was 32",
                "must be at least 64",
                "overlaps");
        byte[] twice = file(3, 2, 0, out -> {
            tensor(out, "a", F32, 0, 8);
            tensor(out, "a", F32, 32, 8);
        });
        assertRefused(Arrays.copyOf(twice, twice.length + 200), "tensor a was given twice");
    }

    private void assertRefused(byte[] content, String... parts) {
        Path path = write(content);
        assertThatThrownBy(() -> GgufFile.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(parts)
                .hasMessageStartingWith(path.toString());
    }

    private Path write(byte[] content) {
        return TestFiles.write(folder.resolve("f.gguf"), content);
    }

    private static byte[] file(int version, long tensors, long values, Consumer<ByteBuffer> content) {
        ByteBuffer out = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        out.put("GGUF".getBytes(StandardCharsets.UTF_8))
                .putInt(version)
                .putLong(tensors)
                .putLong(values);
        content.accept(out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static ByteBuffer key(ByteBuffer out, String key, int type) {
        return string(out, key).putInt(type);
    }

    private static void tensor(ByteBuffer out, String name, int type, long offset, long... neighboursFirst) {
        string(out, name).putInt(neighboursFirst.length);
        for (long size : neighboursFirst) {
            out.putLong(size);
        }
        out.putInt(type).putLong(offset);
    }

    private static ByteBuffer string(ByteBuffer out, String text) {
        return out.putLong(text.length()).put(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int aligned(int position, int alignment) {
        return (position + alignment - 1) / alignment * alignment;
    }
}
