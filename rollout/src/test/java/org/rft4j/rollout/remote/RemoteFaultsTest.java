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

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.rollout.testing.ScriptedServer;

/** What servers and networks do wrong. */
@Timeout(120)
class RemoteFaultsTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final String KEY = "sk-verysecret";

    private static ScriptedServer failingFirst(ScriptedServer.Script first) {
        return ScriptedServer.start((request, client) ->
                request.number() == 0 ? first.answer(request, client) : client.respond(OK, JSON, GOOD));
    }

    static Stream<Arguments> passing() {
        return Stream.of(
                Arguments.of("500", (ScriptedServer.Script)
                        (request, client) -> client.respond("500 Oops", JSON, "{\"error\":{\"message\":\"oops\"}}")),
                Arguments.of("503", (ScriptedServer.Script)
                        (request, client) -> client.respond("503 Busy", "text/html", "<html>")),
                Arguments.of(
                        "429", (ScriptedServer.Script) (request, client) -> client.respond("429 Slowly", JSON, "{}")),
                Arguments.of("cut before the answer", (ScriptedServer.Script) (request, client) -> false),
                Arguments.of("cut in the body", (ScriptedServer.Script) (request, client) -> {
                    client.send(
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{\"ch");
                    return false;
                }),
                Arguments.of("no HTTP", (ScriptedServer.Script) (request, client) -> {
                    client.send("SSH-2.0-OpenSSH_9.9\r\n\r\n");
                    return false;
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void asksAgainAfterWhatMayPass(String name, ScriptedServer.Script first) {
        try (ScriptedServer server = failingFirst(first)) {
            Sample sample = one(options(server.baseUrl()));
            assertThat(sample.error()).isEmpty();
            assertThat(sample.text()).isEqualTo("hi");
            assertThat(server.requests()).hasSize(2);
            assertThat(server.requests().get(1).body())
                    .isEqualTo(server.requests().get(0).body());
        }
    }

    @Test
    void comesBackWhenTheServerSays() {
        try (ScriptedServer server = failingFirst((request, client) -> {
            client.send("HTTP/1.1 429 Slowly\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
            return true;
        })) {
            long before = System.nanoTime();
            assertThat(one(options(server.baseUrl())).text()).isEqualTo("hi");
            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
        }
    }

    static Stream<Arguments> lasting() {
        return Stream.of(
                Arguments.of(
                        "400 Bad Request",
                        JSON,
                        "{\"error\":{\"message\":\"too   long\"}}",
                        "the server answered with status 400: too long"),
                Arguments.of(
                        "404 Not Found",
                        JSON,
                        "{\"object\":\"error\",\"message\":\"The model `tiny` does not exist.\"}",
                        "the server answered with status 404: The model `tiny` does not exist."),
                Arguments.of(
                        "401 Unauthorized",
                        "text/plain",
                        "no such key: " + KEY,
                        "the server answered with status 401: no such key: ***"),
                Arguments.of("307 Elsewhere", JSON, "", "the server answered with status 307"),
                Arguments.of(
                        OK,
                        "text/html",
                        "<html>Log in</html>",
                        "the server sent text/html instead of application/json: <html>Log in</html>"),
                Arguments.of(OK, JSON, "{\"choices\":[", "the server sent what is not JSON: {\"choices\":["),
                Arguments.of(OK, JSON, "[1]", "the server sent what is not JSON: [1]"),
                Arguments.of(OK, JSON, "{\"data\":[]}", "the server's answer has no choices"),
                Arguments.of(
                        OK,
                        JSON,
                        GOOD.replace("\"tiny\"", "\"other\""),
                        "the server answered with another model, other"),
                Arguments.of(
                        OK,
                        JSON,
                        GOOD.replace("\"stop\"", "\"content_filter\""),
                        "the server ended the answer for a reason of its own, content_filter"),
                Arguments.of(
                        OK,
                        JSON,
                        GOOD.replace("\"token_ids\":[104,105,257]", "\"token_ids\":null"),
                        "the server did not tell which tokens it drew; update it, or ask with Dialect.openAi()"),
                Arguments.of(
                        OK,
                        JSON,
                        whole("\"hi\"", "[104,105]", "[-1]", "stop", "null").replace("[\"t\",\"t\"]", "[\"t\"]"),
                        "the server told 2 tokens and 1 log-probs"),
                Arguments.of(
                        OK,
                        JSON,
                        whole("\"h\"", "[104]", "[null]", "stop", "null"),
                        "the server told a log-prob of NaN, must be finite and at most 0"),
                Arguments.of(
                        OK,
                        JSON,
                        whole("\"h\"", "[104]", "[-1e999]", "stop", "null"),
                        "the server told a log-prob of -Infinity, must be finite and at most 0"),
                Arguments.of(
                        OK,
                        JSON,
                        "{\"error\":{\"message\":\"out of luck\",\"code\":400}}",
                        "the server reported an error: out of luck"));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void doesNotAskAgainAfterWhatLasts(String status, String type, String body, String error) {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(status, type, body))) {
            Sample sample = one(options(server.baseUrl()).withApiKey(ApiKey.of(KEY)));
            assertThat(sample.error()).contains(error);
            assertThat(sample.stopReason()).isEqualTo(StopReason.ERROR);
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).head()).contains("Authorization: Bearer " + KEY);
        }
    }

    @Test
    void givesUpAfterSoManyTimes() {
        try (ScriptedServer server = ScriptedServer.start(
                (request, client) -> client.respond("503 Busy", JSON, "{\"error\":{\"message\":\"busy\"}}"))) {
            Sample sample = one(options(server.baseUrl()));
            assertThat(sample.error()).contains("the server answered with status 503: busy (asked 4 times)");
            assertThat(server.requests()).hasSize(4);
        }
    }

    @Test
    void nobodyListens() {
        ScriptedServer server = ScriptedServer.start((request, client) -> false);
        URI address = server.baseUrl();
        server.close();
        Sample sample = one(options(address));
        assertThat(sample.error()).contains("the server could not be reached (asked 4 times)");
        assertThat(sample.tokens().ids()).isEmpty();
    }

    @Test
    void aKeptConnectionMayBeClosedInBetween() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.respond(OK, JSON, GOOD);
                    closed.countDown();
                    return request.number() > 0; // the first connection is promised to stay, and closed
                });
                RemoteSampler sampler = RemoteSampler.of(options(server.baseUrl()))) {
            for (int i = 0; i < 3; i++) {
                assertThat(sampler.sample(List.of(request(i))).get(0).error()).isEmpty();
                assertThat(closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void aServerThatHangsIsLeftWhenTimeIsUp() throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.awaitEnd();
            gone.countDown();
            return false;
        })) {
            Sample sample = one(options(server.baseUrl()).withTimeLimit(Duration.ofSeconds(2)));
            assertThat(sample.stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(sample.error()).isEmpty();
            assertThat(gone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whatCameBeforeTimeWasUpIsKept() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.send(streamHead() + piece("h", 104, "-0.5", "null"));
            while (true) { // drips as long as somebody is there
                client.send(":\n\n");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        })) {
            Sample sample = one(options(server.baseUrl()).withStreaming().withTimeLimit(Duration.ofSeconds(3)));
            assertThat(sample.stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(sample.text()).isEqualTo("h");
            assertThat(sample.tokens().logProbs()).containsExactly(-0.5f);
        }
    }

    @Test
    void theLastFailureIsToldWhenTimeIsUp() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.send("HTTP/1.1 429 Slowly\r\nRetry-After: 9999\r\nContent-Length: 0\r\n\r\n");
            return true;
        })) {
            Sample sample = one(options(server.baseUrl()).withTimeLimit(Duration.ofSeconds(3)));
            assertThat(sample.stopReason()).isEqualTo(StopReason.DEADLINE);
            assertThat(sample.error()).contains("the server answered with status 429");
        }
    }

    @Test
    void anEndlessAnswerIsNotRead() {
        String filler = " ".repeat(1000);
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n");
            while (true) {
                client.send(filler);
            }
        })) {
            Sample sample = one(options(server.baseUrl()).withMaxResponseBytes(10_000));
            assertThat(sample.error()).contains("the server's answer is longer than the limit of 10000 bytes");
        }
    }

    @Test
    void aStreamThatIsCutIsAskedForAgainAndToldOnce() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
                    client.send(streamHead() + piece("h", 104, "-0.5", "null"));
                    if (request.number() > 0) {
                        client.send(piece("i", 105, "-1", "\"length\"") + "data: [DONE]\n\n");
                    }
                    return false;
                });
                RemoteSampler sampler =
                        RemoteSampler.of(options(server.baseUrl()).withStreaming())) {
            Sample sample = sampler.submit(List.of(request(0)), (key, text, tokens) -> told.add(text))
                    .get(0)
                    .result()
                    .join();
            assertThat(sample.text()).isEqualTo("hi");
            assertThat(sample.tokens().ids()).containsExactly(104, 105);
            assertThat(told).containsExactly("h", "i");
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void anotherTextAfterACutIsAnError() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.send(streamHead() + piece(request.number() == 0 ? "h" : "x", 104, "-0.5", "null"));
            return false;
        })) {
            Sample sample = one(options(server.baseUrl()).withStreaming());
            assertThat(sample.error())
                    .contains("the server wrote another text when it was asked again (asked 2 times)");
        }
    }

    @Test
    void anErrorInsideAStream() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.send(streamHead() + piece("h", 104, "-0.5", "null"));
            client.send("data: {\"error\":{\"message\":\"engine died\",\"code\":500}}\n\n");
            return false;
        })) {
            Sample sample = one(options(server.baseUrl()).withStreaming().withRetry(RetryOptions.NONE));
            assertThat(sample.error()).contains("the server reported an error: engine died");
            assertThat(sample.text()).isEqualTo("h");
        }
    }

    @Test
    void aStreamThatEndsInTheMiddle() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> {
            client.send(streamHead() + piece("h", 104, "-0.5", "null") + "data: [DONE]\n\n");
            return false;
        })) {
            Sample sample = one(options(server.baseUrl()).withStreaming().withRetry(RetryOptions.NONE));
            assertThat(sample.error()).contains("the server's answer ends in the middle");
        }
    }

    /** The sample that makes room for it must not be lost with it. */
    @Test
    void aRequestThatCannotBeWrittenIsAnErrorOfItsOwn() {
        try (ScriptedServer server = ScriptedServer.start((request, client) -> client.respond(OK, JSON, GOOD));
                RemoteSampler sampler =
                        RemoteSampler.of(options(server.baseUrl()).withConcurrency(1))) {
            Conversation odd = new Conversation(
                    List.of(ChatMessage.user("Hello")), List.of(), List.of(Map.of("file", new Object())));
            SampleRequest bad =
                    new SampleRequest(SampleKey.of("p", 1), new Prompt.Chat(odd), SamplingOptions.of(3, 11));
            List<Sample> samples = sampler.sample(List.of(request(0), bad, request(2)));
            assertThat(samples)
                    .extracting(Sample::stopReason)
                    .containsExactly(StopReason.END_TOKEN, StopReason.ERROR, StopReason.END_TOKEN);
            assertThat(samples.get(1).error())
                    .hasValueSatisfying(
                            text -> assertThat(text).startsWith("the request could not be written: java.lang."));
            assertThat(server.requests()).hasSize(2);
        }
    }
}
