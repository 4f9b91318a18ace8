package org.rft4j.rollout.environment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/**
 * Retries with unary feedback (UFO): the policy is told that its answer is wrong and nothing more, until it is right or has no attempt
 * left. The reward of the whole episode stands on its last turn: that of the right answer, less the penalties.
 */
public final class UnaryFeedback implements Environment {
    private final Verdicts verdicts;
    private final UnaryFeedbackOptions options;
    private final List<String> answers = new ArrayList<>();
    private int turns;

    private UnaryFeedback(Verdicts verdicts, UnaryFeedbackOptions options) {
        this.verdicts = verdicts;
        this.options = options;
    }

    /**
     * Retries.
     *
     * @param reward tells right from wrong: an answer is right from a value of 1 on
     * @param options attempts and rewards
     * @return makes environments
     */
    public static EnvironmentFactory factory(Reward reward, UnaryFeedbackOptions options) {
        return start -> new UnaryFeedback(new Verdicts(reward, start.task()), options);
    }

    @Override
    public StepResult step(Action action) throws Exception {
        turns++;
        Optional<String> answer = options.answer().apply(action.text());
        Score score = answer.isPresent() ? verdicts.score(action) : Score.notApplicable("no answer");
        boolean right = Verdicts.right(score);
        double earned = right ? Math.pow(options.decay(), answers.size()) : 0;
        answer.ifPresent(answers::add);
        if (!right && turns < options.maxTurns()) {
            return Verdicts.observe(options.observation(), 0, score.feedback());
        }
        return StepResult.done(earned - penalties()).withFeedback(score.feedback());
    }

    private double penalties() {
        double malformed = options.malformedPenalty() * (turns - answers.size());
        if (answers.isEmpty()) {
            return malformed;
        }
        double distinct = new HashSet<>(answers).size();
        return malformed + options.repetitionWeight() * (1 - distinct / answers.size());
    }
}
