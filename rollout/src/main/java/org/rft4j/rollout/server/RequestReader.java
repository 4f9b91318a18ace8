package org.rft4j.rollout.server;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.SamplingOptions;

/** Reads requests for texts. What is not honoured is refused by name, except what changes no text. */
final class RequestReader {
    private static final String PROMPT_ID = "http";
    private static final TypeReference<List<Map<String, @Nullable Object>>> MAPS = new TypeReference<>() {};

    private final ServerOptions options;
    private final LongSupplier rounds;

    /** Requests that bring no seed draw in a new round each. */
    RequestReader(ServerOptions options, LongSupplier rounds) {
        this.options = options;
        this.rounds = rounds;
    }

    TextRequest readText(Fields fields, ServedPolicy policy) throws ApiError {
        List<Prompt> prompts = textPrompts(fields.get("prompt"), fields);
        fields.requireIfThere("echo", node -> !node.asBoolean(true), "must be false");
        fields.requireIfThere("suffix", node -> node.asText().isEmpty(), "must be left out");
        int logProbs = fields.integer("logprobs", -1);
        if (logProbs < -1 || logProbs > 1) {
            throw ApiError.inParameter(
                    "logprobs",
                    "logprobs was " + logProbs + ", must be 0 or 1: only the log-prob of the drawn token is known");
        }
        return request(new AnswerFormat.Text(), fields, prompts, "max_tokens", logProbs >= 0, policy);
    }

    TextRequest readChat(Fields fields, ServedPolicy policy) throws ApiError {
        Prompt prompt = chatPrompt(fields);
        fields.requireIfThere("top_logprobs", node -> node.asInt(-1) == 0, "must be 0");
        fields.requireIfThere("add_generation_prompt", node -> node.asBoolean(false), "must be true");
        fields.requireIfThere(
                "tool_choice",
                node -> node.asText().equals("none") || node.asText().equals("auto"),
                "must be none or auto; calls of tools stay in the text");
        boolean logProbs = fields.flag("logprobs", false);
        String limit = fields.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        return request(new AnswerFormat.Chat(), fields, List.of(prompt), limit, logProbs, policy);
    }

    private TextRequest request(
            AnswerFormat format,
            Fields fields,
            List<Prompt> prompts,
            String limitName,
            boolean logProbs,
            ServedPolicy policy)
            throws ApiError {
        int n = fields.integer("n", 1);
        if (n < 1 || (long) n * prompts.size() > options.maxSamples()) {
            throw ApiError.inParameter(
                    "n",
                    "n was " + n + " with " + prompts.size() + " prompts, must be at least 1 and give at most "
                            + options.maxSamples() + " texts");
        }
        fields.requireIfThere("best_of", node -> node.asInt() <= n, "must be n");
        int limit = fields.integer(limitName, options.defaultNewTokens());
        boolean seeded = fields.has("seed");
        SamplingOptions how = SamplingReader.read(fields, limit, options.seed(), policy.endIds());
        SampleKey first = firstKey(fields, seeded, prompts.size());
        List<SampleRequest> samples = new ArrayList<>();
        for (Prompt prompt : prompts) {
            for (int i = 0; i < n; i++) {
                SampleKey key =
                        new SampleKey(first.round(), first.promptId(), first.sample() + samples.size(), first.turn());
                samples.add(new SampleRequest(key, prompt, how));
            }
        }
        TextRequest.Show show = show(fields, logProbs);
        fields.pass("model", "user", "metadata", "store", "service_tier", "parallel_tool_calls", "request_id");
        fields.requireNothingLeft();
        return new TextRequest(format, samples, n, show);
    }

    private static TextRequest.Show show(Fields fields, boolean logProbs) throws ApiError {
        boolean streaming = fields.flag("stream", false);
        boolean usage = false;
        if (fields.has("stream_options")) {
            Fields stream = fields.object("stream_options");
            usage = stream.flag("include_usage", false);
            stream.requireNothingLeft();
        }
        return new TextRequest.Show(
                streaming,
                usage,
                logProbs,
                fields.flag("return_token_ids", false),
                fields.flag("return_tokens_as_token_ids", false));
    }

    /** Clients of ours say which sample it is; others draw by seed and number. */
    private SampleKey firstKey(Fields fields, boolean seeded, int prompts) throws ApiError {
        if (!fields.has("sample_key")) {
            return new SampleKey(seeded ? 0 : rounds.getAsLong(), PROMPT_ID, 0, 0);
        }
        if (prompts > 1) {
            throw ApiError.inParameter(
                    "sample_key", "sample_key names a sample of one prompt, and there are " + prompts);
        }
        Fields key = fields.object("sample_key");
        SampleKey read = new SampleKey(
                key.wholeNumber("round", 0), key.string("prompt_id"), key.integer("sample", 0), key.integer("turn", 0));
        key.requireNothingLeft();
        return read;
    }

    private static List<Prompt> textPrompts(JsonNode prompt, Fields fields) throws ApiError {
        if (prompt.isTextual()) {
            return List.of(Prompt.of(prompt.asText()));
        }
        String rule = "must be a text, a list of tokens, or a list of either";
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw fields.wrong("prompt", prompt, rule);
        }
        if (prompt.get(0).isNumber()) {
            return List.of(tokens(prompt, fields, rule));
        }
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode item : prompt) {
            prompts.add(item.isTextual() ? Prompt.of(item.asText()) : tokens(item, fields, rule));
        }
        return prompts;
    }

    private static Prompt tokens(JsonNode list, Fields fields, String rule) throws ApiError {
        long[] ids = new long[list.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!list.get(i).isIntegralNumber() || !list.get(i).canConvertToLong()) {
                throw fields.wrong("prompt", list.get(i), rule);
            }
            ids[i] = list.get(i).longValue();
        }
        if (ids.length == 0) {
            throw fields.wrong("prompt", list, rule);
        }
        return Prompt.of(ids);
    }

    private static Prompt chatPrompt(Fields fields) throws ApiError {
        List<ChatMessage> messages = new ArrayList<>();
        for (Map<String, @Nullable Object> message : maps(fields, "messages")) {
            messages.add(ChatMessage.fromMap(message));
        }
        if (messages.isEmpty()) {
            throw ApiError.inParameter("messages", "messages was empty, must hold at least one");
        }
        List<ToolSpec> tools = maps(fields, "tools").stream().map(ToolSpec::new).toList();
        return new Prompt.Chat(new Conversation(messages, tools, maps(fields, "documents")));
    }

    private static List<Map<String, @Nullable Object>> maps(Fields fields, String name) throws ApiError {
        JsonNode list = fields.get(name);
        if (list.isMissingNode()) {
            return List.of();
        }
        boolean objects = list.isArray();
        for (JsonNode item : list) {
            objects &= item.isObject();
        }
        if (!objects) {
            throw fields.wrong(name, list, "must be a list of objects");
        }
        return Fields.JSON.convertValue(list, MAPS);
    }
}
