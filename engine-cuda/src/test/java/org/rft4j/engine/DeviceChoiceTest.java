package org.rft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
    @ParameterizedTest
    @CsvSource({"cpu,cpu", "CPU,cpu", "cuda,cuda:0", "cuda:0,cuda:0", "CUDA:12,cuda:12", "auto,auto"})
    void parses(String text, String expected) {
        assertThat(DeviceChoice.parse(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:a", "cuda:1234", " cpu", "mps"})
    void refusesAnythingElse(String text) {
        assertThatThrownBy(() -> DeviceChoice.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("device was '" + text + "', must be cpu, cuda:N or auto; use cpu where there is no GPU");
    }

    @Test
    void refusesANegativeIndex() {
        assertThatThrownBy(() -> DeviceChoice.cuda(-1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("CUDA device index was -1", "must be at least 0", "cuda:0");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1025})
    void refusesImpossibleThreadCounts(int threads) {
        assertThatThrownBy(() -> EngineOptions.onCpu().withThreads(threads))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll("threads was " + threads, "must be between 0 and 1024", "use 0");
    }

    @Test
    void optionsKeepTheirDevice() {
        assertThat(EngineOptions.onCpu()).isEqualTo(new EngineOptions(DeviceChoice.cpu(), 0));
        assertThat(new EngineOptions(DeviceChoice.cuda(1), 0).withThreads(3))
                .isEqualTo(new EngineOptions(DeviceChoice.cuda(1), 3));
    }
}
