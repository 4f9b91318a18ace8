package org.rft4j.core.trainer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.data.Example;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.ExampleEvaluation;
import org.rft4j.core.policy.PolicyScoreOptions;
import org.rft4j.core.training.ExamplePreparation;
import org.rft4j.core.training.Objective;
import org.rft4j.core.training.Optimizers;
import org.rft4j.core.training.PreparedExamples;
import org.rft4j.core.training.RowScorer;
import org.rft4j.core.training.TrainedModels;
import org.rft4j.core.training.WindowUpdate;
import org.rft4j.engine.random.KeyedRandom;

/** Losses of examples that are held out, under the model's own distribution. */
final class HeldOutLosses {
    private final WindowUpdate pass;

    private final ExamplePreparation preparation;

    HeldOutLosses(TrainerParts parts, Optimizers optimizers) {
        TrainedModels trained = parts.models();
        PolicyScoreOptions plain =
                PolicyScoreOptions.DEFAULT.withUsableTokens(trained.scoring().usableTokens());
        TrainedModels models = new TrainedModels(trained.trainee(), trained.actorCritic(), trained.reference(), plain);
        RowScorer scorer = new RowScorer(models, parts.config().update(), parts.engine());
        preparation = new ExamplePreparation(scorer, parts.config().update());
        pass = new WindowUpdate(models, optimizers, parts.config().update(), scorer, parts.engine());
    }

    /** Every evaluation draws the same numbers, so that two of them differ by the weights alone. */
    <T extends Example> Map<String, Double> metrics(ExampleEvaluation<T> evaluation, KeyedRandom random) {
        List<T> examples = new ArrayList<>();
        for (int i = 0; i < evaluation.examples().size(); i++) {
            examples.add(evaluation.examples().get(i));
        }
        Objective objective = evaluation.objective();
        var before = objective.state();
        try {
            PreparedExamples prepared =
                    preparation.prepare(objective, evaluation.arrangement().arrange(examples));
            Map<String, Double> told = new LinkedHashMap<>(prepared.metrics());
            prepared.batch().ifPresent(batch -> told.putAll(pass.measure(batch, objective, random)));
            Map<String, Double> metrics = new LinkedHashMap<>();
            String prefix = EvaluationRule.prefix(evaluation.name()) + "_";
            told.forEach((name, value) -> metrics.put(prefix + name, value));
            return metrics;
        } finally {
            objective.restore(before); // objectives that adapt do not adapt to evaluations
        }
    }
}
