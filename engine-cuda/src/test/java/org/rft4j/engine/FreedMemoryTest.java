package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What threads have freed goes back to the system. */
class FreedMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int ARRAYS = 640;
    private static final int EACH_BYTES = 1 << 19;
    private static final int STAYS = 32;
    private static final long MUST_GO = 160L << 20;

    @Test
    void whatAPassingThreadHasFreedIsGoneBehindIt() throws Exception {
        assumeThat(STATUS).exists();
        assumeThat(canTrim()).isTrue();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu())) {
            long[] within = new long[1];
            List<NDArray> left = PassingThread.call(() -> fillAndFree(engine, within));
            assertThat(within[0] - residentBytes()).isGreaterThan(MUST_GO);
            for (NDArray array : left) {
                assertThat(array.sum().getFloat()).isEqualTo(EACH_BYTES / Float.BYTES);
            }
        }
    }

    /** Leaves holes between arrays that stay, which malloc cannot give back by itself. */
    private static List<NDArray> fillAndFree(TensorEngine engine, long[] resident) {
        engine.manager().ones(new Shape(EACH_BYTES)).close(); // from now on malloc takes smaller arrays from its arenas
        List<NDArray> all = new ArrayList<>();
        for (int n = 0; n < ARRAYS; n++) {
            all.add(engine.manager().ones(new Shape(EACH_BYTES / Float.BYTES), DataType.FLOAT32));
        }
        List<NDArray> left = new ArrayList<>();
        for (int n = 0; n < ARRAYS; n++) {
            if (n % STAYS == 0) {
                left.add(all.get(n));
            } else {
                all.get(n).close();
            }
        }
        resident[0] = residentBytes();
        return left;
    }

    private static boolean canTrim() throws Exception {
        return ManagementFactory.getPlatformMBeanServer()
                .isRegistered(ObjectName.getInstance("com.sun.management:type=DiagnosticCommand"));
    }

    private static long residentBytes() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
