package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** A reward that has no value for any sample, because it has nothing to say or because it fails. */
final class NotApplicableReward implements DiagnosisRule {
    static final String CODE = "reward_not_applicable";
    private final StreaksByName streaks;

    NotApplicableReward(int rounds) {
        this.streaks = new StreaksByName(rounds);
    }

    @Override
    public List<Finding> hear(StepReport step) {
        Map<String, Double> metrics = step.metrics();
        List<Finding> findings = new ArrayList<>();
        for (String reward : RewardNames.in(metrics)) {
            Streak streak = streaks.of(reward);
            boolean nothing = !metrics.containsKey(RewardTally.metric(reward, RewardTally.MEAN));
            if (streak.hear(step.round(), nothing)) {
                findings.add(
                        new Finding(Finding.Level.WARNING, CODE, text(metrics, reward, streak.count()), step.step()));
            }
        }
        return findings;
    }

    private static String text(Map<String, Double> metrics, String reward, long rounds) {
        return "reward '" + reward + "' scored no sample, the " + rounds + ". round in a row: it was not applicable to "
                + count(metrics, reward, RewardTally.NOT_APPLICABLE) + ", failed on "
                + count(metrics, reward, RewardTally.FAILED) + " and was too late with "
                + count(metrics, reward, RewardTally.TIMED_OUT)
                + "; read the diagnostics of a score, check the columns that it takes, and its server or deadline if it has one";
    }

    private static String count(Map<String, Double> metrics, String reward, String what) {
        return Symptom.number(RewardNames.number(metrics, reward, what));
    }

    @Override
    public JsonNode state() {
        return streaks.state();
    }

    @Override
    public void restore(JsonNode state) {
        streaks.restore(state);
    }
}
