package org.rft4j.core.report;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import org.rft4j.core.run.Completion;
import org.rft4j.core.run.RoundReport;

/**
 * A round of which a report shows samples.
 *
 * @param round which one
 * @param stepsDone optimiser steps before it
 * @param meanReward of the completions that have one
 * @param samples the best one and the worst one, or one if all earned the same
 */
record SampleRound(long round, long stepsDone, OptionalDouble meanReward, List<Sample> samples) {
    /** The first, the last, and as many as fit evenly between them. */
    private static final int SHOWN = 5;

    /** A completion that was picked, and what for. */
    record Sample(String label, Completion completion) {}

    static List<SampleRound> of(Path folder) {
        NavigableMap<Long, Long> starts = CompletionsLog.rounds(folder);
        List<Map.Entry<Long, Long>> all = List.copyOf(starts.entrySet());
        int shown = Math.min(SHOWN, all.size());
        List<SampleRound> rounds = new ArrayList<>();
        for (int i = 0; i < shown; i++) {
            int place = shown == 1 ? 0 : Math.round((float) i * (all.size() - 1) / (shown - 1));
            rounds.add(of(CompletionsLog.round(folder, all.get(place).getValue())));
        }
        return rounds;
    }

    private static SampleRound of(RoundReport round) {
        List<Completion> judged = round.completions().stream()
                .filter(completion -> completion.reward().isPresent())
                .sorted(Comparator.comparingDouble(
                        completion -> -completion.reward().orElseThrow()))
                .toList();
        OptionalDouble mean = judged.stream()
                .mapToDouble(completion -> completion.reward().orElseThrow())
                .average();
        List<Sample> samples = judged.isEmpty()
                ? List.of(new Sample("Without reward", round.completions().get(0)))
                : extremes(judged);
        return new SampleRound(round.round(), round.stepsDone(), mean, samples);
    }

    private static List<Sample> extremes(List<Completion> fromBest) {
        Completion best = fromBest.get(0);
        Completion worst = fromBest.get(fromBest.size() - 1);
        return best.reward().equals(worst.reward())
                ? List.of(new Sample("All rewards equal", best))
                : List.of(new Sample("Best", best), new Sample("Worst", worst));
    }
}
