package org.rft4j.core.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.policy.BatchLayout;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.random.KeyedRandom;

/**
 * How a round is trained. Neither the token budget nor the number of rows of a micro-batch changes the result, up to rounding.
 *
 * @param iterations how many times the round is gone through
 * @param miniBatches into how many optimiser steps each of these is divided
 * @param tokenBudget the most tokens of a micro-batch, padding included; a longer sequence stands alone
 * @param maxRows the most sequences of a micro-batch
 * @param memory what is kept for the way back
 * @param layout how sequences lie in the rows that the model sees
 * @param entropy whether entropies are told, which costs a little time
 * @param skipSilent whether rows that cannot change the weights are not run, see {@link Objective#isSilent}. The loss is the same; what is told
 *     of ratios and entropies is then the mean over the rows that are run
 */
public record UpdatePlan(
        int iterations,
        int miniBatches,
        int tokenBudget,
        int maxRows,
        ActivationMemory memory,
        BatchLayout layout,
        boolean entropy,
        boolean skipSilent) {
    /** One optimiser step per round, micro-batches of 8192 tokens, all rows. */
    public static final UpdatePlan DEFAULT =
            new UpdatePlan(1, 1, 8192, 64, ActivationMemory.KEEP_PRODUCTS, BatchLayout.rightPadded(), true, false);

    /** Checks the numbers. */
    public UpdatePlan {
        Check.that(iterations >= 1, "iterations", iterations, "must be at least 1", "1 is strictly on policy");
        Check.that(miniBatches >= 1, "miniBatches", miniBatches, "must be at least 1", "1 is one step per iteration");
        Check.that(tokenBudget >= 1, "tokenBudget", tokenBudget, "must be at least 1", "begin with 8192");
        Check.that(maxRows >= 1, "maxRows", maxRows, "must be at least 1", "begin with 64");
        Check.that(
                memory != ActivationMemory.KEEP_NOTHING,
                "memory",
                memory,
                "must keep something for the way back",
                "use KEEP_PRODUCTS, or RECOMPUTE_LAYERS where memory is short");
    }

    /**
     * The same with several optimiser steps per round.
     *
     * @param passes how many times the round is gone through
     * @param parts into how many optimiser steps each of these is divided
     * @return a plan with them
     */
    public UpdatePlan withSteps(int passes, int parts) {
        return new UpdatePlan(passes, parts, tokenBudget, maxRows, memory, layout, entropy, skipSilent);
    }

    /**
     * The same with other micro-batches.
     *
     * @param tokens the most tokens of a micro-batch, padding included
     * @param rows the most sequences of a micro-batch
     * @return a plan with them
     */
    public UpdatePlan withMicroBatches(int tokens, int rows) {
        return new UpdatePlan(iterations, miniBatches, tokens, rows, memory, layout, entropy, skipSilent);
    }

    /**
     * The same, keeping something else for the way back.
     *
     * @param kept what is kept
     * @return a plan with it
     */
    public UpdatePlan withMemory(ActivationMemory kept) {
        return new UpdatePlan(iterations, miniBatches, tokenBudget, maxRows, kept, layout, entropy, skipSilent);
    }

    /**
     * The same in another layout.
     *
     * @param other how sequences lie in the rows that the model sees
     * @return a plan with it
     */
    public UpdatePlan withLayout(BatchLayout other) {
        return new UpdatePlan(iterations, miniBatches, tokenBudget, maxRows, memory, other, entropy, skipSilent);
    }

    /**
     * The same without telling entropies.
     *
     * @return a plan without them
     */
    public UpdatePlan withoutEntropy() {
        return new UpdatePlan(iterations, miniBatches, tokenBudget, maxRows, memory, layout, false, skipSilent);
    }

    /**
     * The same, not running rows that cannot change the weights.
     *
     * @return a plan that skips them
     */
    public UpdatePlan skippingSilentRows() {
        return new UpdatePlan(iterations, miniBatches, tokenBudget, maxRows, memory, layout, entropy, true);
    }

    /**
     * How many optimiser steps a round has, unless it has fewer units of rows than that.
     *
     * @return iterations times mini-batches
     */
    public int stepsPerRound() {
        return Math.multiplyExact(iterations, miniBatches);
    }

    /**
     * Divides a round into optimiser steps. Each iteration has an order of its own, unless it is a single step.
     *
     * @param units rows with the same number stay together
     * @param random draws of the round
     * @return the rows of each optimiser step, none empty
     */
    public List<List<Integer>> windows(int[] units, KeyedRandom random) {
        Map<Integer, List<Integer>> byUnit = new LinkedHashMap<>();
        for (int row = 0; row < units.length; row++) {
            byUnit.computeIfAbsent(units[row], absent -> new ArrayList<>()).add(row);
        }
        List<List<Integer>> all = new ArrayList<>(byUnit.values());
        int parts = Math.min(miniBatches, all.size());
        List<List<Integer>> windows = new ArrayList<>();
        for (int iteration = 0; iteration < iterations; iteration++) {
            List<List<Integer>> order = parts == 1 ? all : shuffled(all, random.derive(iteration));
            for (int part = 0; part < parts; part++) {
                int from = (int) ((long) part * order.size() / parts);
                int to = (int) ((part + 1L) * order.size() / parts);
                List<Integer> rows = new ArrayList<>();
                order.subList(from, to).forEach(rows::addAll);
                windows.add(List.copyOf(rows));
            }
        }
        return windows;
    }

    private static List<List<Integer>> shuffled(List<List<Integer>> units, KeyedRandom random) {
        List<List<Integer>> order = new ArrayList<>(units);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = (int) (random.uniform(i) * (i + 1));
            List<Integer> swapped = order.get(i);
            order.set(i, order.get(j));
            order.set(j, swapped);
        }
        return order;
    }
}
