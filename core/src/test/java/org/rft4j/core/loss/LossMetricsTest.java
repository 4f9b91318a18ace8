package org.rft4j.core.loss;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.TensorEngine;

/** Numbers beside a loss. */
class LossMetricsTest {
    @Test
    void numbersOfDifferentPrecisionAreReadTogether() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                NativeScope scope = engine.openScope()) {
            NDArray mean = scope.manager().create(0.5f);
            NDArray timesADouble = scope.manager().create(0.5f).mul(0.25);
            assertThat(timesADouble.getDataType()).isEqualTo(DataType.FLOAT64);

            assertThat(new LossMetrics()
                            .share("policy_loss", mean)
                            .share("loss", timesADouble)
                            .read())
                    .hasToString("{policy_loss=" + new LossMetrics.Number(0.5, LossMetrics.Joined.ADDED) + ", loss="
                            + new LossMetrics.Number(0.125, LossMetrics.Joined.ADDED) + "}");
        }
    }
}
