package org.rft4j.rollout.episode;

import org.rft4j.core.sampling.Sampler;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.guard.GuardedCalls;

/** What all episodes of a rollout share. */
record EpisodeSetup(
        Sampler sampler,
        EpisodeFormat format,
        EnvironmentFactory environments,
        EpisodeOptions options,
        GuardedCalls calls) {}
