/**
 * Kernels over the vocabulary: log-probabilities and entropies of tokens, whole-distribution losses, sampling, scalar
 * heads. Each has a forward pass that returns numbers on [B,T] and an analytic backward pass; none holds a [B,T,V]
 * tensor.
 */
@NullMarked
package org.rft4j.engine.kernels;

import org.jspecify.annotations.NullMarked;
