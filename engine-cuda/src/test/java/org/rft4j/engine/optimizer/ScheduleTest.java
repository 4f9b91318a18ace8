package org.rft4j.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.golden.GoldenFile;

/** Schedules against those of transformers. */
class ScheduleTest {
    private static final double ROUNDING = 1e-12;

    /**
     * All but warm-ups that are not linear or do not start at 0, and stable phases that end before the run does: these
     * have no counterpart here.
     */
    static List<GoldenFile.Case> cases() {
        return GoldenFile.load("schedules").cases().stream()
                .filter(golden -> golden.text("warmup_type", "linear").equals("linear"))
                .filter(golden -> golden.number("num_stable_steps", -1) < 0)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTransformers(GoldenFile.Case golden) {
        Schedule schedule = schedule(golden);
        double[] expected = golden.doubles("multiplier");
        // transformers' warm-up of this schedule starts at the minimum, ours at 0
        int first = golden.number("min_lr_ratio", 0) > 0 ? (int) golden.number("warmup_steps", 0) : 0;
        for (int step = first; step < expected.length; step++) {
            assertThat(schedule.factor(step)).as("step %d", step).isCloseTo(expected[step], within(ROUNDING));
        }
    }

    @Test
    void staysAtTheMinimumBeyondTheEnd() {
        assertThat(new Schedule.Cosine(0, 10, 0.1).factor(25)).isCloseTo(0.1, within(ROUNDING));
        assertThat(new Schedule.Linear(0, 10).factor(25)).isZero();
        assertThat(new Schedule.WarmupStableDecay(0, 10, 4, 0.2, Schedule.DecayShape.LINEAR).factor(25))
                .isCloseTo(0.2, within(ROUNDING));
        assertThat(new Schedule.Constant(4).factor(1)).isCloseTo(0.25, within(ROUNDING));
    }

    @Test
    void refusesStepsThatDoNotFit() {
        assertThatThrownBy(() -> new Schedule.Linear(11, 10))
                .hasMessageContaining("totalSteps was 10, must be positive and at least warmupSteps 11");
        assertThatThrownBy(() -> new Schedule.Constant(-1)).hasMessageContaining("warmupSteps was -1");
        assertThatThrownBy(() -> new Schedule.Cosine(0, 10, 1.5)).hasMessageContaining("minimum was 1.5");
        assertThatThrownBy(() -> new Schedule.WarmupStableDecay(5, 10, 6, 0, Schedule.DecayShape.COSINE))
                .hasMessageContaining("decaySteps was 6, must be between 0 and the steps after warm-up 5");
    }

    private static Schedule schedule(GoldenFile.Case golden) {
        long warmup = (long) golden.number("warmup_steps", 0);
        long total = (long) golden.number("training_steps", 0);
        return switch (golden.text("kind", "")) {
            case "constant", "constant_with_warmup" -> new Schedule.Constant(warmup);
            case "linear" -> new Schedule.Linear(warmup, total);
            case "cosine" -> new Schedule.Cosine(warmup, total, 0);
            case "cosine_with_min_lr" -> new Schedule.Cosine(warmup, total, golden.number("min_lr_rate", 0));
            case "warmup_stable_decay" ->
                new Schedule.WarmupStableDecay(
                        warmup,
                        total,
                        (long) golden.number("num_decay_steps", 0),
                        golden.number("min_lr_ratio", 0),
                        shape(golden.text("decay_type", "")));
            default -> throw new IllegalArgumentException(golden.name());
        };
    }

    private static Schedule.DecayShape shape(String name) {
        return name.equals("1-sqrt")
                ? Schedule.DecayShape.ONE_MINUS_SQRT
                : Schedule.DecayShape.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
