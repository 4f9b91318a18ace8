package org.rft4j.core.trainer;

import java.util.OptionalLong;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.core.policy.ModelMemory;
import org.rft4j.core.preflight.Checked;
import org.rft4j.core.preflight.MachineMemory;
import org.rft4j.core.preflight.MemoryForecast;
import org.rft4j.core.preflight.MemoryOptions;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.engine.TensorEngine;
import org.rft4j.engine.optimizer.Parameter;
import org.rft4j.engine.program.Precision;

/** Forecasts what a run takes from its builder's settings. */
record MemoryNeed(TensorEngine engine, TrainedModels models, UpdatePlan update) {
    /** What samplers write at once unless they are told otherwise. */
    private static final int SAMPLER_ROWS = 32;

    /** Gradients and two moments of what the critic has of its own, in fp32. */
    private static final long CRITIC_BYTES = 3L * Float.BYTES;

    Checked check(RunOptions run, int maxNewTokens, TrialEpisodes trial) {
        ModelWeights weights = models.policy().model();
        int context = weights.config().contextLength();
        int longest = trial.longest() == 0
                ? context
                : Math.min(context, Math.max(trial.longest(), trial.longestPrompt() + maxNewTokens));
        long episodes = (long) run.tasksPerRound() * run.groupSize();
        long rows = Math.min(update.maxRows(), (episodes + update.miniBatches() - 1) / update.miniBatches());
        Parameter any = models.policy().parameters().get(0);
        MemoryOptions options = new MemoryOptions(
                Precision.of(any.weight()),
                update.memory(),
                Math.min(Math.max(update.tokenBudget(), longest), rows * longest),
                models.scoring().chunkBytes(),
                Math.min(SAMPLER_ROWS, episodes),
                longest,
                criticBytes(),
                MemoryOptions.PROCESS_BYTES);
        ModelMemory memory = models.policy().memory();
        return MemoryForecast.of(weights.config(), memory, options).against(available(memory));
    }

    private long criticBytes() {
        return models.actorCritic().stream()
                .flatMap(both -> both.criticParameters().stream())
                .mapToLong(parameter -> CRITIC_BYTES * parameter.weight().size())
                .sum();
    }

    /** What is free, and what this process has taken already for itself and the weights. */
    private OptionalLong available(ModelMemory memory) {
        if (engine.device().isGpu()) {
            return OptionalLong.empty();
        }
        OptionalLong free = MachineMemory.availableBytes();
        return free.isPresent()
                ? OptionalLong.of(free.getAsLong() + MemoryOptions.PROCESS_BYTES + memory.weightBytes())
                : free;
    }
}
