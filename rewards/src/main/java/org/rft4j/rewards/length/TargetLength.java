package org.rft4j.rewards.length;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * 1 for a length within a window, falling in a line to 0 on both sides.
 *
 * @param unit what lengths are counted in
 * @param from the shortest length that is right
 * @param to the longest length that is right
 * @param slope how far outside the window 0 is reached; 0 = at once
 */
public record TargetLength(LengthUnit unit, int from, int to, int slope) implements VerifiableReward {
    /** Checks the window. */
    public TargetLength {
        Check.that(0 <= from && from <= to, "window", from + " to " + to, "must be in order", "pass the shorter first");
        Check.that(slope >= 0, "slope", slope, "must be at least 0", "use 0 for a hard edge");
    }

    @Override
    public Score score(RewardSample sample) {
        int length = unit.of(sample);
        int outside = Math.max(0, Math.max(from - length, length - to));
        double value = outside == 0 ? 1 : Math.max(0, 1 - (double) outside / Math.max(1, slope));
        return Score.of(value).withComponent("length", length);
    }

    @Override
    public String name() {
        return "targetLength";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of(unit.example(from), unit.example(to));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return from == 0 ? List.of(unit.example(to + 1)) : List.of(unit.example(from - 1), unit.example(to + 1));
    }
}
