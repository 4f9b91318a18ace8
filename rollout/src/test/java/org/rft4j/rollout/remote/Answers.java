package org.rft4j.rollout.remote;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;

/** Answers as vLLM gives them, and requests for them. */
final class Answers {
    static final String JSON = "application/json";
    static final String STREAM = "text/event-stream; charset=utf-8";
    static final String OK = "200 OK";
    static final String MODEL = "tiny";

    /** The text "hi" in two tokens and an end token. */
    static final String GOOD = whole("\"hi\"", "[104,105,257]", "[-0.5,-0.25,-1.5]", "stop", "null");

    static final RetryOptions QUICK = new RetryOptions(3, Duration.ofMillis(1), Duration.ofMillis(20));

    private Answers() {}

    static String whole(String text, String ids, String logProbs, String finish, String stop) {
        return "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"model\":\"tiny\",\"choices\":[{\"index\":0,\"text\":"
                + text + ",\"logprobs\":{\"tokens\":" + ids.replaceAll("\\d+", "\"t\"") + ",\"token_logprobs\":"
                + logProbs
                + "},\"token_ids\":" + ids + ",\"prompt_token_ids\":[1,2],\"finish_reason\":\"" + finish
                + "\",\"stop_reason\":" + stop + "}],\"usage\":{}}";
    }

    /** A piece of a stream; {@code finish} as JSON. */
    static String piece(String text, long id, String logProb, String finish) {
        return "data: {\"model\":\"tiny\",\"choices\":[{\"index\":0,\"text\":\"" + text
                + "\",\"logprobs\":{\"tokens\":[\"t\"],\"token_logprobs\":[" + logProb + "]},\"token_ids\":[" + id
                + "],\"finish_reason\":" + finish + "}]}\n\n";
    }

    static String streamHead() {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + STREAM + "\r\nConnection: close\r\n\r\n";
    }

    static RemoteOptions options(URI server) {
        return RemoteOptions.of(server, MODEL, Dialect.vllm()).withRetry(QUICK).withTimeLimit(Duration.ofMinutes(2));
    }

    static SampleRequest request(int sample) {
        return new SampleRequest(SampleKey.of("p", sample), Prompt.of("Hello"), SamplingOptions.of(3, 11));
    }

    static Sample one(RemoteOptions options) {
        try (RemoteSampler sampler = RemoteSampler.of(options)) {
            return sampler.sample(List.of(request(0))).get(0);
        }
    }
}
