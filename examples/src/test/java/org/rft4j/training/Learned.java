package org.rft4j.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RoundReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;

/** What a run told, under names that {@code docs/metrics.md} has. */
final class Learned implements RunListener {
    private final List<StepReport> steps = new ArrayList<>();

    private final SortedMap<Long, Double> rewards = new TreeMap<>();

    private final Map<String, SortedMap<Long, Double>> evaluations = new LinkedHashMap<>();

    @Override
    public void sampled(RoundReport round) {
        rewards.put(
                round.round(),
                round.completions().stream()
                        .map(Completion::reward)
                        .mapToDouble(reward -> reward.orElse(0))
                        .average()
                        .orElse(0));
    }

    /** Where episodes have two turns, it is the first answer that counts. */
    @Override
    public void stepped(StepReport step) {
        steps.add(step);
        MetricsGlossary.ofPage().requireKnown(step.metrics().keySet());
        MetricsGlossary.ofPage().requireKnown(step.timings().keySet());
        Double firstAnswers = step.metrics().get("critique/answer_reward");
        if (firstAnswers != null) {
            rewards.put(step.round(), firstAnswers);
        }
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        MetricsGlossary.ofPage().requireKnown(evaluation.metrics().keySet());
        double reward =
                evaluation.metrics().get(EvaluationRule.prefix(evaluation.name()) + "_" + EvaluationRule.REWARD);
        evaluations
                .computeIfAbsent(evaluation.name(), absent -> new TreeMap<>())
                .put(evaluation.step(), reward);
    }

    /** Of all optimiser steps. */
    List<StepReport> steps() {
        return steps;
    }

    /** Mean rewards of what the policy writes under the opening alone, by round. */
    SortedMap<Long, Double> rewards() {
        return rewards;
    }

    /** Mean rewards of an evaluation, by optimiser steps before it. */
    SortedMap<Long, Double> evaluations(String name) {
        return evaluations.getOrDefault(name, new TreeMap<>());
    }

    /** Before the first step. */
    double start(String evaluation) {
        return evaluations(evaluation).get(0L);
    }

    /** After the last. */
    double end(String evaluation) {
        SortedMap<Long, Double> all = evaluations(evaluation);
        return all.get(all.lastKey());
    }

    @Override
    public String toString() {
        return evaluations + ", rounds " + rewards.values();
    }
}
