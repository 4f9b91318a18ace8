package org.rft4j.rollout.sampler;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.LlmClient;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.EngineException;
import org.rft4j.engine.Rft4jException;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Asks a sampler in words: a policy as its own critic, judge or user. The same conversation with the same seed gets the same answer;
 * different conversations draw different numbers. Any number of threads may ask; whoever cancels the future of an answer ends its
 * sample.
 */
public final class SamplerLlmClient implements LlmClient {
    private final Sampler sampler;

    /**
     * A client of a sampler.
     *
     * @param sampler which stays the caller's
     */
    public SamplerLlmClient(Sampler sampler) {
        this.sampler = sampler;
    }

    @Override
    public CompletableFuture<String> answer(Conversation conversation, SamplingOptions options) {
        SampleHandle handle;
        try {
            SampleRequest request = new SampleRequest(keyOf(conversation), new Prompt.Chat(conversation), options);
            handle = sampler.submit(List.of(request), SampleListener.NONE).get(0);
        } catch (Rft4jException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<String> answer = handle.result().thenApply(SamplerLlmClient::textOf);
        answer.exceptionally(failure -> {
            handle.cancel(); // the answer was cancelled, or there is nothing left to cancel
            return "";
        });
        return answer;
    }

    private static SampleKey keyOf(Conversation conversation) {
        long content = KeyedRandom.ofSeed(0).derive(conversation.toString()).bits(0);
        return SampleKey.of("conversation " + Long.toHexString(content), 0);
    }

    private static String textOf(Sample sample) {
        StopReason reason = sample.stopReason();
        if (reason.ended() || reason.truncated()) {
            return sample.text();
        }
        throw new EngineException("The model gave no answer: its sample ended with " + reason
                + sample.error().map(error -> " (" + error + ")").orElse("")
                + ". Way out: allow it more time, or see what the error says");
    }
}
