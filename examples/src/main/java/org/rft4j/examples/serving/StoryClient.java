package org.rft4j.examples.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** A client as anybody could write it: the JDK's HTTP and OpenAI's protocol, nothing of rft4j. */
final class StoryClient {
    /** An answer of the server: what was written, and by which weights. Version 0 are those before the first step. */
    record Story(String text, long policyVersion) {}

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI completions;
    private final String model;

    StoryClient(URI server, String model) {
        completions = URI.create(server + "/completions");
        this.model = model;
    }

    /** Asks for the rest of a story. The same seed draws the same random numbers, so that only the weights make a difference. */
    Story goOn(String opening, int tokens, long seed) {
        try {
            String body = json.writeValueAsString(
                    Map.of("model", model, "prompt", opening, "max_tokens", tokens, "seed", seed));
            HttpRequest request = HttpRequest.newBuilder(completions)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode answer = json.readTree(response.body());
            if (!answer.path("choices").has(0)) {
                throw new IOException("status " + response.statusCode() + ": " + response.body());
            }
            return new Story(
                    answer.path("choices").path(0).path("text").asText(),
                    answer.path("policy_version").asLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the server wrote", e);
        }
    }
}
