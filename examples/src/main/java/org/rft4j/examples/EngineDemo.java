package org.rft4j.examples;

import org.rft4j.engine.DeviceChoice;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeMemory;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.program.NativeOperators;
import org.rft4j.examples.engine.CheckTable;
import org.rft4j.examples.engine.DistributionChecks;
import org.rft4j.examples.engine.HeadChecks;
import org.rft4j.examples.engine.TinyTraining;

/**
 * Shows that the engine works on this machine: every kernel beside the obvious way to compute the same, with the largest
 * difference and both times, then a tiny model that learns a sentence by heart. Takes a device as its argument: {@code cpu}
 * (the default), {@code cuda:0} or {@code auto}.
 */
public final class EngineDemo {
    private EngineDemo() {}

    /**
     * Runs the demonstration.
     *
     * @param args the device, optional
     */
    public static void main(String[] args) {
        DeviceChoice device = args.length > 0 && !args[0].isBlank() ? DeviceChoice.parse(args[0]) : DeviceChoice.cpu();
        int threads = Integer.getInteger("rft4j.threads", 0);
        try (TensorEngine engine = TensorEngine.start(new EngineOptions(device, threads))) {
            System.out.printf(
                    "rft4j engine: %s, %d thread(s), native operators %s%n%n",
                    engine.description(),
                    engine.threads(),
                    NativeOperators.usableOn(engine.device()) ? "in use" : "not in use");
            CheckTable table = new CheckTable();
            long before = NativeMemory.liveArrays(engine.manager());
            try (NativeScope scope = engine.openScope()) {
                HeadChecks.run(table, scope.manager());
                DistributionChecks.run(table, scope.manager());
            }
            table.row("native arrays left behind", NativeMemory.liveArrays(engine.manager()) - before, "0");
            System.out.println();
            boolean learned = TinyTraining.run(engine, ActivationMemory.KEEP_PRODUCTS);
            learned &= TinyTraining.run(engine, ActivationMemory.RECOMPUTE_LAYERS);
            if (table.failed() || !learned) {
                throw new IllegalStateException("A check failed: see above");
            }
        }
    }
}
