package org.rft4j.core.sampling;

import org.rft4j.core.data.Prompt;

/**
 * A text to be written.
 *
 * @param key names the sample; its randomness depends on the key and the options' seed alone
 * @param prompt what the model is asked
 * @param options how it writes
 */
public record SampleRequest(SampleKey key, Prompt prompt, SamplingOptions options) {}
