package org.rft4j.rollout.environment;

import java.util.List;
import java.util.Optional;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/** Tells right from wrong by a reward. */
final class Verdicts {
    private static final double RIGHT_FROM = 1;

    private final Reward reward;
    private final TaskRecord task;

    Verdicts(Reward reward, TaskRecord task) {
        this.reward = reward;
        this.task = task;
    }

    Score score(Action action) throws Exception {
        return reward.score(action.asSample(task));
    }

    static boolean right(Score score) {
        return score.orElse(0) >= RIGHT_FROM;
    }

    static StepResult done(Score score) {
        return new StepResult(Optional.empty(), score.orElse(0), score.feedback());
    }

    static StepResult observe(String text, double reward, List<Feedback> feedback) {
        return StepResult.observe(text).withReward(reward).withFeedback(feedback);
    }
}
