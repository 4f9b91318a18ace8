package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a server has said so far, in one piece or many. Guarded by itself: one thread reads the answer, others may ask how far it
 * is.
 */
final class Answer {
    private final StringBuilder text = new StringBuilder();
    private final List<Long> prompt = new ArrayList<>();
    private final List<Long> ids = new ArrayList<>();
    private final List<String> tokenTexts = new ArrayList<>();
    private final List<Float> logProbs = new ArrayList<>();
    private @Nullable String model;
    private @Nullable String finishReason;
    private JsonNode stopReason = MissingNode.getInstance();
    private OptionalLong policyVersion = OptionalLong.empty();
    private boolean parted;
    private int compared;

    /**
     * Everything at one moment.
     *
     * @param model which model the server says it was
     * @param text what it wrote
     * @param prompt the tokens it saw, if the server tells
     * @param ids the tokens it wrote, if the server tells
     * @param tokenTexts how the server spells the tokens that have log-probs
     * @param logProbs of each token
     * @param end how it ended
     * @param parted whether the server took something out of the text, such as tool calls
     */
    record Snapshot(
            @Nullable String model,
            String text,
            long[] prompt,
            long[] ids,
            List<String> tokenTexts,
            float[] logProbs,
            End end,
            boolean parted) {}

    /**
     * How an answer ended.
     *
     * @param reason the server's word for it, null while it has not
     * @param detail vLLM's stop string or token
     * @param policyVersion of the weights, if the server tells
     */
    record End(@Nullable String reason, JsonNode detail, OptionalLong policyVersion) {}

    /** Takes up an answer, or the next piece of one. */
    synchronized void add(JsonNode piece) {
        if (piece.hasNonNull("model")) {
            model = piece.get("model").asText();
        }
        if (piece.path("policy_version").isIntegralNumber()) {
            policyVersion = OptionalLong.of(piece.get("policy_version").longValue());
        }
        addPrompt(piece);
        JsonNode choice = piece.path("choices").path(0);
        if (choice.isMissingNode()) {
            return; // a piece that only counts tokens
        }
        addPrompt(choice);
        addText(choice);
        addLogProbs(choice.path("logprobs"));
        choice.path("token_ids").forEach(id -> ids.add(id.longValue()));
        if (choice.hasNonNull("finish_reason")) {
            finishReason = choice.get("finish_reason").asText();
            stopReason = choice.path("stop_reason");
        }
    }

    /** vLLM has them in the choice for completions, and beside it for conversations. */
    private void addPrompt(JsonNode holder) {
        if (prompt.isEmpty()) {
            holder.path("prompt_token_ids").forEach(id -> prompt.add(id.longValue()));
        }
    }

    private void addText(JsonNode choice) {
        JsonNode message = choice.has("message") ? choice.get("message") : choice.path("delta");
        for (JsonNode holder : List.of(choice.path("text"), message.path("content"))) {
            if (holder.isTextual()) {
                text.append(holder.asText());
            }
        }
        for (String field : List.of("tool_calls", "reasoning", "reasoning_content")) {
            JsonNode part = message.path(field);
            parted |= part.isArray() ? !part.isEmpty() : !part.asText("").isEmpty();
        }
    }

    private void addLogProbs(JsonNode node) {
        JsonNode tokens = node.path("tokens");
        JsonNode numbers = node.path("token_logprobs");
        for (int i = 0; i < tokens.size(); i++) {
            addToken(tokens.get(i), numbers.path(i));
        }
        node.path("content").forEach(token -> addToken(token.path("token"), token.path("logprob")));
    }

    private void addToken(JsonNode spelling, JsonNode logProb) {
        tokenTexts.add(spelling.asText());
        logProbs.add(logProb.isNumber() ? (float) logProb.doubleValue() : Float.NaN);
    }

    /**
     * The text that has come since the last call and goes beyond what was told before.
     *
     * @param told what an earlier answer to the same request told, and this one up to now
     * @return the text, often none
     */
    synchronized String news(CharSequence told) {
        int from = Math.max(compared, Math.min(told.length(), text.length()));
        for (int i = compared; i < from; i++) {
            if (text.charAt(i) != told.charAt(i)) {
                throw RemoteException.lasting("the server wrote another text when it was asked again");
            }
        }
        compared = text.length();
        return text.substring(from);
    }

    /** How many tokens the server has told of. */
    synchronized int tokens() {
        return Math.max(ids.size(), logProbs.size());
    }

    synchronized boolean hasEnded() {
        return finishReason != null;
    }

    synchronized Snapshot snapshot() {
        float[] numbers = new float[logProbs.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = logProbs.get(i);
        }
        return new Snapshot(
                model,
                text.toString(),
                prompt.stream().mapToLong(Long::longValue).toArray(),
                ids.stream().mapToLong(Long::longValue).toArray(),
                List.copyOf(tokenTexts),
                numbers,
                new End(finishReason, stopReason, policyVersion),
                parted);
    }
}
