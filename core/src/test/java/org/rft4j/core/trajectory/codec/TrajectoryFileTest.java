package org.rft4j.core.trajectory.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.random.KeyedRandom;

class TrajectoryFileTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final int FACTOR = Integer.getInteger("rft4j.fuzz.factor", 1);
    /** Intact files take 20 kB. */
    private static final long MOST_HEAP = 8 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    private final List<TrajectoryGroup> groups = IntStream.range(0, 20)
            .mapToObj(i -> new Episodes(KeyedRandom.ofSeed(5).derive(i)).group())
            .toList();

    @Test
    void recordsAndHeaderComeBack() throws IOException {
        Path file = folder.resolve("some.trajectories");
        Map<String, Object> header = new LinkedHashMap<>(Map.of("step", 7L, "list", List.of(1, 0.5)));
        header.put("nothing", null);
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, header, groups);
        List<TrajectoryGroup> read = new ArrayList<>();
        assertThat(TrajectoryFile.read(file, TrajectoryCodec.GROUP, read::add)).isEqualTo(header);
        assertThat(read).isEqualTo(groups);
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, Map.of(), List.of());
        assertThat(TrajectoryFile.read(file, TrajectoryCodec.GROUP, group -> {
                    throw new AssertionError("nothing was written");
                }))
                .isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aWriteThatFailsLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("some.trajectories");
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, Map.of(), groups);
        byte[] before = Files.readAllBytes(file);
        Iterable<TrajectoryGroup> failing = () -> groups.stream()
                .peek(group -> {
                    if (group.equals(groups.get(9))) {
                        throw new IllegalStateException("no more");
                    }
                })
                .iterator();
        assertThatThrownBy(() -> TrajectoryFile.write(file, TrajectoryCodec.GROUP, Map.of(), failing))
                .hasMessage("no more");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void everyCutIsNoticed() throws IOException {
        byte[] whole = written(groups.subList(0, 1));
        for (int length = 0; length < whole.length; length++) {
            Path file = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> TrajectoryFile.read(file, TrajectoryCodec.GROUP, group -> {}))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(CheckpointException.class);
        }
    }

    @Test
    void filesOfAnotherKindAreRefused() throws IOException {
        String older = "; take an older copy";
        byte[] whole = written(groups.subList(0, 2));
        refused("PK\3\4 and more".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .hasMessageEndingWith(": beginning was 504b030420616e64, must be that of a file of trajectories, "
                        + "rft4jtrj; name a file that TrajectoryFile wrote");
        refused(new byte[0]).hasMessageContaining(": beginning was , must be that of a file of trajectories");
        refused(changed(whole, 11, 1))
                .hasMessageEndingWith(": version was 1, must be 2; read it with the rft4j that wrote it");
        refused(changed(whole, 12, 'R')).hasMessageEndingWith(": first block was 82, must be a header" + older);
        refused(changed(whole, 18, 1))
                .hasMessageEndingWith(": header was damaged, must have the checksum that was written" + older);
        refused(changed(whole, 13, 0xFF))
                .hasMessageContaining(": length of header was -")
                .hasMessageEndingWith(older);
        refused(changed(whole, 13, 0x7F)).hasMessageEndingWith(": header was cut off, must be whole" + older);
        refused(Arrays.copyOf(whole, whole.length + 3))
                .hasMessageEndingWith(": bytes after the end was 3, must be none" + older);
        Path file = folder.resolve("other");
        TrajectoryFile.write(
                file,
                TrajectoryCodec.TRAJECTORY,
                Map.of(),
                List.of(groups.get(0).members().get(0).trajectory()));
        assertThatThrownBy(() -> TrajectoryFile.read(file, TrajectoryCodec.GROUP, group -> {}))
                .hasMessage(file + ": kind of records was trajectory, must be group; read what it is");
        assertThatThrownBy(() -> TrajectoryFile.read(folder.resolve("none"), TrajectoryCodec.GROUP, group -> {}))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve("none") + ": file was java.nio.file.NoSuchFileException")
                .hasMessageEndingWith(", must be readable; check path and permissions");
    }

    /** Blocks with right checksums whose content makes no sense. */
    @Test
    void recordsThatAreLostOrMalformedAreNoticed() throws IOException {
        byte[] whole = written(groups.subList(0, 2));
        int header = 12 + 9 + ByteBuffer.wrap(whole).getInt(13);
        int record = 9 + ByteBuffer.wrap(whole).getInt(header + 1);
        byte[] without = new byte[whole.length - record];
        System.arraycopy(whole, 0, without, 0, header);
        System.arraycopy(whole, header + record, without, header, without.length - header);
        refused(without).hasMessageEndingWith(": number of records was 1, must be 2; take an older copy");
        byte[] malformed = whole.clone();
        malformed[header + 5] = 9;
        java.util.zip.CRC32 crc = new java.util.zip.CRC32();
        crc.update(malformed[header]);
        crc.update(malformed, header + 5, record - 9);
        ByteBuffer.wrap(malformed).putInt(header + record - 4, (int) crc.getValue());
        refused(malformed)
                .hasMessageContaining(": record 0 was malformed (encoded trajectory was ")
                .hasMessageEndingWith("), must be whole; take an older copy");
    }

    @Test
    void damagedFilesAreReadOrRefused() throws IOException {
        byte[] whole = written(groups);
        Path file = folder.resolve("damaged");
        int refused = 0;
        for (int i = 0; i < 800 * FACTOR; i++) {
            Episodes draws =
                    new Episodes(KeyedRandom.ofSeed(SEED).derive("file").derive(i));
            byte[] damaged = whole.clone();
            for (int change = draws.below(3); change >= 0; change--) {
                int at = draws.below(damaged.length);
                int from = draws.below(damaged.length);
                switch (draws.below(4)) {
                    case 0 -> damaged[at] ^= (byte) (1 << draws.below(8));
                    case 1 ->
                        Arrays.fill(damaged, at, Math.min(damaged.length, at + 4), (byte) (draws.below(2) * 0x7F));
                    case 2 -> damaged = Arrays.copyOf(damaged, at + 1);
                    default ->
                        System.arraycopy(
                                whole,
                                Math.min(from, whole.length - 1),
                                damaged,
                                at,
                                Math.min(50, Math.min(damaged.length - at, whole.length - from)));
                }
            }
            Files.write(file, damaged);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                TrajectoryFile.read(file, TrajectoryCodec.GROUP, group -> {});
            } catch (CheckpointException e) {
                assertThat(e).hasMessageContainingAll(file.toString(), " was ", ", must ", "; ");
                refused++;
            } catch (Throwable e) {
                throw new AssertionError("file " + i + " of seed " + SEED + " ended in " + e, e);
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("heap for file %d", i)
                    .isLessThan(MOST_HEAP);
        }
        assertThat(refused).isGreaterThan(760 * FACTOR);
    }

    @Test
    void aHeaderThatIsNotDataIsRefused() {
        assertThatThrownBy(() -> TrajectoryFile.write(
                        folder.resolve("x"), TrajectoryCodec.GROUP, Map.of("thread", Thread.currentThread()), groups))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("was a java.lang.Thread, must be null, a boolean");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> refused(byte[] content)
            throws IOException {
        Path file = Files.write(folder.resolve("refused"), content);
        return assertThatThrownBy(() -> TrajectoryFile.read(file, TrajectoryCodec.GROUP, group -> {}))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ");
    }

    private byte[] written(List<TrajectoryGroup> some) throws IOException {
        Path file = folder.resolve("whole");
        TrajectoryFile.write(file, TrajectoryCodec.GROUP, Map.of("a", 1), some);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return bytes;
    }

    private static byte[] changed(byte[] whole, int at, int value) {
        byte[] changed = whole.clone();
        changed[at] = (byte) value;
        return changed;
    }
}
