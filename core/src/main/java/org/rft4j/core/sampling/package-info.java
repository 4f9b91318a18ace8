/**
 * Asking a model to write: requests, answers and who gives them, in this process or elsewhere.
 *
 * <p>A {@link Sampler} takes {@link SampleRequest}s, each a prompt with {@link SamplingOptions} under a {@link SampleKey}, and gives {@link
 * Sample}s with ids, log-probs, text and why they ended. The key decides which random numbers a sample is drawn with.
 */
@NullMarked
package org.rft4j.core.sampling;

import org.jspecify.annotations.NullMarked;
