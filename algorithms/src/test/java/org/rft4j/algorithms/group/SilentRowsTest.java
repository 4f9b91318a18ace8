package org.rft4j.algorithms.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.algorithms.entropy.EntropyBonus;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.surrogate.Dro;
import org.rft4j.algorithms.surrogate.KlCov;
import org.rft4j.core.loss.TokenColumn;

class SilentRowsTest {
    private static final boolean[] TRAINED = {false, true, true};

    private static final Map<TokenColumn, float[]> NOTHING_TO_GAIN =
            Map.of(TokenColumn.ADVANTAGE, new float[] {5, 0, 0});

    @Test
    void aRowWithoutAdvantageIsSilentInAPlainPolicyLoss() {
        assertThat(Presets.grpoTrl().isSilent(NOTHING_TO_GAIN, TRAINED)).isTrue();
        assertThat(Presets.dapo().isSilent(NOTHING_TO_GAIN, TRAINED)).isTrue();
        assertThat(Presets.cispo().isSilent(NOTHING_TO_GAIN, TRAINED)).isTrue();
    }

    @Test
    void aRowWithAnAdvantageIsNot() {
        Map<TokenColumn, float[]> columns = Map.of(TokenColumn.ADVANTAGE, new float[] {0, 0, -1e-9f});

        assertThat(Presets.grpoTrl().isSilent(columns, TRAINED)).isFalse();
        assertThat(Presets.grpoTrl().isSilent(Map.of(), TRAINED)).isFalse();
    }

    @Test
    void aPartWithoutAdvantagesSpeaksForAllRows() {
        assertThat(Presets.grpo().isSilent(NOTHING_TO_GAIN, TRAINED)).isFalse(); // KL in the loss
        GroupOptions plain = Presets.grpoTrl().options();
        assertThat(new GroupPolicyGradient(plain.withEntropy(new EntropyBonus.Fixed(0.01)))
                        .isSilent(NOTHING_TO_GAIN, TRAINED))
                .isFalse();
        assertThat(silentUnder(new Dro(0.1))).isFalse();
        assertThat(silentUnder(KlCov.VERL)).isFalse();
    }

    private static boolean silentUnder(org.rft4j.algorithms.surrogate.Surrogate surrogate) {
        return new GroupPolicyGradient(GroupOptions.of(
                        "test",
                        Presets.grpoTrl().options().advantages(),
                        RatioLevel.TOKEN,
                        surrogate,
                        new Aggregation.TokenMean()))
                .isSilent(NOTHING_TO_GAIN, TRAINED);
    }
}
