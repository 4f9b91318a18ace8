package org.rft4j.cli.assembly;

import java.util.List;
import java.util.Optional;
import org.rft4j.cli.config.EvaluationConfig;
import org.rft4j.cli.config.Loader;
import org.rft4j.cli.config.RewardConfig;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.RepeatedEvaluation;
import org.rft4j.core.trainer.Evaluations;

/** Evaluations. */
final class Plans {
    private Plans() {}

    static Evaluations evaluations(EvaluationConfig config, RepeatedEvaluation plan) {
        return new Evaluations(List.of(plan), config.everySteps(), config.atStart(), config.best(), config.earlyStop());
    }

    static RepeatedEvaluation sampled(
            EvaluationConfig config, List<RewardConfig> ofTraining, Panels panels, Rollouts rollouts, Loader loader) {
        List<RewardConfig> rewards = config.rewards().isEmpty() ? ofTraining : config.rewards();
        return new EvaluationPlan(
                "eval",
                DataSets.read(config.data(), DataSets.mapping(config.data()).tasks()),
                config.temperature().isPresent()
                        ? rollouts.at(config.temperature().get())
                        : rollouts.sampled(),
                loader.own(panels.panel(rewards)).scorer(),
                config.samples(),
                new EvaluationRule(
                        config.ks(),
                        config.passMark(),
                        config.sourceColumn(),
                        completion -> Optional.of(completion.strip())));
    }
}
