package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.testing.TestEngine;

class NativeScopeTest {
    private final TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(TestEngine.threads()));
    private final NDArray weight = engine.manager().ones(new Shape(3));

    @AfterEach
    void free() {
        engine.close();
    }

    @Test
    void freesWhatItsManagerAndOperatorsOnLongLivedArraysMade() {
        NDArray made;
        NDArray derived;
        NDArray chained;
        try (NativeScope scope = engine.openScope()) {
            made = scope.manager().ones(new Shape(3));
            derived = weight.mul(2); // DJL attaches this to the weight's manager
            chained = weight.add(made).sum();
            assertThat(chained.getFloat()).isEqualTo(6f);
        }
        assertThat(made.isReleased()).isTrue();
        assertThat(derived.isReleased()).isTrue();
        assertThat(chained.isReleased()).isTrue();
        assertThat(weight.isReleased()).isFalse();
        assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(1);
    }

    @Test
    void thousandStepsLeaveNothing() {
        for (int step = 0; step < 1000; step++) {
            try (NativeScope scope = engine.openScope()) {
                weight.mul(2).add(scope.manager().ones(new Shape(3))).sum();
            }
        }
        assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(1);
    }

    @Test
    void whatIsKeptSurvives() {
        NDArray kept;
        try (NativeScope scope = engine.openScope()) {
            kept = scope.keep(weight.mul(2));
            NDArray own = scope.keep(scope.manager().ones(new Shape(2)));
            assertThat(own.getManager()).isSameAs(engine.manager());
        }
        assertThat(kept.toFloatArray()).containsExactly(2, 2, 2);
        assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(3);
    }

    @Test
    void scopesNest() {
        try (NativeScope outer = engine.openScope()) {
            NDArray first = weight.mul(2);
            NDArray inside;
            try (NativeScope inner = engine.openScope()) {
                inside = weight.mul(3);
                assertThat(inner.manager()).isNotSameAs(outer.manager());
            }
            NDArray second = weight.mul(4);
            assertThat(inside.isReleased()).isTrue();
            assertThat(first.isReleased()).isFalse();
            assertThat(second.toFloatArray()).containsExactly(4, 4, 4);
        }
        assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(1);
    }

    @Test
    void aFailureInsideFreesAllTheSame() {
        try (NativeScope scope = engine.openScope()) {
            scope.manager().ones(new Shape(2));
            weight.mul(2);
            throw new IllegalStateException("a step fails");
        } catch (IllegalStateException expected) {
            assertThat(NativeMemory.liveArrays(engine.manager())).isEqualTo(1);
        }
    }

    /** libtorch lets a fresh thread record; a scope does not, or pool threads would keep whole graphs alive. */
    @Test
    @SuppressWarnings("try") // the scope is open, not used
    void nothingIsRecordedOnAnyThread() throws InterruptedException {
        boolean[] recorded = {true, false};
        Thread worker = new Thread(() -> {
            try (NativeScope scope = TestEngine.engine().openScope()) {
                recorded[0] = JniUtils.isGradMode();
            }
            recorded[1] = JniUtils.isGradMode();
        });
        worker.start();
        worker.join();
        assertThat(recorded).containsExactly(false, true);
    }

    @Test
    @SuppressWarnings("try") // closed out of order on purpose
    void onlyTheInnermostScopeKeepsAndCloses() {
        try (NativeScope outer = TestEngine.engine().openScope()) {
            NDArray array = outer.manager().create(1f);
            try (NativeScope inner = TestEngine.engine().openScope()) {
                NDArray mine = inner.manager().create(2f);
                assertThatThrownBy(() -> outer.keep(array))
                        .hasMessageContaining("must be the innermost to keep an array of it");
                assertThatThrownBy(outer::close).hasMessageContaining("must be the innermost to close it");
                assertThat(mine.getFloat()).isEqualTo(2f);
            }
            assertThat(array.getFloat()).isEqualTo(1f);
        }
    }

    @Test
    @SuppressWarnings("try") // the outer scope is open, not used
    void aScopeOfAnotherEngineIsNotAParent() {
        try (TensorEngine other = TensorEngine.start(EngineOptions.onCpu());
                NativeScope mine = TestEngine.engine().openScope()) {
            try (NativeScope theirs = other.openScope()) {
                NDArray kept = theirs.keep(theirs.manager().create(1f));
                assertThat(kept.getManager()).isSameAs(other.manager());
            }
        }
    }
}
