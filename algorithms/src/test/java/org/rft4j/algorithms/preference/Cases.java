package org.rft4j.algorithms.preference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.algorithms.aggregation.Aggregation;
import org.rft4j.core.loss.TokenColumn;

/** The cases of {@code golden/preference.json}, as objectives. */
final class Cases {
    private final Map<String, PreferenceObjective> made = new LinkedHashMap<>();

    private Cases() {
        presets();
        singles();
        combinations();
    }

    private void presets() {
        add(PreferencePresets.dpo(0.1));
        add(PreferencePresets.conservativeDpo(0.3, 0.1));
        add(PreferencePresets.iterativeDpo(0.1));
        add(PreferencePresets.offsetDpo(0.1));
        add(PreferencePresets.sigmoidNorm(2));
        add(PreferencePresets.robustDpo(0.1));
        add(PreferencePresets.hinge(0.6));
        add(PreferencePresets.ipo(0.1));
        add(PreferencePresets.ipoTrl(0.1));
        add(PreferencePresets.ncaPair());
        add(PreferencePresets.bcoPair());
        add(PreferencePresets.sppoHard());
        add(PreferencePresets.exoPair());
        add(PreferencePresets.apoZero());
        add(PreferencePresets.apoDown());
        add(PreferencePresets.discoPop());
        add(PreferencePresets.fDpo(0.1, new FDivergence.JensenShannon()));
        add(PreferencePresets.ldDpo(0.1, 0.4));
        add(PreferencePresets.wpo(0.1));
        add(PreferencePresets.rpo(0.1, 0.7));
        add(PreferencePresets.mpo());
        add(PreferencePresets.modpo(0.4));
        add(PreferencePresets.simPo());
        add(PreferencePresets.simPoTrl());
        add(PreferencePresets.alphaPo());
        add(PreferencePresets.cpo());
        add(PreferencePresets.orpo());
        add(PreferencePresets.orpoOfResponses());
        add(PreferencePresets.tpo());
        add(PreferencePresets.tpoTrl());
        add(PreferencePresets.tpoL());
        add(PreferencePresets.tpoLTrl());
    }

    private void singles() {
        add("larger nca", new NcaPair(0.7), PairReference.FIXED);
        add("larger bco", new BcoPair(0.7), PairReference.FIXED);
        add("larger sppo", new SppoHard(0.5), PairReference.FIXED);
        add("smoother exo", new ExoPair(0.7, 0.2), PairReference.FIXED);
        add("larger apo-zero", new ApoZero(0.9), PairReference.FIXED);
        add("larger apo-down", new ApoDown(0.9), PairReference.FIXED);
        add("larger discopop", new DiscoPop(0.4, 0.5), PairReference.FIXED);
        add("robust, larger epsilon", new Robust(0.8, 0.3), PairReference.FIXED);
        add("AlphaPO, negative alpha, smoothed", new AlphaPo(1.5, 0.4, -0.6, 0.2), PairReference.NONE);
        add("SimPO, smoothed", new AlphaPo(2, 1, 0, 0.1), PairReference.NONE);
        add("half a margin", new Sigmoid(0.2, 0, Length.SUM, new Margin(0.1, 0.5)), PairReference.FIXED);
        add("saturated", Sigmoid.of(6), PairReference.FIXED);
    }

    private void combinations() {
        under("forward KL", Sigmoid.of(0.2), new FDivergence.ForwardKl());
        under("alpha divergence", Sigmoid.of(0.2), new FDivergence.Alpha(0.5));
        under("IPO under an alpha divergence", new Ipo(0.3, Length.MEAN), new FDivergence.Alpha(1.7));
        under(
                "means under Jensen-Shannon",
                new Sigmoid(3, 0, Length.MEAN, Margin.NONE),
                new FDivergence.JensenShannon());
        under("hinge under forward KL", new Hinge(0.3), new FDivergence.ForwardKl());
        Likelihood some = Likelihood.of(0.3, Likelihood.Target.CHOSEN);
        add(PreferenceOptions.of("CPO with a hinge", new Hinge(0.1), PairReference.NONE)
                .withLikelihood(some));
        add(PreferenceOptions.of("CPO with IPO", new Ipo(0.1, Length.MEAN), PairReference.NONE)
                .withLikelihood(some));
        add(PreferenceOptions.of("mixture, WPO, LD", new ApoZero(1), PairReference.FIXED)
                .withLosses(new WeightedLoss(new Ipo(0.2, Length.MEAN), 0.5), new WeightedLoss(new ApoZero(0.3), 1.5))
                .withOnPolicyWeights()
                .withVerboseWeight(0)
                .withLikelihood(new Likelihood(0.2, Likelihood.Target.GOLD, new Aggregation.SequenceMeanTokenMean())));
    }

    private void under(String name, PairLoss loss, FDivergence divergence) {
        add(PreferenceOptions.of(name, loss, PairReference.FIXED).withDivergence(divergence));
    }

    private void add(String name, PairLoss loss, PairReference reference) {
        add(PreferenceOptions.of(name, loss, reference));
    }

    private void add(PreferenceOptions options) {
        add(new PreferenceObjective(options));
    }

    private void add(PreferenceObjective objective) {
        made.put(objective.name(), objective);
    }

    static Map<String, PreferenceObjective> all() {
        return new Cases().made;
    }

    static JsonNode golden(String name) {
        return PairRows.file().required("cases").required(name);
    }

    /** The golden rows with the columns that the objective needs and no others. */
    static PairRows rows(PreferenceObjective objective) {
        PreferenceOptions options = objective.options();
        boolean prompt = options.likelihood()
                .map(term -> term.target() == Likelihood.Target.PROMPT_AND_CHOSEN)
                .orElse(false);
        PairRows rows = PairRows.golden(options.rowsOfUnit(), prompt);
        rows = objective.needs().reference() ? rows : rows.without(TokenColumn.REFERENCE_LOG_PROB);
        rows = options.reference() == PairReference.ROUND_START ? rows : rows.without(TokenColumn.OLD_LOG_PROB);
        return objective.needs().squareSums() ? rows : rows.without(TokenColumn.LOG_SQUARE_SUM);
    }
}
