package org.rft4j.rewards.length;

import java.util.List;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;
import org.rft4j.rewards.VerifiableReward;

/**
 * A penalty that grows over a buffer before the limit: 0 up to {@code limit - buffer}, then in a line down to {@code -factor} at the
 * limit, and on along the line beyond it.
 *
 * <p>DAPO (arXiv 2503.14476), as verl computes it; the paper's formula stops at -1.
 *
 * @param unit what lengths are counted in
 * @param limit the longest answer
 * @param buffer before the limit, where the penalty grows
 * @param factor the penalty at the limit
 */
public record SoftOverlong(LengthUnit unit, int limit, int buffer, double factor) implements VerifiableReward {
    /** Checks the lengths. */
    public SoftOverlong {
        Check.that(
                buffer > 0 && buffer <= limit,
                "buffer",
                buffer,
                "must be positive and at most the limit " + limit,
                "use a fifth of the limit");
        Check.that(factor >= 0 && Double.isFinite(factor), "factor", factor, "must be at least 0", "use 1");
    }

    @Override
    public Score score(RewardSample sample) {
        int length = unit.of(sample);
        double over = (double) (length - (limit - buffer)) / buffer;
        return Score.of(over <= 0 ? 0 : -over * factor).withComponent("length", length);
    }

    @Override
    public String name() {
        return "softOverlong";
    }

    @Override
    public List<String> right(TaskRecord task) {
        return List.of("", unit.example(limit - buffer));
    }

    @Override
    public List<String> wrong(TaskRecord task) {
        return factor == 0 ? List.of() : List.of(unit.example(limit));
    }

    @Override
    public double fullScore() {
        return 0;
    }
}
