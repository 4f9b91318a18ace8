/**
 * Sampling from a policy in this process: one batch of many texts, begun and ended at any time.
 *
 * <p>Begin with {@link PolicySampler#of}. {@link SamplerOptions} says how many texts are written at once and how much memory they may take;
 * {@link SamplerLlmClient} lets judges and simulated users ask the same model.
 */
@NullMarked
package org.rft4j.rollout.sampler;

import org.jspecify.annotations.NullMarked;
