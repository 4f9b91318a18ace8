package org.rft4j.rollout.environment;

import java.util.Optional;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;

/**
 * The policy answers, reads a critique and answers again. The critique comes from a critic, or from the policy itself in a turn between
 * the two. Each answer has its own reward; a turn of critique has 0, because what a critique is worth is for the algorithm to say.
 */
public final class CritiqueThenRefine implements Environment {
    private static final String REFINE = "Write a better solution, with this critique in mind.";
    private static final String CRITICISE = "Criticise the solution above: say what is wrong with it, and where.";

    private enum Stage {
        ANSWER,
        CRITIQUE,
        REFINEMENT
    }

    private final EpisodeStart start;
    private final Verdicts verdicts;
    private final Optional<Critic> critic;
    private final boolean onlyWrong;
    private Stage stage = Stage.ANSWER;

    private CritiqueThenRefine(EpisodeStart start, Reward reward, Optional<Critic> critic, boolean onlyWrong) {
        this.start = start;
        verdicts = new Verdicts(reward, start.task());
        this.critic = critic;
        this.onlyWrong = onlyWrong;
    }

    /**
     * Two turns, with a critic's words between them.
     *
     * @param reward scores both answers; one is right from a value of 1 on
     * @param critic criticises the first answer
     * @param onlyWrong whether a right first answer ends the episode
     * @return makes environments
     */
    public static EnvironmentFactory by(Critic critic, Reward reward, boolean onlyWrong) {
        return start -> new CritiqueThenRefine(start, reward, Optional.of(critic), onlyWrong);
    }

    /**
     * Three turns: answer, the policy's own critique, refinement.
     *
     * @param reward scores both answers; one is right from a value of 1 on
     * @param onlyWrong whether a right first answer ends the episode
     * @return makes environments
     */
    public static EnvironmentFactory byPolicy(Reward reward, boolean onlyWrong) {
        return start -> new CritiqueThenRefine(start, reward, Optional.empty(), onlyWrong);
    }

    @Override
    public StepResult step(Action action) throws Exception {
        if (stage == Stage.CRITIQUE) {
            stage = Stage.REFINEMENT;
            return StepResult.observe(REFINE);
        }
        Score score = verdicts.score(action);
        if (stage == Stage.REFINEMENT || (onlyWrong && Verdicts.right(score))) {
            return Verdicts.done(score);
        }
        if (critic.isEmpty()) {
            stage = Stage.CRITIQUE;
            return Verdicts.observe(CRITICISE, score.orElse(0), score.feedback());
        }
        stage = Stage.REFINEMENT;
        String critique = critic.get().critique(start.task(), action.text(), score);
        return Verdicts.observe(critique + "\n\n" + REFINE, score.orElse(0), score.feedback());
    }
}
