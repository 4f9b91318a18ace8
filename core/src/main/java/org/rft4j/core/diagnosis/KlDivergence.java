package org.rft4j.core.diagnosis;

import java.util.Map;

/** The policy is far from where it was. */
record KlDivergence(String code, String metric, double limit, String meaning) implements Symptom {
    static KlDivergence fromReference(double limit) {
        return new KlDivergence(
                "kl",
                "kl",
                limit,
                "the policy has left its reference far behind, and usually its language with it; lower the learning rate, weigh "
                        + "the divergence more, and read some completions: rewards that rise meanwhile may be gamed");
    }

    static KlDivergence fromOldPolicy(double limit) {
        return new KlDivergence(
                "ppo_kl",
                "actor/ppo_kl",
                limit,
                "the policy moves too far within a round for ratios to mean much; lower the learning rate, take fewer optimiser "
                        + "steps per round, or clip gradients to a smaller norm");
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        return metrics.containsKey("kto/desirable_share")
                ? new Sign
                        .Unknown() // KTO calls its zero point kl, as TRL does: that of whole answers and not of a token
                : Symptom.above(metrics, metric, limit, meaning);
    }
}
