package org.rft4j.core.trainer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.RewardModel;
import org.rft4j.core.preflight.PreflightReport;
import org.rft4j.core.resume.ModelExport;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;

/** Puts a trainer together from a builder that is complete. */
final class TrainerAssembly {
    private TrainerAssembly() {}

    static Trainer of(TrainerSettings from) {
        TrainedModels models = RoundSources.models(from);
        TrainerConfig config = new TrainerConfig(
                Objects.requireNonNull(from.run),
                from.update,
                from.rates,
                from.criticRates == null ? from.rates : from.criticRates,
                from.checkpoints,
                from.evaluations,
                from.diagnosis,
                from.completionsEveryRounds);
        TrainerParts parts = new TrainerParts(
                from.engine,
                from.tokenizer,
                models,
                RoundSources.objective(from),
                RoundSources.of(from, models),
                config,
                Objects.requireNonNull(from.folder),
                exporter(from));
        return new Trainer(parts, List.copyOf(from.listeners), preflight(from, models));
    }

    private static Supplier<PreflightReport> preflight(TrainerSettings from, TrainedModels models) {
        MemoryNeed memory = new MemoryNeed(from.engine, models, from.update);
        if (from.examples != null) {
            return new ExamplePreflight(from, memory)::run;
        }
        RoundPreparation preparation =
                new RoundPreparation(new RowScorer(models, from.update, from.engine), from.update);
        return new Preflight(from, preparation, memory)::run;
    }

    private static TrainerParts.Exporter exporter(TrainerSettings from) {
        Optional<RewardModel> rewards = from.trainee.rewardModel();
        if (rewards.isPresent()) {
            return folder -> ModelExport.write(folder, rewards.get(), from.tokenizer, from.baseModel);
        }
        Policy policy = from.trainee.policy().orElseThrow();
        return folder -> ModelExport.write(folder, policy, Objects.requireNonNull(from.model), from.baseModel);
    }
}
