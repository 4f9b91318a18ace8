package org.rft4j.core.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;

/** The samples of one task: scores and answers of those with an applicable score, lengths and ends of all. */
record TaskSamples(double[] scores, List<Optional<String>> answers, List<Boolean> truncated, List<Integer> lengths) {
    static TaskSamples of(TrajectoryGroup group, EvaluationRule rule) {
        List<Optional<String>> answers = new ArrayList<>();
        List<Boolean> truncated = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        for (ScoredTrajectory member : group.members()) {
            if (member.score().applicable()) {
                answers.add(rule.answer().apply(member.trajectory().completion()));
            }
            truncated.add(member.trajectory().truncated());
            lengths.add(
                    member.trajectory().turns().stream().mapToInt(Turn::tokens).sum());
        }
        return new TaskSamples(group.rewards(), answers, truncated, lengths);
    }

    double meanOfFirst(int k) {
        return Arrays.stream(scores, 0, k).sum() / k;
    }

    int passed(double mark) {
        return (int) Arrays.stream(scores).filter(score -> score >= mark).count();
    }

    /** The first sample that gives the most frequent answer decides; of equally frequent answers the one that was given first. */
    boolean majorityPasses(int k, double mark) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (Optional<String> answer : answers.subList(0, k)) {
            answer.ifPresent(given -> votes.merge(given, 1, Integer::sum));
        }
        Optional<String> winner = Optional.empty();
        int most = 0;
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > most) {
                most = vote.getValue();
                winner = Optional.of(vote.getKey());
            }
        }
        return winner.isPresent() && scores[answers.indexOf(winner)] >= mark;
    }
}
