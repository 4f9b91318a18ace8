package org.rft4j.algorithms.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.rft4j.algorithms.testing.GroupGolden.FP64;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.rft4j.algorithms.testing.GroupGolden;

final class EntropyBonusTest {
    @Test
    void adaptiveWalksAndIsNotAppliedAboveTheTarget() {
        JsonNode golden = GroupGolden.read("entropyController");
        double[] heard = GroupGolden.numbers(golden.required("heard"));
        double[] applied = GroupGolden.numbers(golden.required("applied"));
        EntropyBonus bonus = new EntropyBonus.Adaptive(0.01, 0.2, 0.005, 0, 0.02);
        double coefficient = bonus.initial();
        double last = 0;
        for (int i = 0; i < heard.length; i++) {
            assertThat(bonus.applied(coefficient, last)).as("in step " + i).isCloseTo(applied[i], within(FP64));
            coefficient = bonus.next(coefficient, heard[i]);
            last = heard[i];
        }
        assertThat(bonus.applied(coefficient, last)).isCloseTo(applied[heard.length], within(FP64));
    }

    @Test
    void othersStay() {
        EntropyBonus fixed = new EntropyBonus.Fixed(0.01);
        assertThat(fixed.applied(fixed.next(fixed.initial(), 0), 9)).isEqualTo(0.01);
        EntropyBonus none = new EntropyBonus.None();
        assertThat(none.applied(none.next(none.initial(), 0), 0)).isZero();
    }

    @Test
    void refusesNumbersThatDoNotControl() {
        assertThatThrownBy(() -> new EntropyBonus.Adaptive(0.5, 0.2, 0.005, 0, 0.1))
                .hasMessage("entropy coefficient was 0.5, must be in [0.0, 0.1]; start it between the smallest and the"
                        + " largest");
        assertThatThrownBy(() -> new EntropyBonus.Adaptive(0, -1, 0.005, 0, 1))
                .hasMessage("entropy target was -1.0, must be finite and at least 0; use a number a little below the"
                        + " entropy early in training");
        assertThatThrownBy(() -> new EntropyBonus.Adaptive(0, 0.2, 0, 0, 1))
                .hasMessage("step of the entropy coefficient was 0.0, must be finite and above 0; use 0.005, as TRL"
                        + " does");
        assertThatThrownBy(() -> new EntropyBonus.Fixed(-1)).hasMessageStartingWith("entropy coefficient was -1.0");
    }

    @Test
    void takesNumbersAtTheirLimits() {
        assertThat(new EntropyBonus.Adaptive(0, 0, 0.005, 0, 0).applied(0.1, 0)).isEqualTo(0.1);
        for (double endless : new double[] {Double.POSITIVE_INFINITY, Double.NaN}) {
            assertThatThrownBy(() -> new EntropyBonus.Adaptive(0, endless, 0.005, 0, 1))
                    .hasMessageStartingWith("entropy target was " + endless);
            assertThatThrownBy(() -> new EntropyBonus.Adaptive(0, 0.2, endless, 0, 1))
                    .hasMessageStartingWith("step of the entropy coefficient was " + endless);
            assertThatThrownBy(() -> new EntropyBonus.Fixed(endless))
                    .hasMessageStartingWith("entropy coefficient was " + endless);
        }
    }
}
