package org.rft4j.cli.config;

import java.util.List;
import org.rft4j.algorithms.iterated.Selections;
import org.rft4j.algorithms.preference.FDivergence;
import org.rft4j.algorithms.preference.PairLoss;
import org.rft4j.algorithms.preference.PreferenceObjective;
import org.rft4j.algorithms.preference.PreferencePresets;
import org.rft4j.algorithms.preference.WeightedLoss;
import org.rft4j.cli.bind.Otherwise;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Objective;

/** Losses on pairs. Where a preset has a single loss, that loss's numbers are the keys. */
final class PreferenceAlgorithms {
    static final List<Variant<Recipe>> ALL = List.of(
            pairs("dpo", PreferencePresets.dpo(0.1)),
            pairs("conservativeDpo", PreferencePresets.conservativeDpo(0.1, 0.1)),
            chosen("iterativeDpo", PreferencePresets.iterativeDpo(0.1)),
            Variant.of(
                    "offsetDpo",
                    OffsetDpo.class,
                    of -> offline(
                            PreferencePresets.offsetDpo(of.beta()),
                            Shapes.preferencesWith(TokenColumn.MARGIN, of.column()))),
            pairs("sigmoidNorm", PreferencePresets.sigmoidNorm(0.1)),
            pairs("robustDpo", PreferencePresets.robustDpo(0.1)),
            pairs("hinge", PreferencePresets.hinge(0.1)),
            pairs("ipo", PreferencePresets.ipo(0.1)),
            pairs("ipoTrl", PreferencePresets.ipoTrl(0.1)),
            pairs("ncaPair", PreferencePresets.ncaPair()),
            pairs("bcoPair", PreferencePresets.bcoPair()),
            chosen("sppoHard", PreferencePresets.sppoHard()),
            pairs("exoPair", PreferencePresets.exoPair()),
            pairs("apoZero", PreferencePresets.apoZero()),
            pairs("apoDown", PreferencePresets.apoDown()),
            pairs("discoPop", PreferencePresets.discoPop()),
            Variant.of("fDpo", FDpo.class, of -> pairs(PreferencePresets.fDpo(of.beta(), of.divergence()))),
            Variant.of("ldDpo", LdDpo.class, of -> pairs(PreferencePresets.ldDpo(of.beta(), of.alpha()))),
            pairs("wpo", PreferencePresets.wpo(0.1)),
            Variant.of("rpo", Rpo.class, of -> chosen(PreferencePresets.rpo(of.beta(), of.alpha()))),
            Variant.of("mpo", new NoKeys(), none -> pairs(PreferencePresets.mpo())),
            pairs("simPo", PreferencePresets.simPo()),
            pairs("simPoTrl", PreferencePresets.simPoTrl()),
            pairs("alphaPo", PreferencePresets.alphaPo()),
            pairs("cpo", PreferencePresets.cpo()),
            Variant.of(
                    "orpo",
                    loss(PreferencePresets.orpo()),
                    loss -> offline(with(PreferencePresets.orpo(), loss), Shapes.WHOLE_PREFERENCES)),
            pairs("orpoOfResponses", PreferencePresets.orpoOfResponses()));

    private PreferenceAlgorithms() {}

    private static Variant<Recipe> pairs(String name, PreferenceObjective preset) {
        return Variant.of(name, loss(preset), loss -> pairs(with(preset, loss)));
    }

    private static Variant<Recipe> chosen(String name, PreferenceObjective preset) {
        return Variant.of(name, loss(preset), loss -> chosen(with(preset, loss)));
    }

    private static Record loss(PreferenceObjective preset) {
        return (Record) preset.options().losses().get(0).loss();
    }

    private static PreferenceObjective with(PreferenceObjective preset, Record loss) {
        return new PreferenceObjective(preset.options().withLosses(new WeightedLoss((PairLoss) loss, 1)));
    }

    private static Recipe pairs(Objective objective) {
        return offline(objective, Shapes.PREFERENCES);
    }

    private static Recipe offline(Objective objective, Recipe.Shape<?> shape) {
        return new Recipe.Offline(objective, List.of(shape));
    }

    private static Recipe chosen(Objective objective) {
        return new Recipe.Iterated(objective, with -> Selections.rlhfWorkflow());
    }

    /**
     * DPO with an offset.
     *
     * @param beta how much a log-ratio counts
     * @param column by how much a pair should be won
     */
    record OffsetDpo(
            @Otherwise("0.1") double beta,
            @Otherwise("margin") String column) {}

    /**
     * DPO under another divergence.
     *
     * @param beta how much a score counts
     * @param divergence what holds the policy back
     */
    record FDpo(@Otherwise("0.1") double beta, FDivergence divergence) {}

    /**
     * LD-DPO.
     *
     * @param beta how much a log-ratio counts
     * @param alpha how much tokens count that come after as many as the shorter answer has
     */
    record LdDpo(@Otherwise("0.1") double beta, double alpha) {}

    /**
     * Iterative RPO.
     *
     * @param beta how much a log-ratio counts
     * @param alpha how much the likelihood counts
     */
    record Rpo(
            @Otherwise("0.1") double beta, @Otherwise("1") double alpha) {}
}
