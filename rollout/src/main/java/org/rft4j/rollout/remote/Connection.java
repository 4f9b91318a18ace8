package org.rft4j.rollout.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.chat.ToolSpec;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.SampleRequest;

/** Sends requests to one server. Any thread may. */
final class Connection {
    private static final int HTTP_OK = 200;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final RemoteOptions options;
    private final HttpClient client;
    private final ServerErrors errors;

    Connection(RemoteOptions options, ExecutorService executor) {
        this.options = options;
        this.errors = new ServerErrors(options.apiKey());
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(executor)
                .build();
    }

    RemoteOptions options() {
        return options;
    }

    /** Asks for a text. Cancelling the future breaks the exchange off. */
    CompletableFuture<HttpResponse<Optional<RemoteException>>> ask(
            SampleRequest request, String model, AnswerBody.PieceListener listener) {
        return client.sendAsync(
                post(to(pathFor(request.prompt())), bodyOf(request, model)),
                info -> new AnswerBody(info, errors, listener, options.streaming(), options.maxResponseBytes()));
    }

    /** Sends something else; the future fails with a {@link RemoteException} unless the server does it. */
    CompletableFuture<String> send(HttpRequest request) {
        return client.sendAsync(request, info -> new LimitedText(options.maxResponseBytes()))
                .handle((response, broken) -> {
                    if (broken != null) {
                        throw ServerErrors.ofConnection(broken);
                    }
                    if (response.statusCode() != HTTP_OK) {
                        throw errors.ofStatus(response.statusCode(), response.headers(), response.body());
                    }
                    return response.body();
                });
    }

    /** A text in which the server may have repeated our key. */
    String withoutKey(String text) {
        return errors.withoutKey(text);
    }

    HttpRequest get(String path, Duration limit) {
        return to(path).timeout(limit).GET().build();
    }

    HttpRequest post(String path, JsonNode body, Duration limit) {
        return post(to(path).timeout(limit), body);
    }

    private static HttpRequest post(HttpRequest.Builder to, JsonNode body) {
        return to.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpRequest.Builder to(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(options.at(path));
        options.apiKey().ifPresent(key -> builder.header("Authorization", key.authorization()));
        return builder;
    }

    private static String pathFor(Prompt prompt) {
        return prompt instanceof Prompt.Chat ? "/chat/completions" : "/completions";
    }

    ObjectNode bodyOf(SampleRequest request, String model) {
        ObjectNode body = ServerErrors.JSON.createObjectNode();
        body.put("model", model);
        if (request.prompt() instanceof Prompt.Text text) {
            body.put("prompt", text.text());
        } else if (request.prompt() instanceof Prompt.Tokens tokens) {
            var ids = body.putArray("prompt");
            for (long id : tokens.ids()) {
                ids.add(id);
            }
        } else if (request.prompt() instanceof Prompt.Chat chat) {
            writeChat(chat, body);
        }
        options.dialect().write(request, body);
        body.put("stream", options.streaming());
        return body;
    }

    private static void writeChat(Prompt.Chat chat, ObjectNode body) {
        body.set(
                "messages",
                ServerErrors.JSON.valueToTree(chat.conversation().messages().stream()
                        .map(ChatMessage::toMap)
                        .toList()));
        if (!chat.conversation().tools().isEmpty()) {
            body.set(
                    "tools",
                    ServerErrors.JSON.valueToTree(chat.conversation().tools().stream()
                            .map(ToolSpec::schema)
                            .toList()));
        }
        if (!chat.conversation().documents().isEmpty()) {
            body.set(
                    "documents",
                    ServerErrors.JSON.valueToTree(chat.conversation().documents()));
        }
    }
}
