package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.testing.TestEngine;

class TensorEngineTest {
    @Test
    void startsOnTheProcessorWithTheThreadsAskedFor() {
        int before = TestEngine.engine().threads();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(1))) {
            assertThat(engine.device()).isEqualTo(Device.cpu());
            assertThat(engine.threads()).isEqualTo(1);
            assertThat(engine.description()).startsWith("libtorch ").endsWith(" on cpu");
            assertThat(engine.manager().ones(new Shape(2)).sum().getFloat()).isEqualTo(2f);
        } finally {
            TensorEngine.start(EngineOptions.onCpu().withThreads(before)).close();
        }
        assertThat(TestEngine.engine().threads()).isEqualTo(before);
    }

    @Test
    void closingFreesWhatTheEngineHolds() {
        TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
        NDArray array = engine.manager().ones(new Shape(2));
        assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(1);
        engine.close();
        assertThat(array.isReleased()).isTrue();
    }

    @Test
    void cudaWithoutCudaNamesWhatIsThereAndTheWayOut() {
        assumeFalse(hasCuda(), "this machine has CUDA");
        assertThatThrownBy(() -> TensorEngine.start(new EngineOptions(DeviceChoice.cuda(0), 0)))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll(
                        "Device cuda:0 cannot be used",
                        "libtorch 2.7.1",
                        "0 GPU(s)",
                        "pytorch-native-cu128",
                        "PYTORCH_LIBRARY_PATH",
                        "use device cpu, or auto");
    }

    @Test
    void automaticIsTheProcessorWithoutCuda() {
        assumeFalse(hasCuda(), "this machine has CUDA");
        try (TensorEngine engine = TensorEngine.start(new EngineOptions(DeviceChoice.automatic(), 0))) {
            assertThat(engine.device()).isEqualTo(Device.cpu());
        }
    }

    /** A device mismatch needs two devices. */
    @Test
    @Tag("gpu")
    void arraysOnTwoDevicesAreRefused() {
        assumeTrue(hasCuda(), "needs a CUDA device and the CUDA natives: a mismatch cannot be made on one device");
        try (NativeScope scope = TestEngine.scope();
                TensorEngine gpu = TensorEngine.start(new EngineOptions(DeviceChoice.cuda(0), 0))) {
            NDArray weight = gpu.manager().ones(new Shape(4, 2));
            NDArray bias = scope.manager().ones(new Shape(4)).toDevice(Device.cpu(), false);
            assertThatThrownBy(() -> new LmHead(weight, bias, 0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll("device of head bias", "gpu(0)", "move it with toDevice");
        }
    }

    private static boolean hasCuda() {
        try {
            TensorEngine.start(new EngineOptions(DeviceChoice.cuda(0), 0)).close();
            return true;
        } catch (EngineException e) {
            return false;
        }
    }
}
