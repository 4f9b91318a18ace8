package org.rft4j.rollout.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A request that is not served, in the shape in which OpenAI says so. */
final class ApiError extends Exception {
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TOO_LARGE = 413;
    static final int TOO_MANY = 429;
    static final int INTERNAL = 500;
    static final int UNAVAILABLE = 503;

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String message;
    private final @Nullable String parameter;

    private ApiError(int status, String message, @Nullable String parameter) {
        super(message);
        this.status = status;
        this.message = message;
        this.parameter = parameter;
    }

    static ApiError of(int status, String message) {
        return new ApiError(status, message, null);
    }

    /** The client asked for what cannot be. */
    static ApiError inParameter(String parameter, String message) {
        return new ApiError(BAD_REQUEST, message, parameter);
    }

    static ApiError noSuchModel(String name) {
        return new ApiError(
                NOT_FOUND, "The model '" + name + "' does not exist; /v1/models lists those that do", "model");
    }

    int status() {
        return status;
    }

    ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode error = root.putObject("error");
        error.put("message", message);
        error.put("type", type());
        error.put("param", parameter);
        error.put("code", status);
        return root;
    }

    private String type() {
        if (status >= INTERNAL) {
            return "server_error";
        }
        return status == TOO_MANY ? "rate_limit_error" : "invalid_request_error";
    }
}
