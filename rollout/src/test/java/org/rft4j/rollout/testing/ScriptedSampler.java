package org.rft4j.rollout.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;

/** Writes what a script says. */
public final class ScriptedSampler implements Sampler {
    /**
     * What to write.
     *
     * @param text the text
     * @param stopReason why it ends; {@code CANCELLED} waits until it is cancelled
     * @param delayMillis how long it takes
     * @param origin how the tokens came about
     */
    public record Line(String text, StopReason stopReason, int delayMillis, SampledTokens.Origin origin) {
        /**
         * A line that was drawn.
         *
         * @param text the text
         * @param stopReason why it ends
         * @param delayMillis how long it takes
         */
        public Line(String text, StopReason stopReason, int delayMillis) {
            this(text, stopReason, delayMillis, SampledTokens.Origin.DRAWN);
        }

        /**
         * A line that ends with the end token.
         *
         * @param text the text
         * @return the line
         */
        public static Line of(String text) {
            return new Line(text, StopReason.END_TOKEN, 0);
        }
    }

    private final Tokenizer tokenizer;
    private final Function<SampleRequest, Line> script;
    private final List<List<SampleRequest>> submitted = new CopyOnWriteArrayList<>();

    /**
     * Makes a sampler.
     *
     * @param tokenizer turns lines into tokens
     * @param script says what to write
     */
    public ScriptedSampler(Tokenizer tokenizer, Function<SampleRequest, Line> script) {
        this.tokenizer = tokenizer;
        this.script = script;
    }

    /**
     * What was asked.
     *
     * @return requests as they were submitted together
     */
    public List<List<SampleRequest>> submitted() {
        return submitted;
    }

    @Override
    public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
        List<Line> lines = requests.stream().map(script).toList();
        submitted.add(List.copyOf(requests));
        List<SampleHandle> handles = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            handles.add(new Handle(requests.get(i), lines.get(i)));
        }
        return handles;
    }

    @Override
    public long policyVersion() {
        return 7;
    }

    @Override
    public void close() {}

    /**
     * The log-prob of a token that this sampler writes.
     *
     * @param index of the token in its turn
     * @return a number that tells the tokens of a turn apart
     */
    public static float logProb(int index) {
        return -0.5f - index / 64f;
    }

    /**
     * Among how many tokens this sampler says that it draws.
     *
     * @param index of the token in its turn
     * @return a number that tells the tokens of a turn apart
     */
    public static int supportSize(int index) {
        return 3 + index;
    }

    private final class Handle implements SampleHandle {
        private final SampleRequest request;
        private final Line line;
        private final CompletableFuture<Sample> result = new CompletableFuture<>();

        Handle(SampleRequest request, Line line) {
            this.request = request;
            this.line = line;
            if (line.stopReason() != StopReason.CANCELLED) {
                result.completeOnTimeout(sample(line.stopReason()), line.delayMillis(), TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public CompletableFuture<Sample> result() {
            return result.copy();
        }

        @Override
        public void cancel() {
            result.complete(sample(StopReason.CANCELLED));
        }

        private Sample sample(StopReason wanted) {
            long[] ids = tokenizer.encode(line.text(), false).ids();
            StopReason reason = wanted;
            if (reason == StopReason.END_TOKEN) {
                ids = Arrays.copyOf(ids, ids.length + 1);
                ids[ids.length - 1] = tokenizer.specialTokens().eosIds().get(0);
            }
            if (ids.length > request.options().maxNewTokens()) {
                ids = Arrays.copyOf(ids, request.options().maxNewTokens());
                reason = StopReason.LENGTH;
            }
            float[] logProbs = new float[ids.length];
            int[] supportSizes = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                logProbs[i] = logProb(i);
                supportSizes[i] = supportSize(i);
            }
            long[] prompt = ((Prompt.Tokens) request.prompt()).ids();
            SampledTokens tokens = new SampledTokens(prompt, ids, logProbs, supportSizes, line.origin());
            Optional<String> error = reason == StopReason.ERROR ? Optional.of("the script broke") : Optional.empty();
            return new Sample(request.key(), tokens, tokenizer.decode(ids, true), reason, 7, error);
        }
    }
}
