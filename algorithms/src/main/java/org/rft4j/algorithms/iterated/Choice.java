package org.rft4j.algorithms.iterated;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** The rows that a choice makes of a round, and what it counts. Rows are the sampled tokens with the sampled mask, never encoded again. */
final class Choice {
    private final List<ExampleRow> rows = new ArrayList<>();

    private final Map<String, Double> counts = new LinkedHashMap<>();

    private int units;

    /** Nothing chosen yet. What is counted is told also where it is 0. */
    Choice(int groups, String... counted) {
        count("groups", groups);
        count("units", 0);
        count("unusable", 0);
        for (String name : counted) {
            count(name, 0);
        }
    }

    /** The members that something can be learned of, in their order. The others are counted. */
    List<ScoredTrajectory> usable(TrajectoryGroup group) {
        List<ScoredTrajectory> usable = group.members().stream()
                .filter(member -> member.score().applicable()
                        && !member.trajectory().endReason().failed()
                        && member.trajectory().trace().trainedTokens() > 0)
                .toList();
        count("unusable", group.members().size() - usable.size());
        return usable;
    }

    static double reward(ScoredTrajectory of) {
        return of.score().value();
    }

    static ExampleRow row(ScoredTrajectory of) {
        return new ExampleRow(
                of.trajectory().trace().ids(), of.trajectory().trace().trained(), 0, Map.of());
    }

    /** Adds rows that stay together, in their order. */
    void unit(List<ExampleRow> together) {
        for (ExampleRow row : together) {
            rows.add(new ExampleRow(row.ids(), row.trained(), units, row.columns()));
        }
        units++;
        count("units", 1);
    }

    /** Counts what happened. */
    void count(String name, int times) {
        counts.merge("selection/" + name, (double) times, Double::sum);
    }

    ArrangedRows arranged() {
        return new ArrangedRows(rows, counts);
    }
}
