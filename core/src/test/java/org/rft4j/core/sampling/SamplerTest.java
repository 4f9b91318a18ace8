package org.rft4j.core.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.data.Prompt;

/** What {@link Sampler#sample} makes of any sampler. */
@Timeout(20)
class SamplerTest {
    private final Scripted sampler = new Scripted();

    @AfterEach
    void forgetInterruption() {
        Thread.interrupted();
    }

    @Test
    void samplesComeInTheOrderOfTheRequests() {
        sampler.whenSubmitted = () -> {
            sampler.handles.get(2).end(StopReason.LENGTH);
            sampler.handles.get(0).end(StopReason.END_TOKEN);
            sampler.handles.get(1).end(StopReason.ERROR);
        };
        List<Sample> samples = sampler.sample(requests(3));
        assertThat(samples).extracting(s -> s.key().sample()).containsExactly(0, 1, 2);
        assertThat(samples)
                .extracting(Sample::stopReason)
                .containsExactly(StopReason.END_TOKEN, StopReason.ERROR, StopReason.LENGTH);
        assertThat(sampler.sample(List.of())).isEmpty();
    }

    @Test
    void anInterruptedThreadCancelsAndStaysInterrupted() throws InterruptedException {
        CountDownLatch submitted = new CountDownLatch(1);
        sampler.whenSubmitted = () -> {
            sampler.handles.get(1).end(StopReason.END_TOKEN);
            submitted.countDown();
        };
        AtomicReference<List<Sample>> samples = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread thread = new Thread(() -> {
            samples.set(sampler.sample(requests(3)));
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        submitted.await();
        thread.interrupt();
        thread.join();
        assertThat(samples.get())
                .extracting(Sample::stopReason)
                .containsExactly(StopReason.CANCELLED, StopReason.END_TOKEN, StopReason.CANCELLED);
        assertThat(interrupted).isTrue();
    }

    @Test
    void aSamplerThatThrowsThroughAFutureIsFaultedAndTheRestCancelled() {
        sampler.whenSubmitted = () -> {
            sampler.handles.get(0).future.completeExceptionally(new IOException("cable"));
            Thread.currentThread().interrupt();
        };
        assertThatThrownBy(() -> sampler.sample(requests(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a sampler must report failures as samples")
                .hasRootCauseMessage("cable");
        assertThat(sampler.handles.get(1).future.getNow(null).stopReason()).isEqualTo(StopReason.CANCELLED);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    private static List<SampleRequest> requests(int count) {
        List<SampleRequest> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(new SampleRequest(SampleKey.of("p", i), Prompt.of("x"), SamplingOptions.of(4, 0)));
        }
        return requests;
    }

    /** A sampler whose samples end when the test says so. */
    private static final class Scripted implements Sampler {
        private final List<Handle> handles = new ArrayList<>();
        private Runnable whenSubmitted = () -> {};

        @Override
        public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
            requests.forEach(request -> handles.add(new Handle(request.key())));
            if (!requests.isEmpty()) {
                whenSubmitted.run();
            }
            return requests.isEmpty() ? List.of() : List.copyOf(handles);
        }

        @Override
        public long policyVersion() {
            return 3;
        }

        @Override
        public void close() {}
    }

    private record Handle(SampleKey key, CompletableFuture<Sample> future) implements SampleHandle {
        Handle(SampleKey key) {
            this(key, new CompletableFuture<>());
        }

        void end(StopReason reason) {
            SampledTokens tokens =
                    new SampledTokens(new long[] {1}, new long[0], new float[0], SampledTokens.Origin.DRAWN);
            future.complete(new Sample(key, tokens, "", reason, 3, Optional.empty()));
        }

        @Override
        public CompletableFuture<Sample> result() {
            return future.copy();
        }

        @Override
        public void cancel() {
            end(StopReason.CANCELLED);
        }
    }
}
