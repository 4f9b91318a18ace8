package org.rft4j.rollout.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.kernels.SamplingFilter;

/** Reads how a text is to be written. */
final class SamplingReader {
    private SamplingReader() {}

    static SamplingOptions read(Fields fields, int maxNewTokens, long seed, List<Long> modelEndIds) throws ApiError {
        fields.requireIfThere("skip_special_tokens", node -> node.asBoolean(false), "must be true");
        fields.requireIfThere(
                "response_format", node -> node.path("type").asText().equals("text"), "must be text");
        SamplingOptions options = SamplingOptions.of(maxNewTokens, fields.wholeNumber("seed", seed))
                .withFilter(filter(fields))
                .withLogitBias(biases(fields))
                .withLengths(fields.integer("min_tokens", 0), maxNewTokens)
                .withEndIds(endIds(fields, modelEndIds))
                .withStopStrings(fields.strings("stop").toArray(String[]::new));
        return fields.flag("include_stop_str_in_output", false) ? options.keepingStopString() : options;
    }

    private static SamplingFilter filter(Fields fields) throws ApiError {
        return new SamplingFilter(
                fields.number("temperature", 1),
                Math.max(0, fields.integer("top_k", 0)), // -1 is vLLM's word for off
                fields.number("top_p", 1),
                fields.number("min_p", 0),
                fields.number("repetition_penalty", 1),
                fields.number("presence_penalty", 0),
                fields.number("frequency_penalty", 0));
    }

    private static Map<Long, Double> biases(Fields fields) throws ApiError {
        Map<Long, Double> biases = new TreeMap<>();
        if (!fields.has("logit_bias")) {
            return biases;
        }
        JsonNode map = fields.get("logit_bias");
        String rule = "must be an object of numbers by token id";
        if (!map.isObject()) {
            throw fields.wrong("logit_bias", map, rule);
        }
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (!entry.getKey().matches("\\d{1,10}") || !entry.getValue().isNumber()) {
                throw fields.wrong("logit_bias", map, rule);
            }
            biases.put(Long.valueOf(entry.getKey()), entry.getValue().doubleValue());
        }
        return biases;
    }

    /** Tokens to stop at come on top of the model's own, unless these are to be ignored. */
    private static List<Long> endIds(Fields fields, List<Long> modelEndIds) throws ApiError {
        List<Long> wanted = fields.wholeNumbers("stop_token_ids");
        if (fields.flag("ignore_eos", false)) {
            if (wanted.isEmpty()) {
                throw ApiError.inParameter(
                        "ignore_eos",
                        "ignore_eos was true, must come with stop_token_ids; min_tokens forbids an early end");
            }
            return wanted;
        }
        if (wanted.isEmpty()) {
            return List.of();
        }
        List<Long> all = new ArrayList<>(modelEndIds);
        all.addAll(wanted);
        return all;
    }
}
