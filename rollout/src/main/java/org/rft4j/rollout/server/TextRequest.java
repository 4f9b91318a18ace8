package org.rft4j.rollout.server;

import java.util.List;
import org.rft4j.core.sampling.SampleRequest;

/**
 * What a client wants.
 *
 * @param format which of the two protocols it speaks
 * @param samples the texts, all samples of a prompt before those of the next
 * @param samplesPerPrompt how many of them are of one prompt
 * @param show what it wants to see of them
 */
record TextRequest(AnswerFormat format, List<SampleRequest> samples, int samplesPerPrompt, Show show) {
    TextRequest {
        samples = List.copyOf(samples);
    }

    /**
     * What is shown of a text.
     *
     * @param streaming whether it comes piece by piece
     * @param usage whether a stream ends with the number of tokens
     * @param logProbs whether log-probs are shown
     * @param ids whether token ids are shown
     * @param spelledAsIds whether tokens are spelled as {@code token_id:N}
     */
    record Show(boolean streaming, boolean usage, boolean logProbs, boolean ids, boolean spelledAsIds) {}
}
