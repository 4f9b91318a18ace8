package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;

/** What vLLM adds, as of 0.13. */
final class VllmDialect extends Dialect {
    private static final int SEED_BITS = 53; // what every JSON library keeps

    @Override
    void check(SampleRequest request) {
        SamplingFields.requireSmall(request.options(), "vLLM");
    }

    @Override
    void write(SampleRequest request, ObjectNode body) {
        SamplingFields.writeCommon(request, body);
        SamplingFields.writeExtended(request, body);
        body.put("seed", SamplingFields.seed(request, SEED_BITS));
        body.put("return_tokens_as_token_ids", true);
        if (request.prompt() instanceof Prompt.Chat chat
                && !chat.conversation().tools().isEmpty()) {
            body.put("tool_choice", "none"); // the template shows the tools, and calls stay in the text
        }
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
