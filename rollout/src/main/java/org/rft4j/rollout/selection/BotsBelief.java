package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What BOTS believes of each task's pass rate, and of the policy's place between two reference models. */
final class BotsBelief {
    /** A mean error from here on halves rho. */
    private static final double FAR_OFF = 0.25;

    private static final double EPSILON = 1e-6;
    /** What a restored number may be: shapes are 1 or more, but for rounding. */
    private static final double LEAST = 0.99;

    private static final double MOST = 1e15;

    private final BotsOptions options;
    private final double[] weak;
    private final double[] strong;
    private final double[] alphas;
    private final double[] betas;
    private double rho;
    private double capability = Double.NaN;

    BotsBelief(double[] weak, double[] strong, BotsOptions options) {
        this.weak = weak;
        this.strong = strong;
        this.options = options;
        rho = options.rho();
        alphas = new double[weak.length];
        betas = new double[weak.length];
        Arrays.fill(alphas, 1);
        Arrays.fill(betas, 1);
    }

    /**
     * What a round showed of a task.
     *
     * @param task its index
     * @param successes how many samples passed
     * @param samples how many there were, at least one
     */
    record Seen(int task, int successes, int samples) {
        double rate() {
            return successes / (double) samples;
        }

        /** Both groups, where a task had two in a round. */
        Seen and(Seen other) {
            return new Seen(task, successes + other.successes, samples + other.samples);
        }
    }

    double alpha(int task) {
        return alphas[task];
    }

    double beta(int task) {
        return betas[task];
    }

    double rho() {
        return rho;
    }

    double mean(int task) {
        return alphas[task] / (alphas[task] + betas[task]);
    }

    /** Takes in a round. One in which nothing was seen changes nothing. */
    void update(List<Seen> round) {
        if (round.isEmpty()) {
            return;
        }
        updateCapability(round);
        double error = mean(round, seen -> Math.abs(implicitRate(seen.task()) - seen.rate()));
        if (options.halvesRho() && error >= FAR_OFF) {
            rho /= 2;
        }
        Seen[] seen = new Seen[alphas.length];
        round.forEach(one -> seen[one.task()] = one);
        for (int task = 0; task < alphas.length; task++) {
            alphas[task] = (1 - options.lambda()) * alphas[task] + options.lambda();
            betas[task] = (1 - options.lambda()) * betas[task] + options.lambda();
            if (seen[task] != null) {
                alphas[task] += seen[task].successes();
                betas[task] += seen[task].samples() - seen[task].successes();
            } else {
                double rate = implicitRate(task);
                alphas[task] += rho * rate * options.samples();
                betas[task] += rho * (1 - rate) * options.samples();
            }
        }
    }

    private void updateCapability(List<Seen> round) {
        double low = mean(round, seen -> weak[seen.task()]);
        double high = mean(round, seen -> strong[seen.task()]);
        double now = (mean(round, Seen::rate) - low) / (high - low + EPSILON);
        capability = Double.isNaN(capability) ? now : options.memory() * capability + (1 - options.memory()) * now;
    }

    private double implicitRate(int task) {
        return Math.max(0, Math.min(1, weak[task] + capability * (strong[task] - weak[task])));
    }

    private static double mean(List<Seen> round, ToDoubleFunction<Seen> number) {
        return round.stream().mapToDouble(number).average().orElseThrow();
    }

    void writeTo(ObjectNode state) {
        state.put("rho", rho);
        if (!Double.isNaN(capability)) {
            state.put("capability", capability);
        }
        state.set("alphas", SelectorState.array(alphas));
        state.set("betas", SelectorState.array(betas));
    }

    void readFrom(JsonNode state) {
        double[] restoredAlphas = SelectorState.reals(state, "alphas", alphas.length, LEAST, MOST);
        double[] restoredBetas = SelectorState.reals(state, "betas", betas.length, LEAST, MOST);
        double restoredRho = SelectorState.real(state, "rho", 0, 1);
        capability = state.has("capability") ? SelectorState.real(state, "capability", -MOST, MOST) : Double.NaN;
        rho = restoredRho;
        System.arraycopy(restoredAlphas, 0, alphas, 0, alphas.length);
        System.arraycopy(restoredBetas, 0, betas, 0, betas.length);
    }
}
