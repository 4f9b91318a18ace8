package org.rft4j.rollout.environment;

import java.util.Optional;
import org.rft4j.core.reward.Reward;

/** One turn, and the episode is done. */
public final class SingleTurn implements Environment {
    private final Optional<Verdicts> verdicts;

    private SingleTurn(Optional<Verdicts> verdicts) {
        this.verdicts = verdicts;
    }

    /**
     * Turns that the environment does not score.
     *
     * @return makes environments whose rewards are 0
     */
    public static EnvironmentFactory factory() {
        return start -> new SingleTurn(Optional.empty());
    }

    /**
     * Turns that a reward scores while other episodes run.
     *
     * @param reward scores the turn
     * @return makes environments that give its value
     */
    public static EnvironmentFactory scoredBy(Reward reward) {
        return start -> new SingleTurn(Optional.of(new Verdicts(reward, start.task())));
    }

    @Override
    public StepResult step(Action action) throws Exception {
        return verdicts.isPresent() ? Verdicts.done(verdicts.get().score(action)) : StepResult.done(0);
    }
}
