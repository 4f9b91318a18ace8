package org.rft4j.algorithms.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.testing.GroupGolden;

final class KlCoefficientTest {
    @Test
    void walksAsZieglersController() {
        JsonNode golden = GroupGolden.read("klController");
        double[][] heard = GroupGolden.grid(golden.required("heard"));
        double[] after = GroupGolden.numbers(golden.required("after"));
        double coefficient = KlCoefficient.Adaptive.VERL.initial();
        for (int i = 0; i < heard.length; i++) {
            coefficient = KlCoefficient.Adaptive.VERL.next(coefficient, heard[i][0], (int) heard[i][1]);
            assertThat(coefficient).as("after " + i).isCloseTo(after[i], within(FP64));
        }
    }

    @Test
    void staysWhereTheTargetIsMetAndWhereItIsFixed() {
        assertThat(KlCoefficient.Adaptive.VERL.next(0.5, 0.1, 1000)).isEqualTo(0.5);
        assertThat(new KlCoefficient.Fixed(0.04).next(0.04, 99, 1000)).isEqualTo(0.04);
    }

    @Test
    void refusesNumbersThatDoNotControl() {
        assertThatThrownBy(() -> new KlCoefficient.Fixed(-0.1))
                .hasMessage("KL coefficient was -0.1, must be finite and at least 0; use 0.001, as verl does, or leave"
                        + " KL out");
        assertThatThrownBy(() -> new KlCoefficient.Adaptive(0.1, 0, 10))
                .hasMessage("target of an adaptive KL coefficient was 0.0, must be finite and above 0; use 0.1, as verl"
                        + " does");
        assertThatThrownBy(() -> new KlCoefficient.Adaptive(0.1, 1, Double.NaN))
                .hasMessage("horizon of an adaptive KL coefficient was NaN, must be finite and above 0; use 10000, as"
                        + " verl does");
    }

    @Test
    void takesNumbersAtTheirLimits() {
        assertThat(new KlCoefficient.Adaptive(0, 0.1, 10).next(0, 1, 5)).isZero();
        assertThatThrownBy(() -> new KlCoefficient.Adaptive(0.1, 0.1, 0))
                .hasMessageStartingWith("horizon of an adaptive KL coefficient was 0.0");
        double endless = Double.POSITIVE_INFINITY;
        assertThatThrownBy(() -> new KlCoefficient.Fixed(endless)).hasMessageStartingWith("KL coefficient was Inf");
        assertThatThrownBy(() -> new KlCoefficient.Adaptive(0.1, endless, 10))
                .hasMessageStartingWith("target of an adaptive KL coefficient was Inf");
        assertThatThrownBy(() -> new KlCoefficient.Adaptive(0.1, 0.1, endless))
                .hasMessageStartingWith("horizon of an adaptive KL coefficient was Inf");
    }
}
