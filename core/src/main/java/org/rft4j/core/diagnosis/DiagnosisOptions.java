package org.rft4j.core.diagnosis;

import org.rft4j.engine.Check;

/**
 * When a run counts as ill.
 *
 * @param rounds for how many rounds in a row groups must be equal, completions cut off, or rewards silent
 * @param steps for how many optimiser steps in a row clipping, divergence, entropy or stillness must last
 * @param truncatedShare more completions than this are cut off
 * @param firstPassDeviation largest |log ratio| on the first pass of a round that rounding explains
 * @param samplerGap largest difference of log-probs between sampler and trainer that is still small
 * @param clippedShare more tokens than this are clipped
 * @param kl mean divergence per token from the reference that is too far
 * @param ppoKl mean divergence per token from the old policy that is too far
 * @param entropyShare less entropy than this share of that of the first step
 * @param skippedInARow so many steps that were skipped in a row end the run
 * @param margin mean difference of the rewards of chosen and rejected answers above which pairs have next to no gradient
 * @param labelWeights by what factor wanted and unwanted answers may weigh otherwise than they should
 */
public record DiagnosisOptions(
        int rounds,
        int steps,
        double truncatedShare,
        double firstPassDeviation,
        double samplerGap,
        double clippedShare,
        double kl,
        double ppoKl,
        double entropyShare,
        int skippedInARow,
        double margin,
        double labelWeights) {
    /** What fits most runs; a first-pass deviation of 0.01 allows for half precision. */
    public static final DiagnosisOptions DEFAULT =
            new DiagnosisOptions(3, 3, 0.25, 0.01, 0.5, 0.3, 1, 0.2, 0.05, 5, 10, 2);

    /** Checks the numbers. */
    public DiagnosisOptions {
        Check.that(
                rounds > 0 && steps > 0 && skippedInARow > 0,
                "rounds, steps and skippedInARow",
                rounds + ", " + steps + " and " + skippedInARow,
                "must be positive",
                "use 3, 3 and 5");
        requireShare("truncatedShare", truncatedShare);
        requireShare("clippedShare", clippedShare);
        requireShare("entropyShare", entropyShare);
        requireLimit("firstPassDeviation", firstPassDeviation);
        requireLimit("samplerGap", samplerGap);
        requireLimit("kl", kl);
        requireLimit("ppoKl", ppoKl);
        requireLimit("margin", margin);
        Check.that(labelWeights > 1, "labelWeights", labelWeights, "must be above 1", "see DiagnosisOptions.DEFAULT");
    }

    /**
     * The same limits, but for cut off completions: where they are parts of texts by design, being cut off says nothing.
     *
     * @param share which share of them may be cut off, 1 to say nothing of it
     * @return these options with it
     */
    public DiagnosisOptions withTruncatedShare(double share) {
        return new DiagnosisOptions(
                rounds,
                steps,
                share,
                firstPassDeviation,
                samplerGap,
                clippedShare,
                kl,
                ppoKl,
                entropyShare,
                skippedInARow,
                margin,
                labelWeights);
    }

    private static void requireShare(String what, double share) {
        Check.that(share >= 0 && share <= 1, what, share, "must be between 0 and 1", "see DiagnosisOptions.DEFAULT");
    }

    private static void requireLimit(String what, double limit) {
        Check.that(limit >= 0, what, limit, "must be at least 0", "use infinity to say nothing of it");
    }
}
