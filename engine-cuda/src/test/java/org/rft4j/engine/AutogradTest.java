package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.program.Precision;
import org.rft4j.engine.testing.Tensors;
import org.rft4j.engine.testing.TestEngine;

@SuppressWarnings("try") // a recording is a scope: nothing to refer to
class AutogradTest {
    private static final int NUMBERS = 1024;

    private static final float ROUNDING = 1e-5f;

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();
    private final NDArray x = manager.create(new float[] {1, 2, 3});
    private boolean modeBefore;

    @BeforeEach
    void rememberMode() {
        modeBefore = JniUtils.isGradMode();
        x.setRequiresGradient(true);
    }

    @AfterEach
    void free() {
        assertThat(JniUtils.isGradMode()).isEqualTo(modeBefore);
        scope.close();
    }

    /** DJL forgets the buffer that a number lies in; the garbage collector must not have it while the way back is to come. */
    @Test
    void numbersOfAnExpressionOutliveTheGarbageCollector() {
        NDArray sum = manager.create(0f);
        try (Autograd.Recording recording = Autograd.record()) {
            for (int term = 0; term < NUMBERS; term++) {
                sum = sum.add(x.mul(1.0 / NUMBERS).sum());
            }
        }
        List<ByteBuffer> others = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            System.gc();
            for (int i = 0; i < NUMBERS; i++) {
                others.add(ByteBuffer.allocateDirect(Double.BYTES).putDouble(0, Double.NaN));
            }
        }
        Autograd.backward(sum);
        assertThat(others).hasSize(3 * NUMBERS);
        assertThat(x.getGradient().toFloatArray()).containsExactly(new float[] {1, 1, 1}, within(ROUNDING));
    }

    @Test
    void gradientsOfAScalarAddUp() {
        for (int call = 1; call <= 2; call++) {
            try (Autograd.Recording recording = Autograd.record()) {
                Autograd.backward(x.mul(x).sum());
            }
            assertThat(x.getGradient().toFloatArray()).containsExactly(2 * call, 4 * call, 6 * call);
        }
    }

    @Test
    void aGivenGradientIsWhereItStarts() {
        try (Autograd.Recording recording = Autograd.record()) {
            Autograd.backward(x.mul(x), manager.create(new float[] {1, 0, -1}));
        }
        assertThat(x.getGradient().toFloatArray()).containsExactly(2, 0, -6);
    }

    @Test
    void recordingsNestAndRestore() {
        JniUtils.setGradMode(false);
        try (Autograd.Recording outer = Autograd.record()) {
            try (Autograd.Recording inner = Autograd.record()) {
                assertThat(JniUtils.isGradMode()).isTrue();
            }
            assertThat(JniUtils.isGradMode()).isTrue();
            Autograd.backward(x.sum());
        }
        assertThat(JniUtils.isGradMode()).isFalse();
        JniUtils.setGradMode(modeBefore);
        assertThat(x.getGradient().toFloatArray()).containsExactly(1, 1, 1);
    }

    @Test
    void backwardRefusesWhatIsNoScalar() {
        try (Autograd.Recording recording = Autograd.record()) {
            NDArray y = x.mul(2);
            assertThatThrownBy(() -> Autograd.backward(y))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll("loss was an array of shape (3)", "must be a scalar", "reduce it");
            assertThatThrownBy(() -> Autograd.backward(y, manager.ones(new Shape(2))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll("shape of gradient was [2]", "must be [3]");
        }
    }

    @Test
    void backwardOfWhatWasNotRecordedExplains() {
        JniUtils.setGradMode(false);
        NDArray unrecorded = x.sum();
        JniUtils.setGradMode(modeBefore);
        assertThatThrownBy(() -> Autograd.backward(unrecorded))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("Gradients cannot run back", "inside Autograd.record()");
    }

    @Test
    void backwardRunsOnce() {
        try (Autograd.Recording recording = Autograd.record()) {
            NDArray y = x.mul(x).sum();
            Autograd.backward(y);
            assertThatThrownBy(() -> Autograd.backward(y))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("run back only once");
        }
    }

    @Test
    void aDefinedGradientIsZeroAndAnExistingOneStays() {
        NDArray narrow = Precision.BF16.convert(manager.ones(new Shape(2)));
        narrow.setRequiresGradient(true);
        Autograd.defineGradient(narrow);
        assertThat(Shapes.typeOf(narrow.getGradient())).isEqualTo(Precision.BF16.dataType());
        assertThat(Tensors.doubles(narrow.getGradient())).containsExactly(0, 0);

        try (Autograd.Recording recording = Autograd.record()) {
            Autograd.backward(x.sum());
        }
        Autograd.defineGradient(x);
        assertThat(x.getGradient().toFloatArray()).containsExactly(1, 1, 1);
        NDArray constant = manager.ones(new Shape(2));
        Autograd.defineGradient(constant);
        assertThat(constant.hasGradient()).isFalse();
    }
}
