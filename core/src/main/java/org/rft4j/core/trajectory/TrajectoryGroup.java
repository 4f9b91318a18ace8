package org.rft4j.core.trajectory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.engine.Check;

/**
 * Scored episodes of one task, which are compared with each other. They may come from different rounds, as where an old success
 * takes the place of a new failure.
 *
 * @param members at least one, no episode twice
 */
public record TrajectoryGroup(List<ScoredTrajectory> members) {
    /** Copies the list, and checks that the members belong together. */
    public TrajectoryGroup {
        members = List.copyOf(members);
        Check.that(!members.isEmpty(), "group", "empty", "must have at least one member", "leave it out");
        String task = members.get(0).trajectory().task().id();
        for (ScoredTrajectory member : members) {
            Check.that(
                    member.trajectory().task().id().equals(task),
                    "task of a member of a group",
                    member.trajectory().task().id(),
                    "must be that of the first, " + task,
                    "group trajectories with TrajectoryGroup.group(...)");
        }
        Set<SampleKey> keys = members.stream().map(m -> m.trajectory().key()).collect(Collectors.toSet());
        Check.that(
                keys.size() == members.size(),
                "number of episodes in a group of " + members.size(),
                keys.size(),
                "must be that of the members",
                "give each sample of a task a number of its own: equal keys draw equal tokens");
    }

    /**
     * Groups what belongs together: the same task in the same round.
     *
     * @param scored trajectories in any order
     * @return the groups in the order of their first members, the members in their order
     */
    public static List<TrajectoryGroup> group(List<ScoredTrajectory> scored) {
        Map<SampleKey, List<ScoredTrajectory>> groups = new LinkedHashMap<>();
        for (ScoredTrajectory one : scored) {
            SampleKey key = one.trajectory().key();
            SampleKey first = new SampleKey(key.round(), key.promptId(), 0, 0);
            groups.computeIfAbsent(first, absent -> new ArrayList<>()).add(one);
        }
        return groups.values().stream().map(TrajectoryGroup::new).toList();
    }

    /**
     * What all members are about.
     *
     * @return the task of the first
     */
    public TaskRecord task() {
        return members.get(0).trajectory().task();
    }

    /**
     * The values of the scores that are applicable.
     *
     * @return at most one for each member, in their order
     */
    public double[] rewards() {
        return members.stream()
                .filter(member -> member.score().applicable())
                .mapToDouble(member -> member.score().value())
                .toArray();
    }

    /**
     * The oldest weights that wrote a turn of a member.
     *
     * @return their version, -1 if no member has a turn
     */
    public long policyVersion() {
        return members.stream()
                .mapToLong(member -> member.trajectory().policyVersion())
                .filter(version -> version >= 0)
                .min()
                .orElse(-1);
    }

    /**
     * How much there is to train on.
     *
     * @return the number of tokens of all members, prompts included
     */
    public long tokens() {
        return members.stream()
                .mapToLong(member -> member.trajectory().trace().length())
                .sum();
    }
}
