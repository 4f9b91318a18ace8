package org.rft4j.core.sampling;

import java.util.Optional;

/**
 * What a model wrote. A sample that failed is a sample too: its stop reason is {@code ERROR}, and it has what was written until
 * then.
 *
 * @param key which sample this is
 * @param tokens what it is trained on
 * @param text what is shown and scored: without the token that ended it and without what a stop string cuts off
 * @param stopReason why it ends
 * @param policyVersion the version of the weights that wrote it
 * @param error what broke, if something did
 */
public record Sample(
        SampleKey key,
        SampledTokens tokens,
        String text,
        StopReason stopReason,
        long policyVersion,
        Optional<String> error) {}
