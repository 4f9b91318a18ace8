package org.rft4j.rewards.combine;

import java.util.List;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * One reward before another: the second is asked only where the first reaches a threshold, say outcome only where the format is right.
 * Where the first is not applicable, the gate stands open. Rewards of turns and of tokens are those of the second.
 *
 * @param name what metrics call it
 * @param condition asked first
 * @param atLeast what the condition must reach
 * @param behind asked where it does; the gate's value is its value
 * @param closed the value where it does not
 */
public record Gate(String name, Reward condition, double atLeast, Reward behind, double closed) implements Reward {
    /** Checks names and numbers. */
    public Gate {
        CollectedParts.require(List.of(condition, behind));
        Check.that(
                Double.isFinite(atLeast),
                "threshold of a gate",
                atLeast,
                "must be finite",
                "use 1 for rewards of 0 and 1");
        Check.that(Double.isFinite(closed), "value of a closed gate", closed, "must be finite", "use 0");
    }

    @Override
    public Score score(RewardSample sample) throws Exception {
        CollectedParts said = new CollectedParts();
        Score first = condition.score(sample);
        said.add(condition.name(), first);
        if (first.applicable() && first.value() < atLeast) {
            return said.scored(closed);
        }
        Score second = behind.score(sample);
        said.add(behind.name(), second);
        said.addTurnsAndTokens(behind.name(), second, 1);
        return second.applicable()
                ? said.scored(second.value())
                : said.notApplicable(behind.name() + " behind the gate is not applicable");
    }
}
