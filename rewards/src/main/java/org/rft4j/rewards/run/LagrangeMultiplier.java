package org.rft4j.rewards.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;

/**
 * The weight of a constraint "the mean of this reward is at least 0". After each batch it becomes
 * {@code max(0, weight - rate * mean)}: it grows while the constraint is broken, and shrinks while it holds.
 *
 * <p>The Lagrangian of CoT Monitor+. A threshold other than 0 is an offset of the reward ({@code Mapped.affine}).
 */
public final class LagrangeMultiplier implements Resumable {
    private final double rate;
    private double weight;

    /**
     * A multiplier.
     *
     * @param start its first weight, at least 0
     * @param rate how fast it learns; 0 keeps the weight
     */
    public LagrangeMultiplier(double start, double rate) {
        Check.that(start >= 0 && Double.isFinite(start), "start", start, "must be at least 0", "use 0 or a guess");
        Check.that(rate >= 0 && Double.isFinite(rate), "rate", rate, "must be at least 0", "use 0.01");
        this.weight = start;
        this.rate = rate;
    }

    /**
     * The weight now.
     *
     * @return at least 0
     */
    public synchronized double weight() {
        return weight;
    }

    /**
     * Learns from a batch.
     *
     * @param mean of the reward over its applicable samples
     */
    public synchronized void learn(double mean) {
        Check.that(Double.isFinite(mean), "mean of the constraint", mean, "must be finite", "skip empty batches");
        weight = Math.max(0, weight - rate * mean);
    }

    @Override
    public synchronized JsonNode state() {
        return JsonNodeFactory.instance.numberNode(weight);
    }

    @Override
    public synchronized void restore(JsonNode state) {
        Check.that(
                state.isNumber() && state.doubleValue() >= 0,
                "state of a Lagrange multiplier",
                state,
                "must be a number of at least 0",
                "restore what state() gave");
        weight = state.doubleValue();
    }
}
