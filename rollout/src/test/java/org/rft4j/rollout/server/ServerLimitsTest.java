package org.rft4j.rollout.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.rollout.server.Http.get;
import static org.rft4j.rollout.server.Http.json;
import static org.rft4j.rollout.server.Http.post;
import static org.rft4j.rollout.server.Http.posting;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.engine.EngineException;
import org.rft4j.rollout.remote.ApiKey;
import org.rft4j.rollout.testing.FakeSampler;

/** Whom the server turns away, and what becomes of texts that nobody waits for. */
@Timeout(120)
class ServerLimitsTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final String REQUEST = "{\"model\":\"tiny\",\"prompt\":\"Once\",\"n\":2,\"max_tokens\":5}";

    private static PolicyServer start(FakeSampler sampler, ServerOptions options) {
        return PolicyServer.start(new ServedPolicy("tiny", sampler, sampler.tokenizer(), List.of(257L)), options);
    }

    private static String messageOf(HttpResponse<String> response) {
        return json(response.body()).get("error").get("message").asText();
    }

    @Test
    void refusesWhatItCannotRead() {
        try (FakeSampler sampler = FakeSampler.writing();
                PolicyServer server = start(sampler, ServerOptions.DEFAULT.withLimits(4, 100, 4))) {
            URI base = server.baseUrl();
            HttpResponse<String> large = post(base, "/completions", "x".repeat(101));
            assertThat(large.statusCode()).isEqualTo(413);
            assertThat(messageOf(large)).isEqualTo("The request is longer than 100 bytes");
            assertThat(messageOf(post(base, "/completions", "{\"model\":")))
                    .startsWith("The request is not JSON: Unexpected end-of-input");
            assertThat(messageOf(post(base, "/completions", "[]"))).isEqualTo("The request must be a JSON object");
            HttpResponse<String> form = Http.send(HttpRequest.newBuilder(URI.create(base + "/completions"))
                    .POST(HttpRequest.BodyPublishers.ofString(REQUEST))
                    .build());
            assertThat(form.statusCode()).isEqualTo(415);
            assertThat(messageOf(form)).isEqualTo("Content-Type must be application/json");
            assertThat(get(base, "/completions").statusCode()).isEqualTo(405);
            assertThat(get(base, "/engines").statusCode()).isEqualTo(404);
            HttpResponse<String> model = post(base, "/completions", REQUEST.replace("tiny", "other"));
            assertThat(model.statusCode()).isEqualTo(404);
            assertThat(messageOf(model)).isEqualTo("The model 'other' does not exist; /v1/models lists those that do");
            assertThat(post(base, "/load_lora_adapter", "{}").statusCode()).isEqualTo(404);
            assertThat(sampler.seen()).isEmpty();
        }
    }

    @Test
    void asksForItsKey() {
        try (FakeSampler sampler = FakeSampler.writing();
                PolicyServer server = start(sampler, ServerOptions.DEFAULT.withApiKey(ApiKey.of("open-sesame")))) {
            URI base = server.baseUrl();
            HttpResponse<String> without = post(base, "/completions", REQUEST);
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(messageOf(without)).isEqualTo("The API key is missing or wrong");
            HttpRequest.Builder wrong = posting(base, "/completions", REQUEST).header("Authorization", "Bearer open");
            assertThat(Http.send(wrong.build()).statusCode()).isEqualTo(401);
            HttpRequest.Builder right =
                    posting(base, "/completions", REQUEST).header("Authorization", "Bearer open-sesame");
            assertThat(Http.send(right.build()).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void tellsTooManyToComeBack() throws Exception {
        try (FakeSampler sampler = FakeSampler.holding(2)) {
            PolicyServer server = start(sampler, ServerOptions.DEFAULT.withLimits(1, 1000, 2));
            CompletableFuture<HttpResponse<String>> held =
                    CompletableFuture.supplyAsync(() -> post(server.baseUrl(), "/completions", REQUEST));
            assertThat(sampler.begun().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            HttpResponse<String> second = post(server.baseUrl(), "/completions", REQUEST);
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("Retry-After")).contains("1");
            assertThat(messageOf(second)).isEqualTo("The server is writing 1 answers; ask again later");
            assertThat(get(server.baseUrl(), "/models").statusCode()).isEqualTo(200);
            server.close();
            assertThat(held.get(PATIENCE_SECONDS, TimeUnit.SECONDS).body())
                    .contains("The text was cancelled; the server is closing");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatGoesAwayEndsItsTexts(boolean streaming) throws Exception {
        String body = REQUEST.replace("}", ",\"stream\":" + streaming + "}");
        try (FakeSampler sampler = FakeSampler.holding(2);
                PolicyServer server = start(sampler, ServerOptions.DEFAULT.withLimits(1, 1000, 2))) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                send(socket, body);
                assertThat(sampler.begun().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThat(sampler.cancelled().await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    private static void send(Socket socket, String body) throws IOException {
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** Blanks before the answer are how the server notices that nobody is there any more. */
    @Test
    void aLongWaitIsFullOfBlanks() throws Exception {
        try (FakeSampler sampler = FakeSampler.holding(2);
                PolicyServer server = start(sampler, ServerOptions.DEFAULT);
                Socket socket = new Socket("127.0.0.1", server.port())) {
            send(socket, REQUEST);
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n1\r\n ") < 0) { // a chunk that is one blank
                int b = in.read();
                assertThat(b).isNotNegative();
                head.append((char) b);
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 200 OK").contains("application/json");
        }
    }

    @Test
    void closingEndsItsThreadsAndFreesThePort() throws Exception {
        try (FakeSampler sampler = FakeSampler.writing()) {
            PolicyServer server = start(sampler, ServerOptions.DEFAULT);
            int port = server.port();
            assertThat(post(server.baseUrl(), "/completions", REQUEST).statusCode())
                    .isEqualTo(200);
            server.close();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().startsWith("rft4j-server")
                        || thread.getName().equals("HTTP-Dispatcher")) {
                    thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                    assertThat(thread.isAlive()).as(thread.getName()).isFalse();
                }
            }
            try (PolicyServer again = start(sampler, ServerOptions.DEFAULT.at("127.0.0.1", port))) {
                assertThat(again.port()).isEqualTo(port);
                assertThatThrownBy(() -> start(sampler, ServerOptions.DEFAULT.at("127.0.0.1", port)))
                        .isInstanceOf(EngineException.class)
                        .hasMessageStartingWith("Could not listen at 127.0.0.1 port " + port)
                        .hasMessageEndingWith("choose another port, or 0 for any");
            }
        }
    }
}
