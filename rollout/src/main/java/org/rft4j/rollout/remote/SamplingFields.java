package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;

/** How options are written in requests: first what OpenAI's protocol has, then what vLLM and our server add. */
final class SamplingFields {
    private static final double MAX_BIAS = 100;
    private static final double MAX_PENALTY = 2;

    private SamplingFields() {}

    static void writeCommon(SampleRequest request, ObjectNode body) {
        SamplingOptions options = request.options();
        SamplingFilter filter = options.filter();
        body.put("max_tokens", options.maxNewTokens());
        body.put("temperature", filter.temperature());
        body.put("top_p", filter.topP());
        if (filter.presencePenalty() != 0) {
            body.put("presence_penalty", filter.presencePenalty());
        }
        if (filter.frequencyPenalty() != 0) {
            body.put("frequency_penalty", filter.frequencyPenalty());
        }
        body.put("n", 1);
        if (!options.logitBias().isEmpty()) {
            ObjectNode biases = body.putObject("logit_bias");
            options.logitBias().forEach((id, bias) -> biases.put(String.valueOf(id), bias));
        }
        if (!options.stopStrings().isEmpty()) {
            options.stopStrings().forEach(body.putArray("stop")::add);
        }
        if (request.prompt() instanceof Prompt.Chat) {
            body.put("logprobs", true);
        } else {
            body.put("logprobs", 1); // llama.cpp gives none for 0
        }
    }

    static void writeExtended(SampleRequest request, ObjectNode body) {
        SamplingOptions options = request.options();
        SamplingFilter filter = options.filter();
        body.put("top_k", filter.topK());
        body.put("min_p", filter.minP());
        body.put("repetition_penalty", filter.repetitionPenalty());
        body.put("min_tokens", options.minNewTokens());
        body.put("include_stop_str_in_output", options.keepStopString());
        if (!options.endIds().isEmpty()) {
            options.endIds().forEach(body.putArray("stop_token_ids")::add);
            body.put("ignore_eos", true); // else the model's own would end the text too
        }
        body.put("return_token_ids", true);
    }

    /** A seed of the sample's own, of so many bits. */
    static long seed(SampleRequest request, int bits) {
        return request.key().random(request.options().seed()).derive("server").bits(0) >>> (Long.SIZE - bits);
    }

    /** Other servers than ours refuse larger numbers, or cut them off. */
    static void requireSmall(SamplingOptions options, String server) {
        options.logitBias()
                .forEach((id, bias) -> Check.that(
                        Math.abs(bias) <= MAX_BIAS,
                        "logit bias of token " + id,
                        bias,
                        "must be between -100 and 100 for " + server,
                        "-100 all but forbids a token, 100 all but forces it"));
        requireSmall("presencePenalty", options.filter().presencePenalty(), server);
        requireSmall("frequencyPenalty", options.filter().frequencyPenalty(), server);
    }

    private static void requireSmall(String what, double penalty, String server) {
        Check.that(
                Math.abs(penalty) <= MAX_PENALTY,
                what,
                penalty,
                "must be between -2 and 2 for " + server,
                "ask our own server with Dialect.rft4j() for more");
    }
}
