package org.rft4j.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.policy.ModelMemory;
import org.rft4j.core.run.Finding;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.program.Precision;

class MemoryForecastTest {
    private static final long MIB = 1L << 20;
    /** The sizes of stories15M. */
    private static final DecoderConfig SMALL = DecoderConfig.builder()
            .vocabulary(32_000)
            .width(288)
            .keyValueHeads(6)
            .layers(6)
            .heads(6)
            .inner(768)
            .contextLength(256)
            .build();
    /** A layer's input, queries, keys, values, mixed values, input of the feed-forward part, gate and up. */
    private static final long LAYER = 6 * 288 + 2 * 768;

    private static final ModelMemory FULL = new ModelMemory(58 * MIB, 58 * MIB, 58 * MIB);

    private static MemoryOptions options(Precision precision, ActivationMemory activations, long tokens) {
        return new MemoryOptions(
                precision, activations, tokens, ScoreOptions.DEFAULT_CHUNK_BYTES, 32, 256, 5 * MIB, 100 * MIB);
    }

    private static long part(List<MemoryForecast.Part> parts, String name) {
        return parts.stream()
                .filter(one -> one.name().equals(name))
                .mapToLong(MemoryForecast.Part::bytes)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void partsAddUp() {
        MemoryForecast forecast =
                MemoryForecast.of(SMALL, FULL, options(Precision.FP32, ActivationMemory.KEEP_PRODUCTS, 2048));
        assertThat(part(forecast.standing(), "AdamW")).isEqualTo(116 * MIB);
        assertThat(part(forecast.training(), "activations")).isEqualTo(4 * 2048 * 6 * LAYER);
        assertThat(part(forecast.training(), "a layer on its way back")).isEqualTo(7 * 4 * 2048 * LAYER);
        assertThat(part(forecast.training(), "head"))
                .isEqualTo(250 * MIB + 48 * MIB); // log-probs kept, a copy of a chunk
        assertThat(part(forecast.sampling(), "cache of keys and values")).isEqualTo(4L * 2 * 6 * 288 * 32 * 256);
        assertThat(part(forecast.sampling(), "logits of the sampler")).isEqualTo(3L * 4 * 32 * 32_000);
        long standing = (100 + 58 + 58 + 116 + 5) * MIB;
        assertThat(forecast.bytes()).isEqualTo(standing + (6 + 7) * 4 * 2048 * LAYER + 298 * MIB);
    }

    @Test
    void recomputingLayersKeepsTheirInputsOnlyAndNoLogProbs() {
        MemoryForecast forecast =
                MemoryForecast.of(SMALL, FULL, options(Precision.FP32, ActivationMemory.RECOMPUTE_LAYERS, 2048));
        assertThat(part(forecast.training(), "activations")).isEqualTo(4 * 2048 * (6 * 288 + LAYER));
        assertThat(part(forecast.training(), "head")).isEqualTo(96 * MIB);
    }

    @Test
    void halfPrecisionHalvesActivationsAndNeedsMasters() {
        ModelMemory half = new ModelMemory(29 * MIB, 29 * MIB, 29 * MIB);
        MemoryForecast forecast =
                MemoryForecast.of(SMALL, half, options(Precision.BF16, ActivationMemory.KEEP_PRODUCTS, 2048));
        assertThat(part(forecast.standing(), "AdamW")).isEqualTo(174 * MIB);
        assertThat(part(forecast.training(), "activations")).isEqualTo(2 * 2048 * 6 * LAYER);
    }

    @Test
    void whereSamplingTakesMoreThatCounts() {
        MemoryOptions many =
                new MemoryOptions(Precision.FP32, ActivationMemory.KEEP_PRODUCTS, 16, MIB, 4096, 256, 0, 0);
        MemoryForecast forecast = MemoryForecast.of(SMALL, new ModelMemory(58 * MIB, 0, 0), many);
        long cache = 4L * 2 * 6 * 288 * 4096 * 256;
        assertThat(forecast.bytes()).isEqualTo(58 * MIB + cache + 3L * 4 * 4096 * 32_000);
        assertThat(forecast.against(OptionalLong.of(MIB)).findings().get(0).text())
                .endsWith("sampling takes most: sample fewer texts at once, or shorter ones");
    }

    @Test
    void itIsComparedWithWhatThereIs() {
        MemoryForecast forecast =
                MemoryForecast.of(SMALL, FULL, options(Precision.FP32, ActivationMemory.KEEP_PRODUCTS, 2048));
        assertThat(forecast.against(OptionalLong.empty()).findings()).isEmpty();
        assertThat(forecast.against(OptionalLong.of(1250 * MIB)).findings()).isEmpty();
        assertThat(forecast.against(OptionalLong.of(1250 * MIB)).saw())
                .startsWith("966.5 MiB = process 100.0 MiB + weights 58.0 MiB + gradients 58.0 MiB + AdamW 116.0 MiB")
                .endsWith("available 1250.0 MiB");
        assertThat(forecast.against(OptionalLong.of(1200 * MIB)).findings())
                .extracting(Finding::code)
                .containsExactly("memory_tight");
        assertThat(forecast.against(OptionalLong.of(500 * MIB)).findings())
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "memory_short",
                        "the run will take about 966.5 MiB and 500.0 MiB are available; a training step takes most: lower the "
                                + "token budget, recompute layers, or use smaller chunks",
                        0));
    }

    @Test
    void theMachineTellsWhatItHas(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("meminfo"), "MemTotal:  9 kB\nMemAvailable:    2048 kB\n");
        assertThat(MachineMemory.availableBytes(file)).hasValue(2 * MIB);
        assertThat(MachineMemory.availableBytes(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertThatThrownBy(() -> options(Precision.FP32, ActivationMemory.KEEP_PRODUCTS, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("tokenBudget and chunkBytes was 0 and 100663296, must be positive; use 8192 tokens and "
                        + "ScoreOptions.DEFAULT_CHUNK_BYTES");
    }
}
