package org.rft4j.examples.preferences;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;
import org.rft4j.examples.run.Examination;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/**
 * Wrote {@code preferences.jsonl}, once: the untrained story teller goes on with each opening often, and a story with an animal is
 * set against one without. Argument: the file to write.
 */
public final class WritePreferences {
    private static final int STORIES = 192;
    private static final int PAIRS = 24;
    private static final long SEED = 2026;

    private WritePreferences() {}

    /**
     * Writes the file.
     *
     * @param args where to
     * @throws IOException if it cannot be written
     */
    public static void main(String[] args) throws IOException {
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                WorkFolder work = WorkFolder.create();
                LanguageModel model = LanguageModel.load(work.stories(), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT.strictly());
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(
                                SamplingOptions.of(AnimalStories.NEW_TOKENS, SEED), 1, AnimalStories.LONGEST))) {
            RewardScorer animals = RewardScorer.of(AnimalStories.ANIMALS);
            EvaluationPlan plan = new EvaluationPlan(
                    "file", AnimalStories.inTheFile(), rollout, animals, STORIES, EvaluationRule.of());
            List<String> lines = new ArrayList<>();
            for (TrajectoryGroup stories :
                    Examination.of(plan, model.tokenizer()).answers()) {
                lines.addAll(pairs(stories));
            }
            Files.write(Path.of(args[0]), lines);
            System.out.println(lines.size() + " pairs in " + args[0]);
        }
    }

    private static List<String> pairs(TrajectoryGroup stories) throws IOException {
        List<String> animals = texts(stories, 1);
        List<String> others = texts(stories, 0);
        List<String> lines = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (int n = 0; n < Math.min(PAIRS, Math.min(animals.size(), others.size())); n++) {
            Map<String, String> row = new LinkedHashMap<>(); // TRL's columns, in TRL's order
            row.put("prompt", ((Prompt.Text) stories.task().prompt()).text());
            row.put("chosen", animals.get(n));
            row.put("rejected", others.get(n));
            lines.add(json.writeValueAsString(row));
        }
        return lines;
    }

    private static List<String> texts(TrajectoryGroup stories, double reward) {
        return stories.members().stream()
                .filter(story -> story.score().value() == reward)
                .map(ScoredTrajectory::trajectory)
                .map(story -> story.completion())
                .distinct()
                .toList();
    }
}
