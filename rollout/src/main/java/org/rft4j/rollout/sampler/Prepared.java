package org.rft4j.rollout.sampler;

import java.util.List;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.StopReason;

/**
 * A request that can be served.
 *
 * @param request what is wanted
 * @param prompt what the model sees
 * @param room how many new tokens there is room for and may be written, 0 = the prompt fills what the model can see
 * @param endIds tokens that end the text
 * @param text empty yet
 */
record Prepared(SampleRequest request, long[] prompt, int room, List<Long> endIds, SampleText text) {
    /** Why a sample ends that has used up its room. */
    StopReason whenFull() {
        return room < request.options().maxNewTokens() ? StopReason.CONTEXT_FULL : StopReason.LENGTH;
    }
}
