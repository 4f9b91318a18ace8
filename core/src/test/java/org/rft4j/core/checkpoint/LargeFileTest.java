package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;

/** Much larger than a slice, a window or a Java buffer: nothing of it goes through the Java heap. */
@Tag("newest-jdk")
class LargeFileTest {
    private static final int ROWS = 4096;
    private static final int COLUMNS = 4097;
    private static final int NUMBERS = ROWS * COLUMNS;
    private static final long MOST_HEAP = 4 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    @Test
    void writingAndLoadingTakeNoHeapAndLeaveNothing() throws IOException {
        NDManager owner = TestEngine.engine().manager();
        Path path = folder.resolve("large.safetensors");
        saveAndLoadOnce(path, 4);
        long arrays = NativeMemory.liveArrays(owner);
        long heap = THREADS.getCurrentThreadAllocatedBytes();
        saveAndLoadOnce(path, NUMBERS);
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - heap).isLessThan(MOST_HEAP);
        assertThat(Files.size(path)).isGreaterThan(64 << 20);
        assertThat(NativeMemory.liveArrays(owner)).isEqualTo(arrays);
    }

    private static void saveAndLoadOnce(Path path, int numbers) {
        try (NativeScope scope = TestEngine.scope()) {
            NDManager manager = scope.manager();
            NDArray weight = manager.arange(0f, (float) numbers, 1f).reshape(-1, numbers > ROWS ? COLUMNS : 1);
            SafetensorsWriter.writeFile(path, Map.of("w", weight), SaveOptions.DEFAULT);
            try (TensorSource file = TensorFiles.open(path)) {
                NDArray wide = file.load("w", Precision.FP32, manager);
                assertThat(wide.contentEquals(weight)).isTrue();
                NDArray narrow = Precision.FP32.convert(file.load("w", Precision.BF16, manager));
                assertThat(narrow.contentEquals(Precision.FP32.convert(Precision.BF16.convert(weight))))
                        .isTrue();
            }
        }
    }

    @Test
    void blocksOfManySlicesAreDecodedInOrder() throws IOException {
        int blocks = 70_000; // 2.2 million numbers: three pieces of a million
        ByteBuffer data = ByteBuffer.allocate(blocks * 34).order(ByteOrder.LITTLE_ENDIAN);
        for (int block = 0; block < blocks; block++) {
            data.putShort((short) 0x3C00); // a scale of 1
            for (int i = 0; i < 32; i++) {
                data.put((byte) (block + i));
            }
        }
        Path path = folder.resolve("large.gguf");
        Files.write(path, GgufBytes.oneTensor("w", 8, data.array(), blocks * 32L));
        try (NativeScope scope = TestEngine.scope();
                TensorSource file = TensorFiles.open(path)) {
            float[] numbers = file.load("w", Precision.FP32, scope.manager()).toFloatArray();
            assertThat(numbers).hasSize(blocks * 32);
            for (int i = 0; i < numbers.length; i++) {
                if (numbers[i] != (byte) (i / 32 + i % 32)) {
                    assertThat(numbers[i]).as("number %d", i).isEqualTo((byte) (i / 32 + i % 32));
                }
            }
        }
    }

    /** The file has holes, so that it takes no space; its middle is beyond what a Java buffer can reach. */
    @Test
    void tensorsBeyondTwoGigabytesAreReachedInWindows() throws IOException {
        long numbers = 5L << 29;
        Path path = folder.resolve("huge.safetensors");
        String header = "{\"huge\":{\"dtype\":\"BF16\",\"shape\":[5,536870912],\"data_offsets\":[0," + 2 * numbers
                + "]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + 2 * numbers + "," + (2 * numbers + 8)
                + "]}}";
        byte[] head = TestFiles.safetensors(header, 0);
        try (RandomAccessFile out = new RandomAccessFile(path.toFile(), "rw")) {
            out.write(head);
            out.seek(head.length + 2 * numbers);
            out.write(new byte[] {0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40});
        }
        try (NativeScope scope = TestEngine.scope();
                SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.info("huge").shape()).isEqualTo(new Shape(5, 1 << 29));
            assertThat(file.info("huge").bytes()).isEqualTo(5L << 30);
            assertThat(file.load("last", Precision.FP32, scope.manager()).toFloatArray())
                    .containsExactly(1, 2);
        }
    }

    @Test
    void slicesMayCrossWindows() {
        byte[] content = new byte[MappedFile.SLICE + 9000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 256);
        }
        Path path = TestFiles.write(folder.resolve("f"), content);
        try (MappedFile file = MappedFile.open(path, 4096)) {
            for (int start : new int[] {0, 1, 4095, 4096, 4097, 8999}) {
                ByteBuffer expected = ByteBuffer.wrap(content, start, MappedFile.SLICE);
                file.read(start, MappedFile.SLICE, slice -> assertThat(slice).isEqualTo(expected));
            }
            assertThat(file.copy(content.length, 0).remaining()).isZero();
            assertThatThrownBy(() -> file.copy(content.length - 1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    /** Pages of a mapping count as the process's own: a window is given back when the next one is needed. */
    @Test
    void atMostOneWindowIsMapped() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.isReadable(maps), "needs a system that lists its mappings");
        Path path = TestFiles.write(folder.resolve("mapped-once"), new byte[MappedFile.SLICE]);
        try (MappedFile file = MappedFile.open(path, 1 << 20)) {
            for (int start = 0; start < MappedFile.SLICE; start += 1 << 20) {
                file.copy(start, 8);
                assertThat(mappings(maps)).isEqualTo(1);
            }
        }
        assertThat(mappings(maps)).isZero();
    }

    private static long mappings(Path maps) throws IOException {
        return Files.readAllLines(maps).stream()
                .filter(line -> line.endsWith("mapped-once"))
                .count();
    }
}
