package org.rft4j.core.trainer;

import java.util.OptionalLong;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.AverageReference;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.ModelMemory;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.preflight.MachineMemory;
import org.rft4j.core.preflight.MemoryForecast;
import org.rft4j.core.preflight.MemoryOptions;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/** Forecasts what a run takes from its builder's settings. */
record MemoryNeed(TensorEngine engine, TrainedModels models, UpdatePlan update) {
    /** What samplers write at once unless they are told otherwise. */
    private static final int SAMPLER_ROWS = 32;

    /** Gradients and two moments of what the critic has of its own, in fp32. */
    private static final long CRITIC_BYTES = 3L * Float.BYTES;

    /** The decoder's sizes. */
    DecoderConfig config() {
        return models.trainee()
                .policy()
                .map(policy -> policy.model().config())
                .orElseGet(() -> models.trainee().rewardModel().orElseThrow().config());
    }

    /** Of a run that samples. */
    Checked check(RunOptions run, int maxNewTokens, TrialEpisodes trial) {
        int context = config().contextLength();
        int longest = trial.longest() == 0
                ? context
                : Math.min(context, Math.max(trial.longest(), trial.longestPrompt() + maxNewTokens));
        long episodes = (long) run.tasksPerRound() * run.groupSize();
        return forecast(episodes, longest, Math.min(SAMPLER_ROWS, episodes));
    }

    /** Of a run on examples, of rounds of so many rows. */
    Checked examples(long rowsPerRound, int longest) {
        return forecast(rowsPerRound, longest, 0);
    }

    private Checked forecast(long rowsPerRound, int longest, long samplerRows) {
        long rows = Math.min(update.maxRows(), (rowsPerRound + update.miniBatches() - 1) / update.miniBatches());
        Parameter any = models.trainee().parameters().get(0);
        MemoryOptions options = new MemoryOptions(
                Precision.of(any.weight()),
                update.memory(),
                Math.min(Math.max(update.tokenBudget(), longest), rows * longest),
                models.scoring().chunkBytes(),
                samplerRows,
                samplerRows == 0 ? 0 : longest,
                criticBytes() + referenceBytes(),
                MemoryOptions.PROCESS_BYTES);
        ModelMemory memory = models.trainee().memory();
        return MemoryForecast.of(config(), memory, options).against(available(memory));
    }

    /** What a reference has that the policy has not. */
    private long referenceBytes() {
        long trained = models.trainee().memory().trainedBytes();
        if (models.reference().isEmpty()) {
            return 0;
        }
        if (models.reference().get() instanceof FrozenReference frozen) {
            return frozen.model().equals(models.policy().model()) ? trained : bytes(frozen.model());
        }
        return models.reference().get() instanceof AverageReference ? trained : 0;
    }

    private static long bytes(ModelWeights model) {
        return model.weights().values().stream()
                .mapToLong(weight -> weight.size() * weight.getDataType().getNumOfBytes())
                .sum();
    }

    private long criticBytes() {
        return models.actorCritic().stream()
                .flatMap(both -> both.criticParameters().stream())
                .mapToLong(parameter -> CRITIC_BYTES * parameter.weight().size())
                .sum();
    }

    /** What is free, and what this process has taken already for itself, the weights and the reference. */
    private OptionalLong available(ModelMemory memory) {
        if (engine.device().isGpu()) {
            return OptionalLong.empty();
        }
        OptionalLong free = MachineMemory.availableBytes();
        return free.isPresent()
                ? OptionalLong.of(
                        free.getAsLong() + MemoryOptions.PROCESS_BYTES + memory.weightBytes() + referenceBytes())
                : free;
    }
}
