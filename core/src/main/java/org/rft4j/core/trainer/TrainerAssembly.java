package org.rft4j.core.trainer;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.core.training.RoundPreparation;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;

/** Puts a trainer together from a builder that is complete. */
final class TrainerAssembly {
    private TrainerAssembly() {}

    static Trainer of(TrainerBuilder from) {
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
                from.model,
                models,
                RoundSources.objective(from),
                RoundSources.of(from, models),
                config,
                Objects.requireNonNull(from.folder),
                from.baseModel);
        return new Trainer(parts, List.copyOf(from.listeners), preflight(from, models));
    }

    /** There is nothing to try out before a run that samples nothing. */
    private static Optional<Preflight> preflight(TrainerBuilder from, TrainedModels models) {
        if (from.offline != null) {
            return Optional.empty();
        }
        RoundPreparation preparation =
                new RoundPreparation(new RowScorer(models, from.update, from.engine), from.update);
        return Optional.of(new Preflight(from, preparation, new MemoryNeed(from.engine, models, from.update)));
    }
}
