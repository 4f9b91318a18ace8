package org.rft4j.rollout.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A request and its response, for the one thread that serves it. */
final class Exchange {
    private static final int OK = 200;
    private static final int UNSUPPORTED = 415;

    private final HttpExchange http;
    private @Nullable OutputStream begun;

    Exchange(HttpExchange http) {
        this.http = http;
    }

    String method() {
        return http.getRequestMethod();
    }

    String path() {
        return http.getRequestURI().getPath();
    }

    String header(String name) {
        String value = http.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    /** A page in a browser cannot send this type to us without asking first. */
    Fields readJson(int maxBytes) throws IOException, ApiError {
        if (!header("Content-Type").toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw ApiError.of(UNSUPPORTED, "Content-Type must be application/json");
        }
        byte[] body;
        try (InputStream in = http.getRequestBody()) {
            body = in.readNBytes(maxBytes + 1);
            if (body.length > maxBytes) {
                throw ApiError.of(ApiError.TOO_LARGE, "The request is longer than " + maxBytes + " bytes");
            }
        }
        try {
            JsonNode root = Fields.JSON.readTree(body);
            return Fields.of(root);
        } catch (JsonProcessingException e) {
            throw ApiError.of(ApiError.BAD_REQUEST, "The request is not JSON: " + e.getOriginalMessage());
        } catch (CharConversionException e) {
            throw ApiError.of(ApiError.BAD_REQUEST, "The request is not JSON: " + e.getMessage());
        }
    }

    void send(int status, JsonNode body) throws IOException {
        byte[] bytes = bytes(body);
        http.getResponseHeaders().set("Content-Type", "application/json");
        http.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = http.getResponseBody()) {
            out.write(bytes);
        }
    }

    void sendError(ApiError error) throws IOException {
        if (error.status() == ApiError.TOO_MANY) {
            http.getResponseHeaders().set("Retry-After", "1");
        }
        if (error.status() == ApiError.TOO_LARGE) {
            http.getResponseHeaders().set("Connection", "close"); // the rest of the request is not read
        }
        send(error.status(), error.json());
    }

    boolean hasBegun() {
        return begun != null;
    }

    /** Begins a response whose length is not known yet. */
    void begin(String contentType) throws IOException {
        http.getResponseHeaders().set("Content-Type", contentType);
        http.getResponseHeaders().set("Cache-Control", "no-cache");
        http.sendResponseHeaders(OK, 0);
        begun = http.getResponseBody();
    }

    /** Sends the next part at once. It fails if the client has gone. */
    void write(String text) throws IOException {
        if (begun == null) {
            throw new IllegalStateException("begin comes first");
        }
        begun.write(text.getBytes(StandardCharsets.UTF_8));
        begun.flush();
    }

    void close() {
        http.close();
    }

    static byte[] bytes(JsonNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
