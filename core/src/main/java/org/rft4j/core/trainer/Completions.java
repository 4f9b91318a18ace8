package org.rft4j.core.trainer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.rft4j.core.run.Completion;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** Episodes as people read them. */
final class Completions {
    private Completions() {}

    static List<Completion> of(List<TrajectoryGroup> groups, Tokenizer tokenizer) {
        List<Completion> completions = new ArrayList<>();
        for (TrajectoryGroup group : groups) {
            for (ScoredTrajectory member : group.members()) {
                completions.add(of(member, tokenizer));
            }
        }
        return completions;
    }

    private static Completion of(ScoredTrajectory member, Tokenizer tokenizer) {
        Trajectory trajectory = member.trajectory();
        long[] prompt =
                Arrays.copyOf(trajectory.trace().ids(), trajectory.trace().promptLength());
        List<String> remarks = new ArrayList<>();
        remarks.add(trajectory.endReason().toString());
        trajectory.error().ifPresent(remarks::add);
        if (!member.score().applicable()) {
            member.score().diagnostics().forEach((name, text) -> remarks.add(name + ": " + text));
        }
        member.score().feedback().forEach(feedback -> remarks.add(feedback.text()));
        return new Completion(
                trajectory.task().id(),
                trajectory.key().sample(),
                tokenizer.decode(prompt, false),
                trajectory.completion(),
                member.score().applicable() ? OptionalDouble.of(member.score().value()) : OptionalDouble.empty(),
                member.score().components(),
                trajectory.trace().trainedTokens(),
                remarks);
    }
}
