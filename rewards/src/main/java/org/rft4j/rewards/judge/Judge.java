package org.rft4j.rewards.judge;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.Conversation;
import org.rft4j.core.sampling.LlmClient;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.engine.Check;

/**
 * A model that is asked for JSON. An answer counts only if it is one JSON value, alone or in a code fence, and if whoever asks can read
 * it; otherwise the model is asked again with another seed.
 *
 * @param client the model
 * @param sampling how it answers; greedy answers are the same each time, so then asking again is of no use
 * @param attempts how often it is asked at most
 */
public record Judge(LlmClient client, SamplingOptions sampling, int attempts) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final String FENCE = "```";
    private static final int SHOWN = 200;

    /** Checks the attempts. */
    public Judge {
        Check.that(attempts >= 1, "attempts", attempts, "must be at least 1", "use 2");
    }

    /** Asks until the answer can be read; an exception if it never can. Interruption cancels the question. */
    <T> T ask(String prompt, Function<JsonNode, Optional<T>> read) throws Exception {
        String last = "";
        for (int attempt = 0; attempt < attempts; attempt++) {
            SamplingOptions options = sampling.withSeed(sampling.seed() + attempt);
            last = await(client.answer(Conversation.of(ChatMessage.user(prompt)), options));
            Optional<T> answer = json(last).flatMap(read);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw new JudgeException("the judge's answer was '" + last.substring(0, Math.min(SHOWN, last.length()))
                + "', must be the JSON that the prompt asks for, in " + attempts
                + " attempts it was not; use a larger judge or a simpler prompt");
    }

    private static String await(CompletableFuture<String> answer) throws Exception {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Optional<JsonNode> json(String answer) {
        try {
            JsonNode node = JSON.readTree(unfenced(answer.strip()));
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** What stands between a first line of three backticks, with or without "json", and a last line of them. */
    private static String unfenced(String answer) {
        int first = answer.indexOf('\n');
        int last = answer.lastIndexOf('\n');
        if (first < 0 || first == last || !answer.substring(last).strip().equals(FENCE)) {
            return answer;
        }
        String opening = answer.substring(0, first).strip();
        return opening.equals(FENCE) || opening.equals(FENCE + "json") ? answer.substring(first, last) : answer;
    }
}
