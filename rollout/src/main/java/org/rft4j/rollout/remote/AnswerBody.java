package org.rft4j.rollout.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the body of a response: a whole answer, a stream of pieces, or what a server says instead. */
final class AnswerBody implements HttpResponse.BodySubscriber<Optional<RemoteException>> {
    private static final int OK = 200;
    private static final int MAX_ERROR_BYTES = 1 << 16;
    private static final String STREAM = "text/event-stream";
    private static final String WHOLE = "application/json";
    private static final String END = "[DONE]";

    private final HttpResponse.ResponseInfo info;
    private final ServerErrors errors;
    private final PieceListener listener;
    private final boolean streaming;
    private final long maxBytes;
    private final boolean good;
    private final CompletableFuture<Optional<RemoteException>> outcome = new CompletableFuture<>();
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final EventStream events = new EventStream(this::event);
    private Flow.@Nullable Subscription subscription;
    private long bytes;

    /** Takes the pieces of an answer, one thread at a time. */
    interface PieceListener {
        /** The next piece. */
        void piece(JsonNode piece);

        /** Whether the answer has been given to its end. */
        boolean hasEnded();
    }

    AnswerBody(
            HttpResponse.ResponseInfo info,
            ServerErrors errors,
            PieceListener listener,
            boolean streaming,
            long maxBytes) {
        this.info = info;
        this.errors = errors;
        this.listener = listener;
        this.streaming = streaming;
        this.maxBytes = maxBytes;
        this.good = info.statusCode() == OK && contentType().startsWith(streaming ? STREAM : WHOLE);
    }

    private String contentType() {
        return info.headers().firstValue("Content-Type").orElse("").toLowerCase(java.util.Locale.ROOT);
    }

    /** Nothing if all went well, or what went wrong; it never fails. */
    @Override
    public CompletionStage<Optional<RemoteException>> getBody() {
        return outcome;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (outcome.isDone()) {
                return;
            }
            bytes += buffer.remaining();
            try {
                take(buffer);
            } catch (RemoteException e) {
                stop(e);
            }
        }
    }

    private void take(ByteBuffer buffer) {
        if (bytes > (good ? maxBytes : MAX_ERROR_BYTES)) {
            throw good
                    ? RemoteException.lasting("the server's answer is longer than the limit of " + maxBytes + " bytes")
                    : complaint();
        }
        if (good && streaming) {
            events.accept(buffer);
        } else {
            byte[] copy = new byte[buffer.remaining()];
            buffer.get(copy);
            collected.write(copy, 0, copy.length);
        }
    }

    private void event(String data) {
        if (outcome.isDone()) {
            return;
        }
        if (data.strip().equals(END)) {
            outcome.complete(listener.hasEnded() ? Optional.empty() : Optional.of(cutOff()));
        } else {
            give(data);
        }
    }

    private void give(String text) {
        JsonNode piece = parsed(text);
        if (!piece.isObject()) {
            throw errors.notJson(text);
        }
        if (piece.hasNonNull("error")) {
            throw errors.ofErrorObject(piece.get("error"));
        }
        if (!piece.path("choices").isArray()) {
            throw RemoteException.lasting("the server's answer has no choices");
        }
        listener.piece(piece);
    }

    private JsonNode parsed(String text) {
        try {
            return ServerErrors.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw errors.notJson(text);
        }
    }

    private static RemoteException cutOff() {
        return RemoteException.passing("the server's answer ends in the middle");
    }

    private RemoteException complaint() {
        String body = collected.toString(StandardCharsets.UTF_8);
        return info.statusCode() == OK
                ? errors.ofContentType(streaming ? STREAM : WHOLE, info.headers(), body)
                : errors.ofStatus(info.statusCode(), info.headers(), body);
    }

    private void stop(RemoteException e) {
        if (outcome.complete(Optional.of(e)) && subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onError(Throwable broken) {
        outcome.complete(Optional.of(ServerErrors.ofConnection(broken)));
    }

    @Override
    public void onComplete() {
        try {
            if (!good) {
                throw complaint();
            }
            if (!streaming) {
                give(collected.toString(StandardCharsets.UTF_8));
            }
            if (!listener.hasEnded()) {
                throw cutOff(); // a server that forgets to say that it is done may still have ended
            }
            outcome.complete(Optional.empty());
        } catch (RemoteException e) {
            outcome.complete(Optional.of(e));
        }
    }
}
