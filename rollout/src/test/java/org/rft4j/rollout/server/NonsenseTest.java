package org.rft4j.rollout.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.rollout.server.Http.json;
import static org.rft4j.rollout.server.Http.post;
import static org.rft4j.rollout.server.Http.posting;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.rollout.testing.FakeSampler;

/** A request that makes no sense is the client's fault (400, in OpenAI's shape), and the server's never. */
@Timeout(120)
class NonsenseTest {
    private final FakeSampler sampler = FakeSampler.writing();
    private final PolicyServer server = PolicyServer.start(
            new ServedPolicy("tiny", sampler, sampler.tokenizer(), List.of(257L)),
            ServerOptions.DEFAULT.withLimits(4, 1 << 20, 4));
    private final URI base = server.baseUrl();

    @AfterEach
    void close() {
        server.close();
        sampler.close();
    }

    private static void requireRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        JsonNode error = json(response.body()).path("error");
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"messages\":[{}]",
                "\"messages\":[{\"role\":1,\"content\":\"x\"}]",
                "\"messages\":[{\"role\":\"user\",\"content\":5}]",
                "\"messages\":[{\"role\":\"user\",\"content\":{\"a\":1}}]",
                "\"messages\":[{\"role\":\"user\",\"content\":[5]}]",
                "\"messages\":[{\"role\":\"user\",\"content\":[null]}]",
                "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[5]}]",
                "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{}]}]",
                "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":3}}]}]",
                "\"messages\":[{\"role\":\"tool\",\"content\":\"x\",\"tool_call_id\":[]}]",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"name\":{}}]",
                "\"messages\":[null]",
                "\"messages\":\"x\"",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[5]",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"documents\":{}",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":-1",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"temperature\":1e999",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":0",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":3000000000",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":2147483647",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stop\":[\"\"]",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"logit_bias\":{\"-1\":5}",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"logit_bias\":{\"1\":1e999}",
                "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":2,"
                        + "\"sample_key\":{\"prompt_id\":\"a\",\"sample\":2147483647}"
            })
    void conversations(String fields) {
        requireRefused(post(base, "/chat/completions", "{\"model\":\"tiny\"," + fields + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5", "[]", "[[]]", "[1.5]", "[1,\"a\"]", "[-1]", "[99999999999999999999]", "{}", "null", "[null]"
            })
    void prompts(String prompt) {
        requireRefused(post(base, "/completions", "{\"model\":\"tiny\",\"prompt\":" + prompt + "}"));
    }

    @Test
    void depthAndNumbersAreLimited() {
        requireRefused(post(base, "/completions", "[".repeat(500_000)));
        requireRefused(post(base, "/completions", "{\"a\":".repeat(100_000)));
        requireRefused(post(base, "/completions", "{\"model\":\"tiny\",\"prompt\":[" + "9".repeat(100_000) + "]}"));
        String deep = "[".repeat(900) + "]".repeat(900);
        requireRefused(post(base, "/chat/completions", "{\"model\":\"tiny\",\"messages\":" + deep + "}"));
    }

    @Test
    void theLimitOfBytesIsItselfLimited() {
        assertThatThrownBy(() -> ServerOptions.DEFAULT.withLimits(4, Integer.MAX_VALUE, 4))
                .hasMessage("maxBodyBytes was 2147483647, must be between 1 and 2^30; use 4 million");
    }

    /** Bytes that look like text of four bytes per character in an order that nobody uses. */
    @Test
    void bytesThatAreNoTextAreAnsweredToo() {
        byte[] odd = {0, 0, '{', 0, 0, 0, '}', 0};
        HttpRequest.Builder request =
                posting(base, "/completions", "").POST(HttpRequest.BodyPublishers.ofByteArray(odd));
        HttpResponse<String> response = Http.send(request.build());
        requireRefused(response);
        assertThat(json(response.body()).at("/error/message").asText()).startsWith("The request is not JSON: ");
    }
}
