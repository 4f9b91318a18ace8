package org.rft4j.engine.kernels;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A sampler's filters for one row of logits, by sorting and loops. */
final class PlainFilter {
    /** Decisions closer than this could fall either way in fp32. */
    private static final double MARGIN = 1e-4;

    private final SamplingFilter filter;

    PlainFilter(SamplingFilter filter) {
        this.filter = filter;
    }

    /** Logits after repetition penalty and temperature. */
    double[] adjusted(double[] raw, Set<Long> seen) {
        return adjusted(raw, seen, List.of(), TokenRules.NONE);
    }

    /** Logits after rules, penalties and temperature; {@code generated} is what the turn has so far, again and again. */
    double[] adjusted(double[] raw, Set<Long> seen, List<Long> generated, TokenRules rules) {
        double[] z = raw.clone();
        for (int v = 0; v < z.length; v++) {
            long id = v;
            z[v] += rules.bias().getOrDefault(id, 0.0);
            if (generated.size() < rules.minNewTokens() && rules.endIds().contains(id)) {
                z[v] = Double.NEGATIVE_INFINITY;
            }
            if (seen.contains(id)) {
                z[v] = z[v] > 0 ? z[v] / filter.repetitionPenalty() : z[v] * filter.repetitionPenalty();
            }
            long times = generated.stream().filter(other -> other == id).count();
            z[v] -= (times > 0 ? filter.presencePenalty() : 0) + times * filter.frequencyPenalty();
            z[v] /= filter.temperature() == 0 ? 1 : filter.temperature();
        }
        return z;
    }

    /** Which tokens may be drawn. */
    boolean[] support(double[] z) {
        return support(z, filter.topP(), filter.minP());
    }

    /** Whether the support is the same with slightly other logits. */
    boolean isRobust(double[] z) {
        boolean[] support = support(z);
        double[] sorted = sortedDown(z);
        boolean gapAtK = filter.topK() == 0
                || filter.topK() >= z.length
                || sorted[filter.topK() - 1] - sorted[filter.topK()] > MARGIN;
        return gapAtK
                && Arrays.equals(support, support(z, filter.topP() - MARGIN, filter.minP() * (1 - MARGIN)))
                && Arrays.equals(
                        support, support(z, Math.min(1, filter.topP() + MARGIN), filter.minP() * (1 + MARGIN)));
    }

    private boolean[] support(double[] z, double topP, double minP) {
        boolean[] kept = new boolean[z.length];
        Arrays.fill(kept, true);
        if (filter.temperature() == 0) {
            return kept;
        }
        double[] sorted = sortedDown(z);
        if (filter.topK() > 0 && filter.topK() < z.length) {
            for (int v = 0; v < z.length; v++) {
                kept[v] = z[v] >= sorted[filter.topK() - 1];
            }
        }
        if (filter.topP() < 1) {
            double[] log = restricted(z, kept);
            boolean[] nucleus = new boolean[z.length];
            for (int v = 0; v < z.length; v++) {
                double above = 0;
                for (int w = 0; w < z.length; w++) {
                    above += kept[w] && z[w] > z[v] ? Math.exp(log[w]) : 0;
                }
                nucleus[v] = kept[v] && (above < topP || z[v] == sorted[0]);
            }
            kept = nucleus;
        }
        for (int v = 0; v < z.length && minP > 0; v++) {
            kept[v] &= Math.exp(z[v] - sorted[0]) >= minP;
        }
        return kept;
    }

    /** Log-probs over a support, minus infinity outside it. */
    static double[] restricted(double[] z, boolean[] support) {
        double[] masked = z.clone();
        for (int v = 0; v < z.length; v++) {
            masked[v] = support[v] ? z[v] : Double.NEGATIVE_INFINITY;
        }
        return PlainDistributions.logSoftmax(masked, 1);
    }

    private static double[] sortedDown(double[] z) {
        double[] ascending = z.clone();
        Arrays.sort(ascending);
        double[] result = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            result[i] = ascending[z.length - 1 - i];
        }
        return result;
    }
}
