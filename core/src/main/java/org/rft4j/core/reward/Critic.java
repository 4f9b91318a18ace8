package org.rft4j.core.reward;

import java.util.List;

/** Says in words what is good or wrong about a completion: a judge, a test run, a reward that explains itself. */
@FunctionalInterface
public interface Critic {
    /**
     * Criticises a completion.
     *
     * @param sample task and completion
     * @return what is to be said; nothing if there is nothing to say
     * @throws Exception whatever goes wrong
     */
    List<Feedback> critique(RewardSample sample) throws Exception;

    /**
     * What a reward has to say beside its value.
     *
     * @param reward one that writes feedback
     * @return a critic
     */
    static Critic of(Reward reward) {
        return sample -> reward.score(sample).feedback();
    }
}
