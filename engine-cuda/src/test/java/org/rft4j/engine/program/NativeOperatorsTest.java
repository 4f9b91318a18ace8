package org.rft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import org.junit.jupiter.api.Test;

/**
 * The hand-written operators are optional. Run the whole suite with {@code -Drft4j.operators.library=<file>
 * -Drft4j.operators.onCpu=true} to hold them to every golden value and twin that the portable head is held to.
 */
class NativeOperatorsTest {
    @Test
    void theProcessorUsesThemOnlyWhenAskedTo() {
        boolean asked = Boolean.getBoolean(NativeOperators.ON_CPU);
        assertThat(NativeOperators.usableOn(Device.cpu())).isEqualTo(asked && NativeOperators.present());
    }

    @Test
    void areThereWhenALibraryIsNamed() {
        assumeTrue(System.getProperty(NativeOperators.LIBRARY) != null, "skipped: no -Drft4j.operators.library given");
        assertThat(NativeOperators.present()).isTrue();
        assertThat(TensorProgram.named("head_native").functionNames()).containsExactly("score", "backward");
    }
}
