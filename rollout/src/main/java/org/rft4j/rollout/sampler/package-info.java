/** Sampling from a policy in this process: one batch of many texts, begun and ended at any time. */
@NullMarked
package org.rft4j.rollout.sampler;

import org.jspecify.annotations.NullMarked;
