package org.rft4j.cli.config;

import java.util.List;
import org.rft4j.algorithms.iterated.WholeGroups;
import org.rft4j.algorithms.unpaired.Aot;
import org.rft4j.algorithms.unpaired.Bco;
import org.rft4j.algorithms.unpaired.CoPg;
import org.rft4j.algorithms.unpaired.Kto;
import org.rft4j.algorithms.unpaired.KtoOptions;
import org.rft4j.algorithms.unpaired.MirrorDescent;
import org.rft4j.algorithms.unpaired.Neighbour;
import org.rft4j.algorithms.unpaired.Prdp;
import org.rft4j.algorithms.unpaired.ZeroPoint;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Objective;

/** Losses on answers that are wanted or not, and on differences of rewards. */
final class UnpairedAlgorithms {
    static final List<Variant<Recipe>> ALL = List.of(
            kto("kto", ZeroPoint.MEAN, Neighbour.PREVIOUS),
            kto("ktoHalos", ZeroPoint.MEAN_OF_NONZERO, Neighbour.NEXT),
            kto("apoZeroUnpaired", ZeroPoint.NONE, Neighbour.NONE),
            Variant.of("bco", Bco.Options.DEFAULT, of -> offline(new Bco(of), Shapes.unpaired(Neighbour.NONE))),
            Variant.of("aot", Aot.Options.of(Aot.Sorted.MARGINS), of -> offline(new Aot(of), Shapes.PREFERENCES)),
            Variant.of(
                    "aotUnpaired",
                    Aot.Options.of(Aot.Sorted.LOG_RATIOS),
                    of -> offline(new Aot(of), Shapes.unpaired(Neighbour.NONE))),
            Variant.of("kimi", Kimi.class, of -> groups(new MirrorDescent(of.tau(), of.baseline()))),
            Variant.of("coPg", CoPg.class, UnpairedAlgorithms::groups),
            Variant.of("prdp", Prdp.class, UnpairedAlgorithms::groups));

    private UnpairedAlgorithms() {}

    private static Variant<Recipe> kto(String name, ZeroPoint zero, Neighbour neighbour) {
        return Variant.of(
                name, KtoOptions.DEFAULT.withZeroPoint(zero), of -> offline(new Kto(of), Shapes.unpaired(neighbour)));
    }

    private static Recipe offline(Objective objective, Recipe.Shape<?> shape) {
        return new Recipe.Offline(objective, List.of(shape));
    }

    private static Recipe groups(Objective objective) {
        return new Recipe.Iterated(objective, with -> new WholeGroups(TokenColumn.REWARD));
    }

    /**
     * Mirror descent of Kimi k1.5.
     *
     * @param tau how much of a log-ratio a reward is worth
     * @param baseline what rewards are compared with
     */
    record Kimi(double tau, @Otherwise("mean") MirrorDescent.Baseline baseline) {}
}
