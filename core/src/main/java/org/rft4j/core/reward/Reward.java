package org.rft4j.core.reward;

/**
 * Scores what a model wrote, from text and task alone. A lambda is a reward:
 *
 * <pre>{@code
 * Reward exact = sample -> Score.of(sample.completion().strip().equals(sample.task().text("answer")));
 * }</pre>
 *
 * <p>A reward is called by several threads at once, and should heed interruption if it can take long.
 */
@FunctionalInterface
public interface Reward {
    /**
     * Scores one completion.
     *
     * @param sample task and completion
     * @return value, components, feedback
     * @throws Exception whatever goes wrong; it is counted, and the failure policy of the run decides what becomes of the sample
     */
    Score score(RewardSample sample) throws Exception;

    /**
     * What metrics call it.
     *
     * @return a short name
     */
    default String name() {
        return "reward";
    }

    /**
     * Names a reward.
     *
     * @param name what metrics call it
     * @param reward what it does
     * @return the same reward under that name
     */
    static Reward named(String name, Reward reward) {
        return new NamedReward(name, reward);
    }
}
