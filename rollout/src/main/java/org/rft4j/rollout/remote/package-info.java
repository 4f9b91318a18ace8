/**
 * Samples from a model on a server that speaks OpenAI's protocol, and how the server gets new weights.
 *
 * <p>{@link RemoteSampler} is a sampler as any other; {@link Dialect} says what the server understands and whether its tokens are fit for
 * training; {@link RemoteWeights} pushes an adapter after a step.
 */
@NullMarked
package org.rft4j.rollout.remote;

import org.jspecify.annotations.NullMarked;
