package org.rft4j.engine.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.golden.GoldenFile;

class ScheduleTest {
    private static final double ATOL = 1e-12;

    /** All but those with a warm-up that is not linear from 0, or a stable phase of given length: nothing here is like it. */
    static Stream<GoldenFile.Case> cases() {
        return GoldenFile.load("schedules").cases().stream()
                .filter(golden -> golden.text("warmup_type", "linear").equals("linear"))
                .filter(golden ->
                        !golden.name().equals("warmup_stable_decay_shape_linear")) // its warm-up starts at 0.1
                .filter(golden -> !golden.options().containsKey("num_stable_steps"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTransformers(GoldenFile.Case golden) {
        Schedule schedule = schedule(golden);
        double[] expected = golden.doubles("multiplier");
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.factor(step)).as("step %d", step).isCloseTo(expected[step], within(ATOL));
        }
    }

    private static Schedule schedule(GoldenFile.Case golden) {
        long warmup = Math.round(golden.number("warmup_steps", 0));
        long total = Math.round(golden.number("training_steps", 0));
        return switch (golden.text("kind", "none")) {
            case "constant", "constant_with_warmup" -> new Schedule.Constant(warmup);
            case "linear" -> new Schedule.Linear(warmup, total);
            case "cosine" -> new Schedule.Cosine(warmup, total, 0);
            case "cosine_with_min_lr" -> new Schedule.Cosine(warmup, total, golden.number("min_lr_rate", 0));
            case "warmup_stable_decay" ->
                new Schedule.WarmupStableDecay(
                        warmup,
                        total,
                        Math.round(golden.number("num_decay_steps", 0)),
                        golden.number("min_lr_ratio", 0),
                        shape(golden.text("decay_type", "none")));
            default -> throw new IllegalArgumentException("unknown schedule in " + golden);
        };
    }

    private static Schedule.DecayShape shape(String name) {
        return switch (name) {
            case "linear" -> Schedule.DecayShape.LINEAR;
            case "cosine" -> Schedule.DecayShape.COSINE;
            case "1-sqrt" -> Schedule.DecayShape.ONE_MINUS_SQRT;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** The golden file has these shapes only with a warm-up of the same shape. */
    @Test
    void decayShapesByHand() {
        Schedule linear = new Schedule.WarmupStableDecay(2, 10, 4, 0.2, Schedule.DecayShape.LINEAR);
        Schedule root = new Schedule.WarmupStableDecay(2, 10, 4, 0.2, Schedule.DecayShape.ONE_MINUS_SQRT);
        double[] factors = {0, 0.5, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2, 0.2};
        for (int step = 0; step < factors.length; step++) {
            assertThat(linear.factor(step)).as("step %d", step).isCloseTo(factors[step], within(ATOL));
        }
        assertThat(root.factor(7)).isCloseTo(0.2 + 0.8 * (1 - Math.sqrt(0.25)), within(ATOL));
        assertThat(root.factor(9)).isCloseTo(0.2 + 0.8 * (1 - Math.sqrt(0.75)), within(ATOL));
    }

    @Test
    void staysAtItsEnd() {
        assertThat(new Schedule.Linear(1, 5).factor(100)).isZero();
        assertThat(new Schedule.Cosine(1, 5, 0.1).factor(100)).isCloseTo(0.1, within(ATOL));
        assertThat(new Schedule.Linear(5, 5).factor(5)).isZero();
        assertThat(new Schedule.WarmupStableDecay(0, 5, 0, 0.1, Schedule.DecayShape.LINEAR).factor(4))
                .isEqualTo(1);
    }

    @Test
    void refusesImpossibleSettings() {
        assertRefused(() -> new Schedule.Constant(-1), "warmupSteps was -1", "at least 0");
        assertRefused(() -> new Schedule.Linear(0, 0), "totalSteps was 0", "must be positive");
        assertRefused(() -> new Schedule.Linear(6, 5), "totalSteps was 5", "at least warmupSteps 6");
        assertRefused(() -> new Schedule.Cosine(0, 5, 1.1), "minimum was 1.1", "between 0 and 1");
        assertRefused(() -> new Schedule.Cosine(0, 5, Double.NaN), "minimum was NaN");
        assertRefused(
                () -> new Schedule.WarmupStableDecay(3, 10, 8, 0, Schedule.DecayShape.COSINE),
                "decaySteps was 8",
                "between 0 and the steps after warm-up 7",
                "shorten");
    }

    private static void assertRefused(ThrowingCallable call, CharSequence... parts) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContainingAll(parts);
    }
}
