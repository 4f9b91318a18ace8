package org.rft4j.core.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which tensor goes into which file: in the given order, as huggingface_hub does it. */
final class ShardPlan {
    private ShardPlan() {}

    /** A file takes tensors until the next would exceed the limit; a tensor above the limit gets a file of its own. */
    static List<List<SafetensorsWriter.Entry>> split(List<SafetensorsWriter.Entry> entries, long maxBytes) {
        List<List<SafetensorsWriter.Entry>> shards = new ArrayList<>();
        List<SafetensorsWriter.Entry> current = new ArrayList<>();
        long currentBytes = 0;
        for (SafetensorsWriter.Entry entry : entries) {
            long bytes = entry.info().bytes();
            if (bytes > maxBytes) {
                shards.add(List.of(entry));
                continue;
            }
            if (currentBytes + bytes > maxBytes) {
                shards.add(current);
                current = new ArrayList<>();
                currentBytes = 0;
            }
            current.add(entry);
            currentBytes += bytes;
        }
        if (!current.isEmpty()) {
            shards.add(current);
        }
        return shards;
    }

    static String fileName(int shard, int count) {
        return count == 1
                ? TensorFiles.MODEL
                : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", shard + 1, count);
    }

    static boolean isShardName(String fileName) {
        return fileName.matches("model-\\d{5,}-of-\\d{5,}\\.safetensors");
    }
}
