package org.rft4j.core.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.files.AtomicFiles;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.TensorBytes;

/**
 * Writes safetensors files, byte for byte as Python's {@code safetensors.torch.save_file} does: tensors by the width of their
 * type, then by name; the header padded with spaces to a multiple of 8. A file appears whole or not at all, and what was
 * there before stays until then. Numbers pass through one buffer of at most 16 MiB outside the Java heap.
 */
public final class SafetensorsWriter {
    /** The reference's order of types. */
    private static final List<StoredType> TYPES =
            List.of(StoredType.I64, StoredType.F64, StoredType.F32, StoredType.BF16, StoredType.F16);

    private static final Comparator<Entry> FILE_ORDER = Comparator.<Entry>comparingInt(
                    entry -> TYPES.indexOf(entry.info.type()))
            .thenComparing(entry -> entry.info.name());

    private static final int ALIGNMENT = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    private SafetensorsWriter() {}

    /**
     * Writes one file, however large.
     *
     * @param file the file, in a folder that exists; replaced if it exists
     * @param tensors arrays of fp64, fp32, fp16, bf16 or int64 by name, on any device
     * @param options float format and metadata; the limit on a file's size does not apply
     */
    public static void writeFile(Path file, Map<String, NDArray> tensors, SaveOptions options) {
        List<Entry> entries = entries(tensors, options);
        try (AtomicFiles files = new AtomicFiles()) {
            files.write(file, out -> writeTensors(out, entries, options.metadata()));
            files.commit();
        }
    }

    /**
     * Writes a checkpoint into a folder: {@code model.safetensors}, or several files and their index. Files of an older
     * checkpoint there are deleted once the new one is complete. Where old and new have several files each, a reader that
     * comes while they are renamed can meet both: write to a fresh folder and rename it where that matters.
     *
     * @param folder the folder; made if it does not exist
     * @param tensors arrays of fp64, fp32, fp16, bf16 or int64 by name, on any device, in the order in which they fill files
     * @param options size of a file, float format and metadata
     * @return the files that hold tensors
     */
    public static List<Path> writeFolder(Path folder, Map<String, NDArray> tensors, SaveOptions options) {
        List<List<Entry>> shards = ShardPlan.split(entries(tensors, options), options.maxShardBytes());
        if (shards.isEmpty()) {
            shards.add(List.of());
        }
        List<Path> written = new ArrayList<>();
        try (AtomicFiles files = new AtomicFiles()) {
            Files.createDirectories(folder);
            Map<String, String> weightMap = new TreeMap<>();
            for (int i = 0; i < shards.size(); i++) {
                List<Entry> shard = shards.get(i);
                String name = ShardPlan.fileName(i, shards.size());
                shard.forEach(entry -> weightMap.put(entry.info.name(), name));
                files.write(folder.resolve(name), out -> writeTensors(out, shard, options.metadata()));
                written.add(folder.resolve(name));
            }
            if (shards.size() > 1) {
                files.write(folder.resolve(TensorFiles.INDEX), out -> writeFully(out, index(shards, weightMap)));
            }
            files.commit();
            deleteOlder(folder, written);
        } catch (IOException e) {
            throw AtomicFiles.unwritable(folder, e);
        }
        return written;
    }

    private static List<Entry> entries(Map<String, NDArray> tensors, SaveOptions options) {
        List<Entry> entries = new ArrayList<>();
        tensors.forEach((name, array) -> entries.add(entry(name, array, options.floatsAs())));
        return entries;
    }

    private static Entry entry(String name, NDArray array, @Nullable StoredType floatsAs) {
        Check.that(
                !name.isEmpty() && !name.equals(SafetensorsHeader.METADATA),
                "name of a tensor",
                "'" + name + "'",
                "must not be empty nor " + SafetensorsHeader.METADATA,
                "rename it");
        Check.that(!array.isReleased(), "tensor " + name, "closed", "must be alive", "write it before closing it");
        DataType type = Shapes.typeOf(array);
        StoredType stored = StoredType.of(type)
                .orElseThrow(() -> new InvalidInputException(
                        "data type of tensor " + name,
                        type,
                        "must be fp64, fp32, fp16, bf16 or int64",
                        "convert it or leave it out"));
        StoredType target = floatsAs == null || stored == StoredType.I64 ? stored : floatsAs;
        long bytes = array.size() * target.blockBytes();
        return new Entry(new TensorInfo(name, target, array.getShape(), bytes), array);
    }

    private static void writeTensors(FileChannel out, List<Entry> entries, Map<String, String> metadata)
            throws IOException {
        List<Entry> inOrder = entries.stream().sorted(FILE_ORDER).toList();
        writeFully(out, header(inOrder, metadata));
        long largest =
                inOrder.stream().mapToLong(entry -> entry.info.bytes()).max().orElse(0);
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(MappedFile.SLICE, largest))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (Entry entry : inOrder) {
            try (NDArray flat = TensorBytes.flat(entry.array)) {
                writeNumbers(out, entry, flat, buffer);
            }
        }
    }

    private static void writeNumbers(FileChannel out, Entry entry, NDArray flat, ByteBuffer buffer) throws IOException {
        DataType type = entry.info.type().dataType().orElseThrow();
        long bytes = entry.info.bytes();
        for (long at = 0; at < bytes; at += buffer.capacity()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), bytes - at));
            long lost = TensorBytes.read(flat, at / type.getNumOfBytes(), buffer, type);
            Check.that(
                    lost == 0,
                    "tensor " + entry.info.name(),
                    "of " + lost + " or more numbers too large for " + entry.info.type(),
                    "must stay finite",
                    "save it as BF16 or F32");
            writeFully(out, buffer);
        }
    }

    private static ByteBuffer header(List<Entry> inOrder, Map<String, String> metadata) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode about = root.putObject(SafetensorsHeader.METADATA);
        metadata.forEach(about::put);
        long end = 0;
        for (Entry entry : inOrder) {
            ObjectNode tensor = root.putObject(entry.info.name());
            tensor.put("dtype", entry.info.type().name());
            tensor.set("shape", JSON.valueToTree(entry.info.shape().getShape()));
            tensor.putArray("data_offsets").add(end).add(end + entry.info.bytes());
            end += entry.info.bytes();
        }
        byte[] text = JSON.writeValueAsBytes(root);
        int length = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer header = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(text);
        while (header.hasRemaining()) {
            header.put((byte) ' ');
        }
        return header.flip();
    }

    private static ByteBuffer index(List<List<Entry>> shards, Map<String, String> weightMap) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("metadata")
                .put(
                        "total_size",
                        shards.stream()
                                .flatMap(List::stream)
                                .mapToLong(entry -> entry.info.bytes())
                                .sum());
        root.set("weight_map", JSON.valueToTree(weightMap));
        String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** First what a reader prefers to the new files: {@code model.safetensors}. */
    private static void deleteOlder(Path folder, List<Path> written) throws IOException {
        Set<Path> keep = new HashSet<>(written);
        List<Path> older = new ArrayList<>();
        older.add(folder.resolve(TensorFiles.MODEL));
        if (written.size() == 1) {
            older.add(folder.resolve(TensorFiles.INDEX));
        }
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> ShardPlan.isShardName(String.valueOf(file.getFileName())))
                    .forEach(older::add);
        }
        for (Path file : older) {
            if (!keep.contains(file)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * A tensor to write.
     *
     * @param info as it will stand in the file
     * @param array its numbers
     */
    record Entry(TensorInfo info, NDArray array) {}
}
