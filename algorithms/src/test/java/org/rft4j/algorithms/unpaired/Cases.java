package org.rft4j.algorithms.unpaired;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.rft4j.core.training.Objective;

/** All objectives of the package with the batch of {@code golden/unpaired.json} that they are tried on. */
final class Cases {
    /**
     * An objective on a batch.
     *
     * @param name in the golden file
     * @param batch there
     * @param window whether its slopes run through what it finds in the window, too
     * @param value whether the loss is the function whose slope the gradient is
     * @param objective makes a fresh one
     */
    record Case(String name, String batch, boolean window, boolean value, Supplier<Objective> objective) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Cases() {}

    static Stream<Case> all() {
        KtoOptions kto = KtoOptions.DEFAULT;
        return Stream.of(
                plain("kto", "labelled", UnpairedPresets::kto),
                plain(
                        "kto, weights",
                        "labelled",
                        () -> new Kto(kto.withBeta(0.5).withWeights(1.5, 0.75))),
                plain(
                        "kto, halos",
                        "labelled",
                        () -> new Kto(kto.withBeta(0.3).withZeroPoint(ZeroPoint.MEAN_OF_NONZERO))),
                plain(
                        "apo_zero_unpaired",
                        "alone",
                        () -> new Kto(kto.withZeroPoint(ZeroPoint.NONE).withWeights(1, 2))),
                plain("bco", "alone", UnpairedPresets::bco),
                plain("bco, after use", "alone", () -> new Bco(new Bco.Options(0.7, Bco.Delta.AFTER_USE))),
                plain("aot", "pairs", UnpairedPresets::aot),
                plain("aot, smoothed", "pairs", () -> new Aot(new Aot.Options(Aot.Sorted.MARGINS, 0.4, 0.1))),
                sorted("aot_unpaired", UnpairedPresets::aotUnpaired),
                sorted("aot_unpaired, smoothed", () -> new Aot(new Aot.Options(Aot.Sorted.LOG_RATIOS, 0.4, 0.2))),
                plain("copg", "groups", () -> new CoPg(0.5)),
                plain("prdp", "groups", () -> new Prdp(0.5, 0.2)),
                plain("prdp, unbounded", "groups", () -> new Prdp(2, Double.POSITIVE_INFINITY)),
                plain("kimi", "groups", () -> UnpairedPresets.kimi(0.3)),
                plain("kimi, exact", "groups", () -> new MirrorDescent(0.7, MirrorDescent.Baseline.LOG_MEAN_EXP)),
                surrogate("hypo", () -> new Hypo(0.1, 0.1)),
                surrogate("hypo, strong", () -> new Hypo(0.5, 2)));
    }

    static Stream<Case> differentiable() {
        return all().filter(Case::value);
    }

    private static Case plain(String name, String batch, Supplier<Objective> objective) {
        return new Case(name, batch, false, true, objective);
    }

    private static Case sorted(String name, Supplier<Objective> objective) {
        return new Case(name, "pairs", true, true, objective);
    }

    private static Case surrogate(String name, Supplier<Objective> objective) {
        return new Case(name, "mixed", false, false, objective);
    }
}
