package org.rft4j.rollout.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.rft4j.rollout.server.Http.get;
import static org.rft4j.rollout.server.Http.json;
import static org.rft4j.rollout.server.Http.post;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.testing.FakeSampler;

/** What the server answers to clients that it does not know. */
@Timeout(120)
class PolicyServerTest {
    private final FakeSampler sampler = FakeSampler.writing();
    private final PolicyServer server = PolicyServer.start(
            new ServedPolicy("tiny", sampler, sampler.tokenizer(), List.of(257L)),
            ServerOptions.DEFAULT.withLimits(4, 10_000, 4));
    private final URI base = server.baseUrl();

    @AfterEach
    void close() {
        server.close();
        sampler.close();
    }

    private Sample local(Prompt prompt, int sample, SamplingOptions options) {
        SampleKey key = new SampleKey(0, "http", sample, 0);
        return sampler.sample(List.of(new SampleRequest(key, prompt, options))).get(0);
    }

    @Test
    void listsItsModelAndSaysThatItLives() {
        assertThat(get(base, "/models").body())
                .isEqualTo(
                        "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\",\"object\":\"model\",\"created\":0,\"owned_by\":"
                                + "\"rft4j\"}]}");
        assertThat(get(URI.create(base.toString().replace("/v1", "")), "/health")
                        .body())
                .isEqualTo("{\"status\":\"ok\"}");
    }

    @Test
    void completesTexts() {
        HttpResponse<String> response = post(
                base,
                "/completions",
                "{\"model\":\"tiny\",\"prompt\":\"Once\",\"max_tokens\":5,\"seed\":9,\"n\":2,\"logprobs\":0,"
                        + "\"return_token_ids\":true,\"user\":null}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        JsonNode answer = json(response.body());
        assertThat(answer.get("object").asText()).isEqualTo("text_completion");
        assertThat(answer.get("model").asText()).isEqualTo("tiny");
        assertThat(answer.get("policy_version").asLong()).isEqualTo(FakeSampler.VERSION);
        int written = 0;
        for (int i = 0; i < 2; i++) {
            Sample expected = local(Prompt.of("Once"), i, SamplingOptions.of(5, 9));
            JsonNode choice = answer.get("choices").get(i);
            assertThat(choice.get("index").asInt()).isEqualTo(i);
            assertThat(choice.get("text").asText()).isEqualTo(expected.text());
            assertThat(longs(choice.get("token_ids")))
                    .isEqualTo(boxed(expected.tokens().ids()));
            assertThat(longs(choice.get("prompt_token_ids")))
                    .isEqualTo(boxed(expected.tokens().prompt()));
            assertThat((float)
                            choice.get("logprobs").get("token_logprobs").get(1).asDouble())
                    .isEqualTo(expected.tokens().logProbs()[1]);
            assertThat(choice.get("logprobs").get("tokens").get(0).asText())
                    .isEqualTo(expected.text().substring(0, 1));
            assertThat(choice.get("finish_reason").asText())
                    .isEqualTo(expected.stopReason().ended() ? "stop" : "length");
            written += expected.tokens().ids().length;
        }
        assertThat(answer.get("usage").toString())
                .isEqualTo("{\"prompt_tokens\":5,\"completion_tokens\":" + written + ",\"total_tokens\":"
                        + (written + 5) + "}");
    }

    private static List<Long> longs(JsonNode list) {
        List<Long> longs = new ArrayList<>();
        list.forEach(item -> longs.add(item.asLong()));
        return longs;
    }

    private static List<Long> boxed(long[] ids) {
        List<Long> longs = new ArrayList<>();
        for (long id : ids) {
            longs.add(id);
        }
        return longs;
    }

    @Test
    void completesSeveralPrompts() {
        JsonNode answer = json(post(
                        base,
                        "/completions",
                        "{\"model\":\"tiny\",\"prompt\":[\"a\",[98,99]],\"n\":2,\"max_tokens\":3,\"seed\":1}")
                .body());
        assertThat(answer.get("choices").findValuesAsText("text"))
                .containsExactly(
                        local(Prompt.of("a"), 0, SamplingOptions.of(3, 1)).text(),
                        local(Prompt.of("a"), 1, SamplingOptions.of(3, 1)).text(),
                        local(Prompt.of(new long[] {98, 99}), 2, SamplingOptions.of(3, 1))
                                .text(),
                        local(Prompt.of(new long[] {98, 99}), 3, SamplingOptions.of(3, 1))
                                .text());
        assertThat(answer.get("usage").get("prompt_tokens").asInt()).isEqualTo(2 + 2);
    }

    @Test
    void answersConversations() {
        JsonNode answer = json(post(
                        base,
                        "/chat/completions",
                        "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_completion_tokens\":4,"
                                + "\"seed\":3,\"logprobs\":true,\"temperature\":0.5}")
                .body());
        Sample expected = local(
                Prompt.of(ChatMessage.user("Hi")),
                0,
                SamplingOptions.of(4, 3).withFilter(SamplingFilter.temperature(0.5)));
        JsonNode choice = answer.get("choices").get(0);
        assertThat(answer.get("object").asText()).isEqualTo("chat.completion");
        assertThat(choice.get("message").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"" + expected.text() + "\"}");
        assertThat(choice.get("logprobs").get("content"))
                .hasSize(expected.tokens().ids().length);
        assertThat((float) choice.get("logprobs")
                        .get("content")
                        .get(0)
                        .get("logprob")
                        .asDouble())
                .isEqualTo(expected.tokens().logProbs()[0]);
    }

    @Test
    void passesToolsToTheSampler() {
        String tool = "{\"type\":\"function\",\"function\":{\"name\":\"add\",\"parameters\":{\"type\":\"object\"}}}";
        HttpResponse<String> response = post(
                base,
                "/chat/completions",
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1,\"tools\":["
                        + tool + "],\"tool_choice\":\"auto\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(sampler.seen().get(0).prompt())
                .isInstanceOfSatisfying(
                        Prompt.Chat.class,
                        chat -> assertThat(chat.conversation().tools().get(0).schema())
                                .isEqualTo(Map.of(
                                        "type",
                                        "function",
                                        "function",
                                        Map.of("name", "add", "parameters", Map.of("type", "object")))));
    }

    @Test
    void everyOptionReachesTheSampler() {
        post(
                base,
                "/completions",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":9,\"temperature\":0.7,\"top_p\":0.9,\"top_k\":5,"
                        + "\"min_p\":0.05,\"repetition_penalty\":1.1,\"presence_penalty\":0.5,\"frequency_penalty\":-0.25,\"logit_bias\":{\"7\":-3},\"min_tokens\":2,\"seed\":4,"
                        + "\"stop\":\"END\",\"stop_token_ids\":[9],\"include_stop_str_in_output\":true,"
                        + "\"sample_key\":{\"round\":3,\"prompt_id\":\"task\",\"sample\":5,\"turn\":1}}");
        assertThat(sampler.seen())
                .containsExactly(new SampleRequest(
                        new SampleKey(3, "task", 5, 1),
                        Prompt.of("a"),
                        SamplingOptions.of(9, 4)
                                .withFilter(new SamplingFilter(0.7, 5, 0.9, 0.05, 1.1, 0.5, -0.25))
                                .withLogitBias(Map.of(7L, -3.0))
                                .withLengths(2, 9)
                                .withEndIds(List.of(257L, 9L))
                                .withStopStrings("END")
                                .keepingStopString()));
    }

    @Test
    void requestsWithoutSeedDrawOtherNumbersEachTime() {
        String body = "{\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":9}";
        post(base, "/completions", body);
        post(base, "/completions", body);
        assertThat(sampler.seen()).extracting(request -> request.key().round()).containsExactly(0L, 1L);
    }

    @Test
    void streams() {
        HttpResponse<String> response = post(
                base,
                "/chat/completions",
                "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":4,\"seed\":3,"
                        + "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"return_token_ids\":true}");
        Sample expected = local(Prompt.of(ChatMessage.user("Hi")), 0, SamplingOptions.of(4, 3));
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
        List<String> events = List.of(response.body().split("\n\n"));
        assertThat(events).hasSize(4).last().isEqualTo("data: [DONE]");
        JsonNode first = json(events.get(0).substring("data: ".length()));
        assertThat(first.get("object").asText()).isEqualTo("chat.completion.chunk");
        assertThat(first.get("choices").get(0).get("delta").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"" + expected.text() + "\"}");
        JsonNode last =
                json(events.get(1).substring("data: ".length())).get("choices").get(0);
        assertThat(last.get("delta").toString()).isEqualTo("{\"content\":\"\"}");
        assertThat(last.get("finish_reason").isTextual()).isTrue();
        assertThat(longs(last.get("token_ids")))
                .isEqualTo(boxed(expected.tokens().ids()));
        JsonNode usage = json(events.get(2).substring("data: ".length()));
        assertThat(usage.get("choices")).isEmpty();
        assertThat(usage.get("usage").get("completion_tokens").asInt())
                .isEqualTo(expected.tokens().ids().length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"tiny\"} | prompt | prompt was absent, must be a text, a list of tokens, or a list of either",
                "{\"prompt\":\"a\"} | model | model was absent, must be a string",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"beam\":3} | beam | beam is not known to this server; leave it out",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"n\":5} | n | n was 5 with 1 prompts, must be at least 1 and give at"
                        + " most 4 texts",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"logprobs\":5} | logprobs | logprobs was 5, must be 0 or 1: only the"
                        + " log-prob of the drawn token is known",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"echo\":true} | echo | echo was true, must be false",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"skip_special_tokens\":false} | skip_special_tokens |"
                        + " skip_special_tokens was false, must be true",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"temperature\":\"hot\"} | temperature | temperature was \"hot\", must"
                        + " be a number",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"ignore_eos\":true} | ignore_eos | ignore_eos was true, must come with"
                        + " stop_token_ids; min_tokens forbids an early end",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"temperature\":-1} | null | temperature was -1.0, must be 0 (greedy) or"
                        + " between 0.001 and 1000; use 1 for the model's own distribution",
                "{\"model\":\"tiny\",\"prompt\":\"a\",\"sample_key\":{\"prompt_id\":\"refused\"}} | null | prompt was refused,"
                        + " must be another; ask another",
            })
    void wrongRequestsAreToldWhy(String body, String parameter, String message) {
        HttpResponse<String> response = post(base, "/completions", body);
        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = json(response.body()).get("error");
        assertThat(error.get("message").asText()).isEqualTo(message);
        assertThat(error.get("param").asText()).isEqualTo(parameter);
        assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void aTextThatBreaksIsTheServersFault() {
        String body = "{\"model\":\"tiny\",\"prompt\":\"a\",\"sample_key\":{\"prompt_id\":\"broken\"}}";
        HttpResponse<String> response = post(base, "/completions", body);
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":{\"message\":\"the fake broke\",\"type\":\"server_error\",\"param\":null,\"code\":500}}");
    }

    @Test
    void aStopStringIsNamed() {
        Sample free = local(Prompt.of("a"), 0, SamplingOptions.of(20, 8));
        String stop = free.text().substring(3, 5);
        JsonNode choice = json(post(
                                base,
                                "/completions",
                                "{\"model\":\"tiny\",\"prompt\":\"a\",\"max_tokens\":20,\"seed\":8,\"stop\":[\"!\",\""
                                        + stop + "\"]}")
                        .body())
                .get("choices")
                .get(0);
        assertThat(choice.get("text").asText()).isEqualTo(free.text().substring(0, 3));
        assertThat(choice.get("stop_reason").asText()).isEqualTo(stop);
    }
}
