package org.rft4j.engine.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "head",
                "support",
                "rules",
                "sampling",
                "distribution",
                "heads",
                "adamw",
                "schedules",
                "decoder",
                "decoder_padded",
                "decoder_head_dim"
            })
    void everyFileReadsAndSaysWhereItComesFrom(String name) {
        GoldenFile file = GoldenFile.load(name);

        assertThat(file.generator()).endsWith(".py");
        assertThat(file.versions()).containsKeys("torch", "numpy");
        assertThat(file.cases()).isNotEmpty().allSatisfy(one -> {
            assertThat(one.inputs()).isNotEmpty();
            assertThat(one.outputs()).isNotEmpty();
        });
    }

    @Test
    void typedAccessKeepsNumbersExactly() {
        GoldenFile.Case one = GoldenFile.load("head").get("temperature");

        assertThat((float) one.number("temperature", 1)).isEqualTo(0.7f);
        assertThat(one.number("absent", 2)).isEqualTo(2);
        assertThat(one.has("bias")).isFalse();
        assertThat(one.has("grad_weight")).isTrue();
        assertThat(one.shape("hidden")).isEqualTo(new Shape(2, 4, 6));
        assertThat(one.longs("ids")).hasSize(8);
        double[] exact = one.doubles("hidden");
        float[] rounded = one.floats("hidden");
        for (int i = 0; i < exact.length; i++) {
            assertThat((double) rounded[i]).isEqualTo(exact[i]);
        }
    }

    @Test
    void becomesNativeArrays() {
        GoldenFile.Case one = GoldenFile.load("head").get("plain");

        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray ids = one.toArray(manager, "ids", DataType.INT64);
            NDArray hidden = one.toArray(manager, "hidden", DataType.FLOAT64);
            assertThat(ids.getShape()).isEqualTo(new Shape(2, 4));
            assertThat(ids.toLongArray()).isEqualTo(one.longs("ids"));
            assertThat(hidden.toDoubleArray()).isEqualTo(one.doubles("hidden"));
            assertThat(one.toArray(manager, "hidden", DataType.FLOAT32).toFloatArray())
                    .isEqualTo(one.floats("hidden"));
            assertThat(one.toArray(manager, "ids", DataType.INT32).getDataType())
                    .isEqualTo(DataType.INT32);
        }
    }

    @Test
    void handCheckedNumbersAreInTheFile() {
        GoldenFile file = GoldenFile.load("distribution");

        assertThat(file.get("literal_forward_kl").doubles("value")[0]).isCloseTo(0.36806, within(5e-6));
        assertThat(file.get("literal_reverse_kl").doubles("value")[0]).isCloseTo(0.51083, within(5e-6));
        assertThat(file.get("literal_jsd").doubles("value")[0]).isCloseTo(0.10175, within(5e-6));
        double[] descent = file.get("literal_one_token_rollout").doubles("grad_hidden");
        assertThat(descent).containsExactly(new double[] {-0.275, 0.165, 0.110}, within(1e-6));
    }

    @Test
    void aMissingNameIsNamed() {
        GoldenFile file = GoldenFile.load("head");

        assertThatThrownBy(() -> file.get("plain").floats("logits"))
                .hasMessageContaining("plain")
                .hasMessageContaining("logits")
                .hasMessageContaining("hidden");
        assertThatThrownBy(() -> file.get("nothing"))
                .hasMessageContaining("nothing")
                .hasMessageContaining("plain");
        assertThatThrownBy(() -> GoldenFile.load("nothing")).hasMessageContaining("/golden/nothing.json");
        assertThatThrownBy(() -> file.get("plain").longs("hidden")).hasMessageContaining("whole numbers");
    }
}
