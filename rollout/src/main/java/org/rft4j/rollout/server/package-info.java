/**
 * A small server that speaks OpenAI's protocol, over any sampler: for trying a policy while it trains, and for tests.
 *
 * <p>{@link PolicyServer#start} serves a {@link ServedPolicy} on loopback; {@link ServerOptions} has address, key and limits.
 */
@NullMarked
package org.rft4j.rollout.server;

import org.jspecify.annotations.NullMarked;
