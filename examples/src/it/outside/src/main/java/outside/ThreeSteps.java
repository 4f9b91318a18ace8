package outside;

import java.nio.file.Path;
import java.util.List;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.core.trainer.Rates;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.core.trainer.Trainer;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.environment.SingleTurn;
import org.rft4j.rollout.episode.EpisodeFormat;
import org.rft4j.rollout.episode.EpisodeOptions;
import org.rft4j.rollout.episode.EpisodeRollout;
import org.rft4j.rollout.sampler.PolicySampler;
import org.rft4j.rollout.sampler.SamplerOptions;

/** Three steps of GRPO on a model that is made on the spot. */
final class ThreeSteps {
    private static final int STEPS = 3;
    private static final long SEED = 1;
    private static final int NEW_TOKENS = 8;
    private static final int BYTES_AND_SPECIAL_TOKENS = 259;

    private ThreeSteps() {}

    static RunEnd train(Path folder) {
        DecoderConfig config = DecoderConfig.builder()
                .vocabulary(BYTES_AND_SPECIAL_TOKENS)
                .width(32)
                .layers(2)
                .heads(4)
                .keyValueHeads(2)
                .build();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu());
                LanguageModel model =
                        LanguageModel.fresh(config, Tokenizers.bytes(), KeyedRandom.ofSeed(SEED), engine);
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT);
                EpisodeRollout rollout = EpisodeRollout.of(
                        sampler,
                        EpisodeFormat.text(model.tokenizer()),
                        SingleTurn.factory(),
                        EpisodeOptions.of(SamplingOptions.of(NEW_TOKENS, SEED), 1, 64));
                Trainer trainer = Trainer.builder(engine, model, policy)
                        .algorithm(Presets.grpoTrl())
                        .tasks(Datasets.of(List.of(TaskRecord.of("a", "abc"), TaskRecord.of("b", "xyz"))))
                        .rollout(rollout)
                        .reward(RewardScorer.of(lowCharacters()))
                        .run(RunOptions.of(STEPS, 2, 4, SEED))
                        .rates(Rates.constant(1e-3))
                        .folder(folder)
                        .build()) {
            return trainer.run();
        }
    }

    /** Which share of the characters is ASCII: a fresh model writes any bytes. */
    private static Reward lowCharacters() {
        return Reward.named("ascii", sample -> {
            String text = sample.completion();
            return Score.of(text.chars().filter(c -> c < 128).count() / (double) Math.max(1, text.length()));
        });
    }
}
