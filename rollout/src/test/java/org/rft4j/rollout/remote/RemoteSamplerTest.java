package org.rft4j.rollout.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.rollout.remote.Answers.GOOD;
import static org.rft4j.rollout.remote.Answers.JSON;
import static org.rft4j.rollout.remote.Answers.OK;
import static org.rft4j.rollout.remote.Answers.one;
import static org.rft4j.rollout.remote.Answers.options;
import static org.rft4j.rollout.remote.Answers.piece;
import static org.rft4j.rollout.remote.Answers.request;
import static org.rft4j.rollout.remote.Answers.streamHead;
import static org.rft4j.rollout.remote.Answers.whole;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.rollout.testing.ScriptedServer;

@Timeout(120)
class RemoteSamplerTest {
    private static final long PATIENCE_SECONDS = 60;

    @Test
    void readsAWholeAnswer() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(OK, JSON, GOOD))) {
            Sample sample = one(options(server.baseUrl()));
            assertThat(sample.text()).isEqualTo("hi");
            assertThat(sample.tokens().ids()).containsExactly(104, 105, 257);
            assertThat(sample.tokens().logProbs()).containsExactly(-0.5f, -0.25f, -1.5f);
            assertThat(sample.tokens().prompt()).containsExactly(1, 2);
            assertThat(sample.tokens().origin()).isEqualTo(SampledTokens.Origin.DRAWN);
            assertThat(sample.stopReason()).isEqualTo(StopReason.END_TOKEN);
            assertThat(sample.error()).isEmpty();
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).path()).isEqualTo("/v1/completions");
        }
    }

    @Test
    void readsAStreamAndTellsTheListener() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.send(streamHead() + ": life\r\n\r\n" + piece("h", 104, "-0.5", "null"));
                    client.send(piece("i", 105, "-0.25", "null") + piece("", 257, "-1.5", "\"stop\""));
                    client.send("data: {\"choices\":[],\"usage\":{}}\n\ndata: [DONE]\n\n");
                    return false;
                });
                RemoteSampler sampler =
                        RemoteSampler.of(options(server.baseUrl()).withStreaming())) {
            List<String> told = new CopyOnWriteArrayList<>();
            Sample sample = sampler.submit(List.of(request(0)), (key, text, tokens) -> told.add(text + tokens))
                    .get(0)
                    .result()
                    .join();
            assertThat(told).containsExactly("h1", "i2");
            assertThat(sample.text()).isEqualTo("hi");
            assertThat(sample.tokens().ids()).containsExactly(104, 105, 257);
            assertThat(sample.stopReason()).isEqualTo(StopReason.END_TOKEN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stop, null, END_TOKEN",
        "stop, 257, END_TOKEN",
        "stop, '\"END\"', STOP_STRING",
        "length, null, LENGTH",
    })
    void namesTheReason(String finish, String stop, StopReason expected) {
        String answer = whole("\"hi\"", "[104,105,106]", "[-1,-1,-1]", finish, stop);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(OK, JSON, answer))) {
            assertThat(one(options(server.baseUrl())).stopReason()).isEqualTo(expected);
        }
    }

    @Test
    void fewerTokensThanAllowedMeanThatTheContextIsFull() {
        String answer = whole("\"hi\"", "[104,105]", "[-1,-1]", "length", "null");
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(OK, JSON, answer))) {
            assertThat(one(options(server.baseUrl())).stopReason()).isEqualTo(StopReason.CONTEXT_FULL);
        }
    }

    @Test
    void asksForNoMoreAtOnceThanAllowed() throws InterruptedException {
        int places = 3;
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(places);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    full.countDown();
                    full.await(); // nobody is answered before all places are taken
                    now.decrementAndGet();
                    return client.respond(OK, JSON, GOOD);
                });
                RemoteSampler sampler =
                        RemoteSampler.of(options(server.baseUrl()).withConcurrency(places))) {
            List<SampleRequest> many =
                    IntStream.range(0, 20).mapToObj(Answers::request).toList();
            List<Sample> samples = sampler.sample(many);
            assertThat(samples)
                    .extracting(Sample::key)
                    .isEqualTo(many.stream().map(SampleRequest::key).toList());
            assertThat(samples).allMatch(sample -> sample.text().equals("hi"));
            assertThat(most).hasValue(places);
            assertThat(full.await(0, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aCancelledSampleHasWhatWasWrittenAndLetsGoOfTheServer() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.send(streamHead() + piece("h", 104, "-0.5", "null"));
                    client.awaitEnd();
                    gone.countDown();
                    return false;
                });
                RemoteSampler sampler =
                        RemoteSampler.of(options(server.baseUrl()).withStreaming())) {
            SampleHandle handle = sampler.submit(List.of(request(0)), (key, text, tokens) -> told.countDown())
                    .get(0);
            assertThat(told.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            handle.cancel();
            Sample sample = handle.result().join();
            assertThat(sample.stopReason()).isEqualTo(StopReason.CANCELLED);
            assertThat(sample.text()).isEqualTo("h");
            assertThat(sample.tokens().ids()).containsExactly(104);
            assertThat(gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cancellingBeforeTheAnswerBeginsBreaksTheExchangeOff() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    asked.countDown();
                    client.awaitEnd();
                    gone.countDown();
                    return false;
                });
                RemoteSampler sampler =
                        RemoteSampler.of(options(server.baseUrl()).withConcurrency(1))) {
            List<SampleHandle> handles = sampler.submit(List.of(request(0), request(1)), SampleListener.NONE);
            assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            handles.get(1).cancel(); // it still waits for its turn
            handles.get(0).cancel();
            assertThat(gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(handles)
                    .extracting(handle -> handle.result().join().stopReason())
                    .containsOnly(StopReason.CANCELLED);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void closingCancelsAndEndsItsThreads() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(2);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            asked.countDown();
            client.awaitEnd();
            return false;
        })) {
            RemoteSampler sampler = RemoteSampler.of(options(server.baseUrl()).withConcurrency(2));
            List<SampleHandle> handles =
                    sampler.submit(List.of(request(0), request(1), request(2)), SampleListener.NONE);
            assertThat(asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            sampler.close();
            assertThat(handles)
                    .extracting(handle -> handle.result().join().stopReason())
                    .containsOnly(StopReason.CANCELLED);
            assertThat(server.requests()).hasSize(2);
            awaitNoThreads("rft4j-remote");
        }
    }

    private static void awaitNoThreads(String name) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(name)) {
                thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void anInterruptedCallerGetsCancelledSamples() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.awaitEnd();
                    return false;
                });
                RemoteSampler sampler = RemoteSampler.of(options(server.baseUrl()))) {
            Thread.currentThread().interrupt();
            List<Sample> samples = sampler.sample(List.of(request(0)));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(samples).extracting(Sample::stopReason).containsExactly(StopReason.CANCELLED);
        }
    }

    @Test
    void aListenerThatThrowsEndsItsSample() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(OK, JSON, GOOD));
                RemoteSampler sampler = RemoteSampler.of(options(server.baseUrl()))) {
            Sample sample = sampler.submit(List.of(request(0)), (key, text, tokens) -> {
                        throw new IllegalStateException("no ink");
                    })
                    .get(0)
                    .result()
                    .join();
            assertThat(sample.stopReason()).isEqualTo(StopReason.ERROR);
            assertThat(sample.error()).contains("the listener threw java.lang.IllegalStateException: no ink");
        }
    }

    @Test
    void timeIsUpAlsoWhileASampleWaitsForItsTurn() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.awaitEnd();
                    return false;
                });
                RemoteSampler sampler = RemoteSampler.of(
                        options(server.baseUrl()).withConcurrency(1).withTimeLimit(Duration.ofMillis(300)))) {
            List<Sample> samples = sampler.sample(List.of(request(0), request(1)));
            assertThat(samples).extracting(Sample::stopReason).containsOnly(StopReason.DEADLINE);
        }
    }
}
