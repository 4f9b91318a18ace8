package org.rft4j.core.diagnosis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.Check;

/** A reward that has given 0 to every sample of the run. Once it has given anything else, it is not silent any more. */
final class SilentReward implements DiagnosisRule {
    static final String CODE = "reward_never_fires";
    private final StreaksByName streaks;
    private final SortedSet<String> fired = new TreeSet<>();

    SilentReward(int rounds) {
        this.streaks = new StreaksByName(rounds);
    }

    @Override
    public List<Finding> hear(StepReport step) {
        Map<String, Double> metrics = step.metrics();
        List<Finding> findings = new ArrayList<>();
        for (String reward : RewardNames.in(metrics)) {
            if (RewardNames.number(metrics, reward, RewardTally.MEAN) != 0
                    || RewardNames.number(metrics, reward, RewardTally.STD) != 0) {
                fired.add(reward);
            }
            boolean scored = metrics.containsKey(RewardTally.metric(reward, RewardTally.MEAN));
            Streak streak = streaks.of(reward);
            if (scored && !fired.contains(reward) && streak.hear(step.round(), true)) {
                findings.add(new Finding(Finding.Level.WARNING, CODE, text(reward, streak.count()), step.step()));
            }
        }
        return findings;
    }

    private static String text(String reward, long rounds) {
        return "reward '" + reward + "' was 0 for every sample of the " + rounds
                + " rounds so far: the policy never earns it, "
                + "or it cannot see what it looks for; score a right answer by hand, read some completions, begin with easier "
                + "tasks or examples of the wanted form; a penalty that is never due may be left as it is";
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        ArrayNode names = state.putArray("fired");
        fired.forEach(names::add);
        return state.set("streaks", streaks.state());
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("fired").isArray(),
                "state of the rule of silent rewards",
                state,
                "must have fired and streaks",
                "restore what state() gave");
        streaks.restore(state.path("streaks"));
        fired.clear();
        state.path("fired").forEach(name -> fired.add(name.asText()));
    }
}
