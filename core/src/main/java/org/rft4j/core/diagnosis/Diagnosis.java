package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/** All rules together. For one thread. */
public final class Diagnosis implements Resumable {
    /** Pairs of equal answers, of all pairs of a round. */
    private static final double MANY_EQUAL = 0.1;

    private final List<DiagnosisRule> rules;

    /**
     * Watches for the diseases of the given rules.
     *
     * @param rules in the order in which they speak
     */
    public Diagnosis(List<DiagnosisRule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * Watches for all diseases that are known.
     *
     * @param options when a run counts as ill
     * @param reference whether the run compares its policy with a reference
     * @return the rules together
     */
    public static Diagnosis of(DiagnosisOptions options, boolean reference) {
        List<DiagnosisRule> rules = new ArrayList<>(List.of(
                new SkippedSteps(options.skippedInARow()),
                StreakRule.ofRounds(new FirstPassRatio(options.firstPassDeviation()), 1),
                StreakRule.ofRounds(new SamplerGap(options.samplerGap()), 1),
                new NotApplicableReward(options.rounds()),
                new SilentReward(options.rounds()),
                StreakRule.ofRounds(new EqualGroups(), options.rounds()),
                StreakRule.ofRounds(new Truncation(options.truncatedShare()), options.rounds()),
                StreakRule.ofSteps(new StillPolicy(), options.steps()),
                StreakRule.ofSteps(new Clipping(options.clippedShare()), options.steps()),
                StreakRule.ofSteps(KlDivergence.fromReference(options.kl()), options.steps()),
                StreakRule.ofSteps(KlDivergence.fromOldPolicy(options.ppoKl()), options.steps()),
                new EntropyCollapse(options.entropyShare(), options.steps()),
                new LossOfZero()));
        rules.addAll(ofPreferences(options));
        if (reference) {
            rules.add(new OtherReference());
        }
        return new Diagnosis(rules);
    }

    private static List<DiagnosisRule> ofPreferences(DiagnosisOptions options) {
        return List.of(
                StreakRule.ofRounds(new EqualAnswers(MANY_EQUAL), options.rounds()),
                new FallingPair(options.steps()),
                StreakRule.ofSteps(new SaturatedMargins(options.margin()), options.steps()),
                new ChosenLength(options.steps()),
                StreakRule.ofSteps(new LonelyCompared(), options.steps()),
                new LabelWeights(options.labelWeights()));
    }

    /**
     * Hears of an optimiser step.
     *
     * @param step its metrics
     * @return what is to be said, usually nothing; if one is of level ERROR, the run must end
     */
    public List<Finding> hear(StepReport step) {
        List<Finding> findings = new ArrayList<>();
        rules.forEach(rule -> findings.addAll(rule.hear(step)));
        return findings;
    }

    @Override
    public JsonNode state() {
        ArrayNode state = JsonNodeFactory.instance.arrayNode();
        rules.forEach(rule -> state.add(rule.state()));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.isArray() && state.size() == rules.size(),
                "state of a diagnosis",
                state.isArray() ? state.size() + " rules" : state,
                "must be that of " + rules.size() + " rules",
                "restore into the same rules");
        for (int r = 0; r < rules.size(); r++) {
            rules.get(r).restore(state.get(r));
        }
    }
}
