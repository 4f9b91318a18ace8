package org.rft4j.core.diagnosis;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** In every group all samples earned the same. */
record EqualGroups() implements Symptom {
    static final String METRIC = "frac_reward_zero_std";

    @Override
    public String code() {
        return "equal_groups";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        @Nullable Double share = metrics.get(METRIC);
        if (share == null) {
            return new Sign.Unknown();
        }
        @Nullable Double reward = metrics.get("reward");
        return share < 1
                ? new Sign.Healthy()
                : new Sign.Ill(
                        Symptom.seen(METRIC, share)
                                + (reward == null ? "" : " at a reward of " + Symptom.number(reward)),
                        "all samples of each group earned the same, so advantages relative to the group are 0 and nothing is "
                                + "learned; mix in tasks that are easier or harder for this policy, sample more per task or at "
                                + "a higher temperature, or let the reward tell answers apart that are nearly right");
    }
}
