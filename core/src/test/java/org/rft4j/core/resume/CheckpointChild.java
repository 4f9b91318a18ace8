package org.rft4j.core.resume;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Another process that uses a run folder: it writes checkpoints until it is killed. */
final class CheckpointChild {
    static final int BYTES = 300_000;

    private CheckpointChild() {}

    /**
     * Writes checkpoints, each full of its number, and keeps two.
     *
     * @param arguments the run folder
     * @throws IOException if the standard input breaks
     */
    public static void main(String[] arguments) throws IOException {
        try (CheckpointFolder folder = CheckpointFolder.open(Path.of(arguments[0]))) {
            long step = folder.newest().map(Checkpoint::step).orElse(0L);
            while (System.in.available() == 0) {
                step++;
                try (CheckpointWriter writer = folder.begin(step)) {
                    byte fill = (byte) step;
                    writer.file("a.bin", out -> out.write(filled(fill)));
                    writer.file("part/b.bin", out -> out.write(filled(fill)));
                    writer.commit(JsonNodeFactory.instance.objectNode().put("fill", step));
                }
                folder.prune(2);
            }
        }
    }

    private static byte[] filled(byte value) {
        byte[] bytes = new byte[BYTES];
        Arrays.fill(bytes, value);
        return bytes;
    }
}
