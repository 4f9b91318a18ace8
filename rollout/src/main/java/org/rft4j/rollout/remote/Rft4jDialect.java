package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;

/** What our own server adds: the key that tokens are drawn by. */
final class Rft4jDialect extends Dialect {
    @Override
    void check(SampleRequest request) {
        // it has words for everything
    }

    @Override
    void write(SampleRequest request, ObjectNode body) {
        SamplingFields.writeCommon(request, body);
        SamplingFields.writeExtended(request, body);
        SampleKey key = request.key();
        body.put("seed", request.options().seed());
        body.putObject("sample_key")
                .put("round", key.round())
                .put("prompt_id", key.promptId())
                .put("sample", key.sample())
                .put("turn", key.turn());
    }

    @Override
    boolean isModel(String asked, String answered) {
        return answered.equals(asked);
    }

    @Override
    SampledTokens tokens(SampleRequest request, Answer.Snapshot answer) {
        return DrawnTokens.of(request, answer);
    }
}
