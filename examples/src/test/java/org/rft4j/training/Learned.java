package org.rft4j.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.run.EvaluationReport;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;

/** What a run told. */
final class Learned implements RunListener {
    private final String rewardMetric;

    private final List<StepReport> steps = new ArrayList<>();

    private final Map<String, List<Double>> evaluations = new LinkedHashMap<>();

    Learned(String rewardMetric) {
        this.rewardMetric = rewardMetric;
    }

    @Override
    public void stepped(StepReport step) {
        steps.add(step);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        evaluations
                .computeIfAbsent(evaluation.name(), absent -> new ArrayList<>())
                .add(evaluation.metrics().entrySet().stream()
                        .filter(metric -> metric.getKey().endsWith("_reward"))
                        .findFirst()
                        .orElseThrow()
                        .getValue());
    }

    /** Of all optimiser steps. */
    List<StepReport> steps() {
        return steps;
    }

    /** Mean rewards of the policy's first answers, round by round. */
    List<Double> rewards() {
        return steps.stream()
                .map(step -> step.metrics().get(rewardMetric))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    /** Mean rewards of an evaluation, the first from before the first step. */
    List<Double> evaluations(String name) {
        return evaluations.getOrDefault(name, List.of());
    }

    double start() {
        return evaluations(StoryRun.SEEN).get(0);
    }

    double end() {
        return last(evaluations(StoryRun.SEEN));
    }

    double heldOutStart() {
        return evaluations(StoryRun.HELD_OUT).get(0);
    }

    double heldOutEnd() {
        return last(evaluations(StoryRun.HELD_OUT));
    }

    private static double last(List<Double> numbers) {
        return numbers.get(numbers.size() - 1);
    }

    @Override
    public String toString() {
        return "seen " + evaluations(StoryRun.SEEN) + ", held out " + evaluations(StoryRun.HELD_OUT) + ", rounds "
                + rewards();
    }
}
