package org.rft4j.core.policy;

import org.rft4j.engine.kernels.Divergence;

/**
 * What a policy's distributions are compared with, token by token over the whole vocabulary.
 *
 * @param reference whose distributions are constants; q in {@link Divergence}, where the policy's are p
 * @param divergence how far they are apart
 */
public record Comparison(ModelReference reference, Divergence divergence) {}
