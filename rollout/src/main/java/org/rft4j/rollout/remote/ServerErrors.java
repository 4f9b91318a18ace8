package org.rft4j.rollout.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.ConnectException;
import java.net.http.HttpHeaders;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Turns what goes wrong between us and a server into words that name neither address nor key. */
final class ServerErrors {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final int MAX_TEXT = 300;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int MAX_RETRY_AFTER_DIGITS = 6;
    private static final long MILLIS = 1000;

    private final Optional<ApiKey> key;

    ServerErrors(Optional<ApiKey> key) {
        this.key = key;
    }

    /** An answer with another status than 200. */
    RemoteException ofStatus(int status, HttpHeaders headers, String body) {
        String message = "the server answered with status " + status + said(body);
        if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
            return RemoteException.passing(message, retryAfterMillis(headers));
        }
        return RemoteException.lasting(message);
    }

    /** An error that a server reports inside an answer that had begun well. */
    RemoteException ofErrorObject(JsonNode error) {
        String message = "the server reported an error" + said(error.toString());
        int code = error.path("code").asInt();
        return code == TOO_MANY_REQUESTS || code >= SERVER_ERROR
                ? RemoteException.passing(message)
                : RemoteException.lasting(message);
    }

    RemoteException notJson(String text) {
        return RemoteException.lasting("the server sent what is not JSON: " + shortened(text));
    }

    RemoteException ofContentType(String wanted, HttpHeaders headers, String body) {
        return RemoteException.lasting("the server sent "
                + shortened(headers.firstValue("Content-Type").orElse("no content type")) + " instead of " + wanted
                + said(body));
    }

    /** The JDK's own messages name hosts. */
    static RemoteException ofConnection(Throwable broken) {
        Throwable cause =
                broken instanceof CompletionException && broken.getCause() != null ? broken.getCause() : broken;
        for (Throwable under = cause; under != null; under = under.getCause()) {
            if (under instanceof RemoteException known) {
                return known;
            }
            if (under instanceof ConnectException) {
                return RemoteException.passing("the server could not be reached");
            }
        }
        if (cause instanceof HttpTimeoutException) {
            return RemoteException.passing("the server did not answer in time");
        }
        return RemoteException.passing(
                "the connection was lost (" + cause.getClass().getSimpleName() + ")");
    }

    private String said(String body) {
        return body.isBlank() ? "" : ": " + shortened(messageIn(body));
    }

    private static String messageIn(String body) {
        try {
            JsonNode root = JSON.readTree(body);
            JsonNode error = root.path("error").isObject() ? root.path("error") : root;
            for (String field : new String[] {"message", "error", "detail"}) {
                if (error.path(field).isTextual()) {
                    return error.get(field).asText();
                }
            }
        } catch (JsonProcessingException e) {
            return body; // servers in between answer in plain text or HTML
        }
        return body;
    }

    String withoutKey(String text) {
        return key.map(k -> k.removedFrom(text)).orElse(text);
    }

    private String shortened(String text) {
        String hidden = withoutKey(text).strip().replaceAll("\\s+", " ");
        return hidden.length() > MAX_TEXT ? hidden.substring(0, MAX_TEXT) + "..." : hidden;
    }

    /** Seconds; a date would need a clock that agrees with the server's. */
    private static long retryAfterMillis(HttpHeaders headers) {
        String value = headers.firstValue("Retry-After").orElse("").strip();
        boolean seconds = value.matches("\\d{1," + MAX_RETRY_AFTER_DIGITS + "}");
        return seconds ? Long.parseLong(value) * MILLIS : 0;
    }
}
