package org.rft4j.rewards.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.reward.Score;

/** What training asks of a panel: the totals of the rows, and metrics of each member. */
record PanelScorer(RewardPanel panel) implements RewardScorer {
    @Override
    public Scored score(List<List<RewardSample>> groups, long round) throws InterruptedException {
        PanelResult result = panel.score(groups, round);
        List<List<Score>> scores = result.groups().stream()
                .map(group -> group.stream().map(PanelRow::total).toList())
                .toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        result.counts()
                .forEach((name, counts) -> metrics.putAll(new RewardTally(
                                valuesOf(name, result), counts.notApplicable(), counts.threw(), counts.timedOut())
                        .metrics(name)));
        metrics.put(RewardPanel.ABANDONED_THREADS, (double) result.abandonedThreads());
        return new Scored(scores, metrics);
    }

    private static List<Double> valuesOf(String member, PanelResult result) {
        List<Double> values = new ArrayList<>();
        for (List<PanelRow> group : result.groups()) {
            for (PanelRow row : group) {
                Score score = row.byMember().get(member);
                if (score != null && score.applicable()) {
                    values.add(score.value());
                }
            }
        }
        return values;
    }

    @Override
    public JsonNode state() {
        return panel.state();
    }

    @Override
    public void restore(JsonNode state) {
        panel.restore(state);
    }
}
