package org.rft4j.rollout.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/** Writes letters that key and seed decide, one token each. It knows 64 tokens of context. */
public final class FakeSampler implements Sampler {
    /** Version of its weights. */
    public static final long VERSION = 7;

    /** How many tokens it sees. */
    public static final int CONTEXT = 64;

    private static final int LETTERS = 26;

    private final Tokenizer tokenizer = Tokenizers.bytes();
    private final ExecutorService thread;
    private final boolean holding;
    private final List<SampleRequest> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun;
    private final CountDownLatch cancelled;
    private final CountDownLatch closed = new CountDownLatch(1);

    private FakeSampler(boolean holding, int expected) {
        this.holding = holding;
        this.begun = new CountDownLatch(expected);
        this.cancelled = new CountDownLatch(expected);
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread daemon = new Thread(task, "fake-sampler");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * A sampler that writes.
     *
     * @return it
     */
    public static FakeSampler writing() {
        return new FakeSampler(false, 0);
    }

    /**
     * A sampler that begins with "ab" and never ends.
     *
     * @param expected for how many samples the latches wait
     * @return it
     */
    public static FakeSampler holding(int expected) {
        return new FakeSampler(true, expected);
    }

    /**
     * Its tokenizer.
     *
     * @return bytes
     */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /**
     * What it was asked.
     *
     * @return all requests so far
     */
    public List<SampleRequest> seen() {
        return seen;
    }

    /**
     * Opens when the expected number has begun.
     *
     * @return the latch
     */
    public CountDownLatch begun() {
        return begun;
    }

    /**
     * Opens when the expected number was cancelled.
     *
     * @return the latch
     */
    public CountDownLatch cancelled() {
        return cancelled;
    }

    /**
     * Opens when it is closed.
     *
     * @return the latch
     */
    public CountDownLatch closed() {
        return closed;
    }

    @Override
    public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
        for (SampleRequest request : requests) {
            Check.that(
                    !request.key().promptId().equals("refused"), "prompt", "refused", "must be another", "ask another");
        }
        List<SampleHandle> handles = new ArrayList<>();
        for (SampleRequest request : requests) {
            seen.add(request);
            CompletableFuture<Sample> result = new CompletableFuture<>();
            handles.add(new Handle(request, result));
            thread.execute(() -> {
                if (holding) {
                    listener.written(request.key(), "ab", 2);
                    begun.countDown();
                } else {
                    result.complete(write(request, listener));
                }
            });
        }
        return handles;
    }

    private final class Handle implements SampleHandle {
        private final SampleRequest request;
        private final CompletableFuture<Sample> result;

        Handle(SampleRequest request, CompletableFuture<Sample> result) {
            this.request = request;
            this.result = result;
        }

        @Override
        public CompletableFuture<Sample> result() {
            return result.copy();
        }

        @Override
        public void cancel() {
            if (result.complete(sample(request, new long[0], new float[0], "", StopReason.CANCELLED))) {
                cancelled.countDown();
            }
        }
    }

    private Sample write(SampleRequest request, SampleListener listener) {
        SamplingOptions options = request.options();
        KeyedRandom random = request.key().random(options.seed());
        long end = tokenizer.specialTokens().eosIds().get(0);
        List<Long> ends = options.endIds().isEmpty() ? List.of(end) : options.endIds();
        int room = CONTEXT - prompt(request.prompt()).length;
        List<Long> ids = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        StopReason reason = StopReason.LENGTH;
        while (ids.size() < options.maxNewTokens() && reason == StopReason.LENGTH) {
            if (ids.size() == room) {
                reason = StopReason.CONTEXT_FULL;
                break;
            }
            int letter = (int) (random.uniform(ids.size()) * (LETTERS + 1));
            long id = letter == LETTERS && ids.size() >= options.minNewTokens() ? end : 'a' + letter % LETTERS;
            ids.add(id);
            if (ends.contains(id)) {
                reason = StopReason.END_TOKEN;
            } else {
                text.append((char) id);
                String written = text.toString();
                if (options.stopStrings().stream().anyMatch(written::endsWith)) {
                    reason = StopReason.STOP_STRING;
                    options.stopStrings().stream()
                            .filter(stop -> written.endsWith(stop) && !options.keepStopString())
                            .forEach(stop -> text.setLength(written.length() - stop.length()));
                }
            }
        }
        listener.written(request.key(), text.toString(), ids.size());
        float[] logProbs = new float[ids.size()];
        for (int i = 0; i < logProbs.length; i++) {
            logProbs[i] = (float) Math.log1p(-random.uniform(i));
        }
        return sample(request, ids.stream().mapToLong(Long::longValue).toArray(), logProbs, text.toString(), reason);
    }

    private Sample sample(SampleRequest request, long[] ids, float[] logProbs, String text, StopReason reason) {
        boolean broken = request.key().promptId().equals("broken");
        return new Sample(
                request.key(),
                new SampledTokens(prompt(request.prompt()), ids, logProbs, SampledTokens.Origin.DRAWN),
                text,
                broken ? StopReason.ERROR : reason,
                VERSION,
                broken ? Optional.of("the fake broke") : Optional.empty());
    }

    private long[] prompt(Prompt prompt) {
        if (prompt instanceof Prompt.Tokens tokens) {
            return tokens.ids();
        }
        StringBuilder text = new StringBuilder();
        if (prompt instanceof Prompt.Chat chat) {
            for (ChatMessage message : chat.conversation().messages()) {
                text.append(message.role()).append(message.toMap().get("content"));
            }
            chat.conversation().tools().forEach(tool -> text.append(tool.schema()));
        } else if (prompt instanceof Prompt.Text plain) {
            text.append(plain.text());
        }
        return tokenizer.encode(text.toString(), true).ids();
    }

    @Override
    public long policyVersion() {
        return VERSION;
    }

    @Override
    public void close() {
        thread.shutdown();
        tokenizer.close();
        closed.countDown();
    }
}
