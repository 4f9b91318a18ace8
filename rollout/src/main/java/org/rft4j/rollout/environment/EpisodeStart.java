package org.rft4j.rollout.environment;

import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.engine.random.KeyedRandom;

/**
 * The episode that an environment is made for. Its draws depend on nothing else, so that an episode can be had again.
 *
 * @param key names the episode
 * @param task what it is about
 * @param seed of the run
 */
public record EpisodeStart(SampleKey key, TaskRecord task, long seed) {
    /**
     * Draws that differ between the samples of a group.
     *
     * @return the stream of this episode
     */
    public KeyedRandom random() {
        return groupRandom().derive("sample").derive(key.sample());
    }

    /**
     * Draws that all samples of a task in a round share, for what must be equal where samples are compared, such as a number that is
     * to be guessed.
     *
     * @return the stream of the group
     */
    public KeyedRandom groupRandom() {
        return KeyedRandom.ofSeed(seed)
                .derive("environment")
                .derive(key.round())
                .derive(key.promptId());
    }
}
