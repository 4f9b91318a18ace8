package org.rft4j.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.rft4j.core.data.Answer;
import org.rft4j.core.data.Dataset;
import org.rft4j.core.data.Preference;
import org.rft4j.core.data.PromptCompletion;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.UnpairedPreference;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trainer.GroupCollector;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * What the untrained model wrote behind some openings, as a data set: texts with Lily are good ones. Each with her is set against one without
 * her, of the same opening.
 */
record StoryExamples(List<Preference> preferences) {
    private static final int TEXTS = 256;

    private static final long SEED = 2026;

    /** Written when it is first asked for. */
    private static final class Written {
        private static final StoryExamples ONCE = write();
    }

    /** Behind the openings that are trained, and no others. */
    static StoryExamples ofSeenOpenings() {
        return Written.ONCE;
    }

    private static StoryExamples write() {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel untrained = LanguageModel.load(StoryRun.stories(), engine);
                Policy policy = Policy.of(untrained.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, untrained, SamplerOptions.DEFAULT.withMaxRows(64));
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(untrained.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(StoryTask.LONGEST, SEED), 1, StoryRun.LONGEST_EPISODE))) {
            GroupCollector collector = new GroupCollector(
                    rollout,
                    Optional.of(RewardScorer.of(StoryTask.LILY)),
                    untrained.tokenizer(),
                    TEXTS,
                    Optional.empty());
            Dataset<TaskRecord> openings = StoryTask.seen();
            List<TaskRecord> all =
                    IntStream.range(0, openings.size()).mapToObj(openings::get).toList();
            List<Preference> pairs = new ArrayList<>();
            collector.collect(0, all).forEach(group -> pairs.addAll(pairs(group)));
            return new StoryExamples(List.copyOf(pairs));
        }
    }

    private static List<Preference> pairs(TrajectoryGroup group) {
        List<Answer> good = answers(group, 1);
        List<Answer> others = answers(group, 0);
        TaskRecord opening = group.members().get(0).trajectory().task();
        return IntStream.range(0, Math.min(good.size(), others.size()))
                .mapToObj(i ->
                        new Preference(opening.id() + "-" + i, opening.prompt(), good.get(i), others.get(i), Map.of()))
                .toList();
    }

    private static List<Answer> answers(TrajectoryGroup group, double reward) {
        return group.members().stream()
                .filter(member -> member.score().value() == reward)
                .map(StoryExamples::text)
                .distinct()
                .map(Answer::of)
                .toList();
    }

    private static String text(ScoredTrajectory member) {
        return member.trajectory().turns().get(0).text();
    }

    Dataset<Preference> pairs() {
        return Datasets.of(preferences);
    }

    Dataset<PromptCompletion> demonstrations() {
        return Datasets.of(preferences.stream()
                .map(pair -> new PromptCompletion(pair.id(), pair.prompt(), pair.chosen(), Map.of()))
                .toList());
    }

    Dataset<UnpairedPreference> labels() {
        return Datasets.of(
                preferences.stream().flatMap(pair -> pair.unpaired().stream()).toList());
    }
}
