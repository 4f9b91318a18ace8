package org.rft4j.engine.optimizer;

import org.rft4j.engine.Check;

/**
 * AdamW's settings. The learning rate is given at each step.
 *
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param eps added to the root of the second moment
 * @param weightDecay decoupled, applied to parameters that decay
 * @param maxGradNorm gradients are scaled down to this global norm; 0 = no clipping
 */
public record AdamWOptions(double beta1, double beta2, double eps, double weightDecay, double maxGradNorm) {
    /** The values of TRL's trainers: betas 0.9 and 0.999, eps 1e-8, no weight decay, gradients clipped to norm 1. */
    public static final AdamWOptions DEFAULT = new AdamWOptions(0.9, 0.999, 1e-8, 0, 1);

    public AdamWOptions {
        Check.that(beta1 >= 0 && beta1 < 1, "beta1", beta1, "must be at least 0 and below 1", "use 0.9");
        Check.that(beta2 >= 0 && beta2 < 1, "beta2", beta2, "must be at least 0 and below 1", "use 0.999");
        Check.that(eps > 0, "eps", eps, "must be positive", "use 1e-8");
        Check.that(weightDecay >= 0, "weightDecay", weightDecay, "must be at least 0", "use 0 for none");
        Check.that(maxGradNorm >= 0, "maxGradNorm", maxGradNorm, "must be at least 0", "use 0 for no clipping");
    }
}
