package org.rft4j.rollout.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.rollout.remote.Answers.JSON;
import static org.rft4j.rollout.remote.Answers.OK;
import static org.rft4j.rollout.remote.Answers.options;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SampledTokens;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.tokenizer.Tokenizers;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.rollout.testing.ScriptedServer;

/** What is sent to servers, and what is made of plain OpenAI's answers. */
@Timeout(120)
class DialectsTest {
    private static final SampleKey KEY = new SampleKey(3, "task", 5, 1);
    private static final SamplingOptions EVERYTHING = SamplingOptions.of(16, 42)
            .withFilter(new SamplingFilter(0.7, 50, 0.9, 0.05, 1.1, 0.5, -0.25))
            .withLogitBias(Map.of(7L, -100.0, 3L, 1.5))
            .withLengths(2, 16)
            .withEndIds(List.of(2L, 9L))
            .withStopStrings("END", "\n\n")
            .keepingStopString();
    private static final SamplingOptions PLAIN = SamplingOptions.of(16, 42)
            .withFilter(new SamplingFilter(0.7, 0, 0.9, 0, 1, 0, 1.5))
            .withStopStrings("END");
    private static final Prompt CHAT =
            new Prompt.Chat(Conversation.of(ChatMessage.system("Be brief."), ChatMessage.user("Hi")));
    private static final Prompt WITH_TOOLS = new Prompt.Chat(Conversation.of(ChatMessage.user("Hi"))
            .withTools(ToolSpec.function("add", "Adds", Map.of("type", "object"))));

    private static final String EXTENDED = "\"temperature\":0.7,\"top_p\":0.9,\"presence_penalty\":0.5,"
            + "\"frequency_penalty\":-0.25,\"n\":1,\"logit_bias\":{\"3\":1.5,\"7\":-100.0},\"stop\":[\"END\",\"\\n\\n\"],\"logprobs\":1,"
            + "\"top_k\":50,\"min_p\":0.05,\"repetition_penalty\":1.1,\"min_tokens\":2,\"include_stop_str_in_output\":true,"
            + "\"stop_token_ids\":[2,9],\"ignore_eos\":true,\"return_token_ids\":true,";

    static Stream<Arguments> bodies() {
        String messages = "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":\"Hi\"}],";
        return Stream.of(
                Arguments.of(
                        Dialect.openAi(),
                        new SampleRequest(KEY, Prompt.of("Once"), PLAIN),
                        "{\"model\":\"tiny\",\"prompt\":\"Once\",\"max_tokens\":16,\"temperature\":0.7,\"top_p\":0.9,"
                                + "\"frequency_penalty\":1.5,\"n\":1,"
                                + "\"stop\":[\"END\"],\"logprobs\":1,\"seed\":SEED31,\"stream\":false}"),
                Arguments.of(
                        Dialect.openAi(),
                        new SampleRequest(KEY, CHAT, PLAIN),
                        "{\"model\":\"tiny\"," + messages
                                + "\"max_tokens\":16,\"temperature\":0.7,\"top_p\":0.9,"
                                + "\"frequency_penalty\":1.5,\"n\":1,"
                                + "\"stop\":[\"END\"],\"logprobs\":true,\"seed\":SEED31,\"stream\":false}"),
                Arguments.of(
                        Dialect.vllm(),
                        new SampleRequest(KEY, Prompt.of(new long[] {1, 2, 3}), EVERYTHING),
                        "{\"model\":\"tiny\",\"prompt\":[1,2,3],\"max_tokens\":16," + EXTENDED
                                + "\"seed\":SEED53,\"return_tokens_as_token_ids\":true,\"stream\":false}"),
                Arguments.of(
                        Dialect.rft4j(),
                        new SampleRequest(KEY, Prompt.of("Once"), EVERYTHING),
                        "{\"model\":\"tiny\",\"prompt\":\"Once\",\"max_tokens\":16," + EXTENDED
                                + "\"seed\":42,\"sample_key\":{\"round\":3,\"prompt_id\":\"task\",\"sample\":5,\"turn\":1},"
                                + "\"stream\":false}"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void everyOptionIsSent(Dialect dialect, SampleRequest request, String expected) throws JsonProcessingException {
        String seed31 = String.valueOf(KEY.random(42).derive("server").bits(0) >>> 33);
        String seed53 = String.valueOf(KEY.random(42).derive("server").bits(0) >>> 11);
        String body = bodyOf(dialect, request);
        assertThat(new ObjectMapper().readTree(body))
                .isEqualTo(new ObjectMapper()
                        .readTree(expected.replace("SEED31", seed31).replace("SEED53", seed53)));
    }

    private static String bodyOf(Dialect dialect, SampleRequest request) {
        try (ScriptedServer server = ScriptedServer.start((asked, client) -> false);
                RemoteSampler sampler = RemoteSampler.of(
                        RemoteOptions.of(server.baseUrl(), "tiny", dialect).withRetry(RetryOptions.NONE))) {
            Sample sample = sampler.sample(List.of(request)).get(0);
            assertThat(sample.stopReason()).isEqualTo(StopReason.ERROR);
            return server.requests().get(0).body();
        }
    }

    @Test
    void vllmLeavesToolCallsInTheText() throws JsonProcessingException {
        JsonNode body = new ObjectMapper().readTree(bodyOf(Dialect.vllm(), new SampleRequest(KEY, WITH_TOOLS, PLAIN)));
        assertThat(body.get("tool_choice").asText()).isEqualTo("none");
        assertThat(body.get("tools"))
                .hasToString("[{\"type\":\"function\",\"function\":{\"name\":\"add\",\"description\":\"Adds\","
                        + "\"parameters\":{\"type\":\"object\"}}}]");
    }

    static Stream<Arguments> refused() {
        SamplingOptions base = SamplingOptions.of(16, 42);
        String noWords =
                ", must be off, OpenAI's protocol has no words for it; leave it off, or ask a server that has it"
                        + " with Dialect.vllm() or rft4j()";
        return Stream.of(
                Arguments.of(base.withFilter(new SamplingFilter(1, 5, 1, 0, 1)), "topK was 5.0" + noWords),
                Arguments.of(base.withFilter(new SamplingFilter(1, 0, 1, 0.1, 1)), "minP was 0.1" + noWords),
                Arguments.of(
                        base.withFilter(new SamplingFilter(1, 0, 1, 0, 1.2)), "repetitionPenalty was 1.2" + noWords),
                Arguments.of(base.withLengths(1, 16), "minNewTokens was 1.0" + noWords),
                Arguments.of(
                        base.withEndIds(List.of(2L)),
                        "endIds was [2], must be empty, OpenAI's protocol has no words for it; leave it off, or ask a"
                                + " server that has it with Dialect.vllm() or rft4j()"),
                Arguments.of(base.withStopStrings("a").keepingStopString(), "keepStopString was true" + noWords),
                Arguments.of(
                        base.withStopStrings("a", "b", "c", "d", "e"),
                        "number of stop strings was 5, must be at most 4 in OpenAI's protocol; leave some out"),
                Arguments.of(
                        base.withFilter(SamplingFilter.temperature(3)),
                        "temperature was 3.0, must be at most 2 in OpenAI's protocol; lower it"),
                Arguments.of(
                        base.withLogitBias(Map.of(4L, 200.0)),
                        "logit bias of token 4 was 200.0, must be between -100 and 100 for OpenAI's protocol; -100 all but"
                                + " forbids a token, 100 all but forces it"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatOpenAiCannotSayIsRefusedBeforeAnythingIsBegun(SamplingOptions options, String text) {
        refuses(Dialect.openAi(), new SampleRequest(KEY, Prompt.of("Once"), options), text);
    }

    @Test
    void furtherRefusals() {
        refuses(
                Dialect.openAi(),
                new SampleRequest(KEY, WITH_TOOLS, PLAIN),
                "tools of a prompt was some, must be none, OpenAI's protocol takes calls of tools out of the text; render the"
                        + " conversation with the model's chat template and ask with the text");
        refuses(
                Dialect.vllm(),
                new SampleRequest(KEY, Prompt.of("Once"), PLAIN.withFilter(SamplingFilter.NONE.withPenalties(0, 3))),
                "frequencyPenalty was 3.0, must be between -2 and 2 for vLLM; ask our own server with Dialect.rft4j() for"
                        + " more");
        refuses(
                Dialect.vllm(),
                new SampleRequest(KEY, Prompt.of("Once"), PLAIN.withLogitBias(Map.of(4L, 101.0))),
                "logit bias of token 4 was 101.0, must be between -100 and 100 for vLLM; -100 all but"
                        + " forbids a token, 100 all but forces it");
    }

    private static void refuses(Dialect dialect, SampleRequest bad, String text) {
        SampleRequest good = new SampleRequest(KEY, Prompt.of("Once"), PLAIN);
        try (ScriptedServer server = ScriptedServer.start((asked, client) -> false);
                RemoteSampler sampler = RemoteSampler.of(RemoteOptions.of(server.baseUrl(), "tiny", dialect))) {
            assertThatThrownBy(() -> sampler.sample(List.of(good, bad)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(text);
            assertThat(server.requests()).isEmpty();
        }
    }

    private static final String OPEN_AI =
            "{\"model\":\"tiny-2026-01-01\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
                    + "\"assistant\",\"content\":\"hi\"},\"logprobs\":{\"content\":[{\"token\":\"h\",\"logprob\":-0.5},{\"token\":"
                    + "\"i\",\"logprob\":-0.25}]},\"finish_reason\":\"stop\"}]}";

    private static Sample answered(String answer, Dialect dialect, SampleRequest request) {
        try (ScriptedServer server = ScriptedServer.start((asked, client) -> client.respond(OK, JSON, answer));
                RemoteSampler sampler = RemoteSampler.of(RemoteOptions.of(server.baseUrl(), "tiny", dialect))) {
            return sampler.sample(List.of(request)).get(0);
        }
    }

    @Test
    void openAiGivesTextAndNoTokens() {
        Sample sample = answered(OPEN_AI, Dialect.openAi(), new SampleRequest(KEY, CHAT, PLAIN));
        assertThat(sample.error()).isEmpty();
        assertThat(sample.text()).isEqualTo("hi");
        assertThat(sample.stopReason()).isEqualTo(StopReason.END_TOKEN);
        assertThat(sample.tokens().ids()).isEmpty();
        assertThat(sample.tokens().origin()).isEqualTo(SampledTokens.Origin.ENCODED_AGAIN);
    }

    @Test
    void aTokenizerEncodesTheTextAgain() {
        try (Tokenizer bytes = Tokenizers.bytes()) {
            Sample same = answered(OPEN_AI, Dialect.openAi(bytes), new SampleRequest(KEY, CHAT, PLAIN));
            assertThat(same.tokens().ids()).containsExactly('h', 'i');
            assertThat(same.tokens().logProbs()).containsExactly(-0.5f, -0.25f);
            assertThat(same.tokens().origin()).isEqualTo(SampledTokens.Origin.ENCODED_AGAIN);
            Sample other = answered(
                    OPEN_AI.replace("\"token\":\"i\"", "\"token\":\"I\""),
                    Dialect.openAi(bytes),
                    new SampleRequest(KEY, CHAT, PLAIN));
            assertThat(other.tokens().ids()).containsExactly('h', 'i');
            assertThat(other.tokens().logProbs()).containsExactly(Float.NaN, Float.NaN);
        }
    }

    @Test
    void vllmMustNotPartTheText() {
        String parted = OPEN_AI.replace("tiny-2026-01-01", "tiny")
                .replace("\"content\":\"hi\"", "\"content\":\"hi\",\"reasoning\":\"hm\"");
        assertThat(answered(parted, Dialect.vllm(), new SampleRequest(KEY, CHAT, PLAIN))
                        .error())
                .contains("the server took tool calls or reasoning out of the text; start it without parsers for them");
    }

    @Test
    void anotherPromptThanWasSentIsAnError() {
        SampleRequest tokens = new SampleRequest(KEY, Prompt.of(new long[] {1, 2, 3}), PLAIN);
        assertThat(answered(Answers.GOOD, Dialect.vllm(), tokens).error())
                .contains("the server saw another prompt than the tokens that were sent");
    }

    @Test
    void olderServersSpellIds() {
        String spelled = Answers.GOOD
                .replace("\"token_ids\":[104,105,257],", "")
                .replace("[\"t\",\"t\",\"t\"]", "[\"token_id:104\",\"token_id:105\",\"token_id:257\"]");
        Sample sample = answered(spelled, Dialect.vllm(), Answers.request(0));
        assertThat(sample.tokens().ids()).containsExactly(104, 105, 257);
    }

    @Test
    void anAddressMustBeOne() {
        for (String bad : List.of("ftp://host/v1", "http://user:pass@host/v1", "http://host/v1?x=1", "/v1")) {
            assertThatThrownBy(() -> options(URI.create(bad)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("baseUrl was no address of a server, must be http:// or https:// with host and path,"
                            + " without user, query and fragment; use http://127.0.0.1:8000/v1, and withApiKey for a"
                            + " password");
        }
    }

    @Test
    void aKeyMustBeOne() {
        assertThatThrownBy(() -> ApiKey.of("secret\n"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "API key was ***, must be printable ASCII without blanks; is there a line break at its end?");
    }
}
