package org.rft4j.rollout.environment;

import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * Two turns with a fixed instruction between them, which says nothing of whether the first answer is right (SCoRe). The second turn's
 * reward is {@code r2 + alpha (r2 - r1)}: what the correction changes counts more than the answer.
 */
public final class SelfCorrection implements Environment {
    /** The instruction, unless another is given. */
    public static final String INSTRUCTION =
            "The solution above may contain a mistake. Look for it, correct it if you find one, and write the solution again.";

    private final Verdicts verdicts;
    private final double alpha;
    private final String instruction;
    private boolean second;
    private double first;

    private SelfCorrection(Verdicts verdicts, double alpha, String instruction) {
        this.verdicts = verdicts;
        this.alpha = alpha;
        this.instruction = instruction;
    }

    /**
     * Two turns.
     *
     * @param reward scores each answer
     * @param alpha weight of the change, 0 for none; the paper's is 10 in its second stage
     * @param instruction what the policy is told after its first answer, such as {@link #INSTRUCTION}
     * @return makes environments
     */
    public static EnvironmentFactory factory(Reward reward, double alpha, String instruction) {
        Check.that(
                alpha >= 0 && Double.isFinite(alpha),
                "alpha",
                alpha,
                "must be finite and not negative",
                "0 is without");
        return start -> new SelfCorrection(new Verdicts(reward, start.task()), alpha, instruction);
    }

    @Override
    public StepResult step(Action action) throws Exception {
        Score score = verdicts.score(action);
        double value = score.orElse(0);
        if (second) {
            return StepResult.done(value + alpha * (value - first)).withFeedback(score.feedback());
        }
        second = true;
        first = value;
        return Verdicts.observe(instruction, value, score.feedback());
    }
}
