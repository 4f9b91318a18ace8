package org.rft4j.rollout.environment;

/** Makes environments. Called by several threads at once, with the same deadline as an environment's calls. */
@FunctionalInterface
public interface EnvironmentFactory {
    /**
     * Makes the environment of one episode.
     *
     * @param start which episode
     * @return a new instance
     * @throws Exception whatever goes wrong; the episode ends as failed, with its message
     */
    Environment create(EpisodeStart start) throws Exception;
}
