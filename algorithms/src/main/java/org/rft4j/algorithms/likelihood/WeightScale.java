package org.rft4j.algorithms.likelihood;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What weights of rows are divided by. */
public enum WeightScale {
    /** Nothing: the weights are what their formula says. */
    NONE {
        @Override
        double[] scaled(double[] logarithms, int[] units) {
            return Arrays.stream(logarithms).map(Math::exp).toArray();
        }
    },

    /** The mean over the rows of the optimiser step. */
    STEP {
        @Override
        double[] scaled(double[] logarithms, int[] units) {
            return byGroup(logarithms, new int[units.length]);
        }
    },

    /** The mean over the rows of the unit, such as the answers to one prompt. */
    UNIT {
        @Override
        double[] scaled(double[] logarithms, int[] units) {
            return byGroup(logarithms, units);
        }
    };

    /** Weights, given their logarithms and which unit each row belongs to. */
    abstract double[] scaled(double[] logarithms, int[] units);

    /** The largest of a group is subtracted first, so that no exponential is infinite and one of them is 1. */
    private static double[] byGroup(double[] logarithms, int[] groups) {
        Map<Integer, Double> largest = new TreeMap<>();
        for (int i = 0; i < groups.length; i++) {
            largest.merge(groups[i], logarithms[i], Math::max);
        }
        Map<Integer, Double> sums = new TreeMap<>();
        Map<Integer, Integer> sizes = new TreeMap<>();
        double[] weights = new double[groups.length];
        for (int i = 0; i < groups.length; i++) {
            weights[i] = Math.exp(logarithms[i] - largest.getOrDefault(groups[i], 0.0));
            sums.merge(groups[i], weights[i], Double::sum);
            sizes.merge(groups[i], 1, Integer::sum);
        }
        for (int i = 0; i < groups.length; i++) {
            weights[i] *= sizes.getOrDefault(groups[i], 1) / sums.getOrDefault(groups[i], 1.0);
        }
        return weights;
    }
}
