package org.rft4j.core.reward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/** One reward in the calling thread. */
record SingleRewardScorer(Reward reward) implements RewardScorer {
    @Override
    public Scored score(List<List<RewardSample>> groups, long round) throws InterruptedException {
        List<Double> values = new ArrayList<>();
        int notApplicable = 0;
        int failed = 0;
        List<List<Score>> scores = new ArrayList<>();
        for (List<RewardSample> group : groups) {
            List<Score> ofGroup = new ArrayList<>();
            for (RewardSample sample : group) {
                Score score = scoreOf(sample);
                ofGroup.add(score);
                if (score.applicable()) {
                    values.add(score.value());
                } else if (score.diagnostics().containsKey(RewardTally.FAILED)) {
                    failed++;
                } else {
                    notApplicable++;
                }
            }
            scores.add(ofGroup);
        }
        return new Scored(scores, new RewardTally(values, notApplicable, failed, 0).metrics(reward.name()));
    }

    private Score scoreOf(RewardSample sample) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while reward '" + reward.name() + "' was asked");
        }
        @Nullable Score score;
        try {
            score = reward.score(sample);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | StackOverflowError e) { // what a model wrote may be nested deeper than a reward thought
            return failure("threw " + e, sample);
        }
        return score == null ? failure("gave back null, must give a score", sample) : score;
    }

    private Score failure(String what, RewardSample sample) {
        String problem = "reward '" + reward.name() + "' " + what + " on task "
                + sample.task().id();
        return Score.notApplicable(problem).withDiagnostic(RewardTally.FAILED, problem);
    }

    @Override
    public JsonNode state() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.isObject() && state.isEmpty(),
                "state of reward '" + reward.name() + "'",
                state,
                "must be empty, a single reward keeps nothing",
                "restore what state() gave");
    }
}
