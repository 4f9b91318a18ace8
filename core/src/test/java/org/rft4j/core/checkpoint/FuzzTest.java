package org.rft4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Damaged files either load or are refused with a {@link CheckpointException}: no other exception, no crash, no hang, no
 * memory out of proportion. {@code -Drft4j.fuzz.seed} and {@code -Drft4j.fuzz.factor} try others and more.
 */
class FuzzTest {
    private static final long SEED = Long.getLong("rft4j.fuzz.seed", 20_260_101L);
    private static final int FACTOR = Integer.getInteger("rft4j.fuzz.factor", 1);
    /** Intact files take up to 600 kB; the first failures load classes. */
    private static final long MOST_HEAP = 8 << 20;
    /** What makes a file break comes to light in the header, or with any tensor. */
    private static final int LOADED_OF_EACH = 2;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    @BeforeAll
    static void loadClasses() {
        for (String name : List.of("loadable.safetensors", "others.safetensors")) {
            SafetensorsFile.open(TestFiles.golden(name)).close();
        }
        for (String name : List.of("llama.gguf", "gemma3.gguf")) {
            try (NativeScope scope = TestEngine.scope();
                    GgufModel model = GgufModel.open(TestFiles.golden(name))) {
                model.weights()
                        .names()
                        .forEach(tensor -> model.weights().load(tensor, Precision.BF16, scope.manager()));
            }
        }
    }

    @Test
    @Timeout(240)
    void damagedSafetensorsAreReadOrRefused() throws IOException {
        Mutations mutations = new Mutations(
                List.of(
                        TestFiles.bytes(TestFiles.golden("loadable.safetensors")),
                        TestFiles.bytes(TestFiles.golden("others.safetensors")),
                        TestFiles.safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}} ", 8),
                        TestFiles.bytes(TestFiles.golden("wide_as_bf16.safetensors"))),
                List.of(
                        "F64",
                        "BF16",
                        "\"I64\"",
                        "[",
                        "]",
                        "{",
                        "}",
                        ",",
                        "-1",
                        "99999999999999999999",
                        "0",
                        "1e3",
                        "[[[[[[[[[",
                        "{\"\":{\"\":{\"\":{",
                        "\"__metadata__\":",
                        "null",
                        "\\u0000",
                        "\"shape\":[",
                        "\n"));
        int[] outcomes = new int[2];
        for (int i = 0; i < 20_000 * FACTOR; i++) {
            byte[] damaged = mutations.damaged(
                    KeyedRandom.ofSeed(SEED).derive("safetensors").derive(i));
            outcomes[tryOut(i, damaged, path -> SafetensorsFile.open(path)) ? 0 : 1]++;
        }
        assertThat(outcomes[0]).as("loaded").isGreaterThan(1000 * FACTOR);
        assertThat(outcomes[1]).as("refused").isGreaterThan(10_000 * FACTOR);
    }

    @Test
    @Timeout(240)
    void damagedGgufFilesAreReadOrRefused() throws IOException {
        Mutations mutations = new Mutations(
                List.of(
                        TestFiles.bytes(TestFiles.golden("blocks.gguf")),
                        TestFiles.bytes(TestFiles.golden("llama.gguf")),
                        TestFiles.bytes(TestFiles.golden("gemma3.gguf"))),
                List.of("GGUF", "general.alignment", "blk.0.attn_q.weight", "llama.block_count", "\t\0\0\0\t\0\0\0"));
        int[] outcomes = new int[2];
        for (int i = 0; i < 5000 * FACTOR; i++) {
            byte[] damaged =
                    mutations.damaged(KeyedRandom.ofSeed(SEED).derive("gguf").derive(i));
            outcomes[tryOut(i, damaged, path -> GgufFile.open(path)) ? 0 : 1]++;
            tryOut(i, damaged, path -> GgufModel.open(path).weights());
        }
        assertThat(outcomes[0]).as("loaded").isGreaterThan(250 * FACTOR);
        assertThat(outcomes[1]).as("refused").isGreaterThan(2000 * FACTOR);
    }

    private boolean tryOut(int number, byte[] content, Opening opening) throws IOException {
        Path path = TestFiles.write(folder.resolve(number + ".bin"), content);
        NDManager owner = TestEngine.engine().manager();
        long live = NativeMemory.liveArrays(owner);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean loaded = false;
        try (NativeScope scope = TestEngine.scope();
                TensorSource source = opening.open(path)) {
            for (String name : source.names().stream().limit(LOADED_OF_EACH).toList()) {
                if (source.info(name).type().isLoadable()) {
                    source.load(name, Precision.BF16, scope.manager());
                }
            }
            loaded = true;
        } catch (CheckpointException e) {
            assertThat(e).hasMessageContainingAll(path.toString(), " was ", ", must ", "; ");
        } catch (Throwable e) {
            throw new AssertionError("file " + number + " of seed " + SEED + " ended in " + e, e);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .as("heap for file %d of seed %d", number, SEED)
                .isLessThan(MOST_HEAP);
        assertThat(NativeMemory.liveArrays(owner)).isEqualTo(live);
        Files.delete(path);
        return loaded;
    }

    /** How to open a file. */
    @FunctionalInterface
    private interface Opening {
        TensorSource open(Path path);
    }
}
