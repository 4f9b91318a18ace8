package org.rft4j.cli.assembly;

import org.rft4j.cli.config.Loader;
import org.rft4j.cli.config.RolloutConfig;
import org.rft4j.cli.config.TextFormat;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;

/** Rollouts of single turns, all from one sampler. */
final class Rollouts {
    private final Loader loader;

    private final LanguageModel model;

    private final RolloutConfig config;

    private final SamplingOptions sampling;

    private final PolicySampler sampler;

    Rollouts(Loader loader, LanguageModel model, RolloutConfig config, long seed) {
        this.loader = loader;
        this.model = model;
        this.config = config;
        this.sampling = config.sampling(seed);
        this.sampler = loader.own(PolicySampler.of(loader.policy(), model, config.sampler()));
    }

    Rollout sampled() {
        return rollout(sampling);
    }

    Rollout at(double temperature) {
        SamplingFilter filter = sampling.filter();
        return rollout(sampling.withFilter(new SamplingFilter(
                temperature,
                filter.topK(),
                filter.topP(),
                filter.minP(),
                filter.repetitionPenalty(),
                filter.presencePenalty(),
                filter.frequencyPenalty())));
    }

    private Rollout rollout(SamplingOptions options) {
        EpisodeFormat format = config.format() == TextFormat.CHAT
                ? EpisodeFormat.chat(model.tokenizer(), model.chatTemplate())
                : EpisodeFormat.text(model.tokenizer());
        int longest = config.maxTokens().orElse(model.usableTokens());
        return loader.own(
                EpisodeRollout.of(sampler, format, SingleTurn.factory(), EpisodeOptions.of(options, 1, longest)));
    }
}
