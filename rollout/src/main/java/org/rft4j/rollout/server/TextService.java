package org.rft4j.rollout.server;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.sampling.Sample;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;

/**
 * Serves one request for texts in one thread. While the sampler writes, something is sent at least every second, because that is
 * how a server learns that its client has gone: comments in a stream, blanks before other answers.
 */
final class TextService {
    private static final long SIGN_OF_LIFE_MILLIS = 1000;

    private final Exchange exchange;
    private final TextRequest request;
    private final AnswerWriter writer;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final SortedMap<Integer, Sample> samples = new TreeMap<>();
    private final String[] told;

    /** Something has happened to one of the texts: more of it was written, or it has ended. */
    private record Event(int index, String text, @Nullable Sample sample) {}

    TextService(Exchange exchange, TextRequest request, AnswerWriter writer) {
        this.exchange = exchange;
        this.request = request;
        this.writer = writer;
        this.told = new String[request.samples().size()];
        Arrays.fill(told, "");
    }

    /** Begins the texts. */
    List<SampleHandle> submit(Sampler sampler) {
        List<SampleKey> keys =
                request.samples().stream().map(SampleRequest::key).toList();
        SampleListener listener = request.show().streaming()
                ? (key, text, tokens) -> events.add(new Event(keys.indexOf(key), text, null))
                : SampleListener.NONE;
        List<SampleHandle> handles = sampler.submit(request.samples(), listener);
        for (int i = 0; i < handles.size(); i++) {
            int index = i;
            var unused = handles.get(i).result().thenAccept(sample -> events.add(new Event(index, "", sample)));
        }
        return handles;
    }

    /** Waits for the texts and gives them to the client. */
    void serve() throws IOException, ApiError, InterruptedException {
        if (request.show().streaming()) {
            exchange.begin("text/event-stream");
        }
        while (samples.size() < told.length) {
            Event event = events.poll(SIGN_OF_LIFE_MILLIS, TimeUnit.MILLISECONDS);
            if (event == null) {
                showLife();
            } else if (event.sample() == null) {
                stream(event);
            } else {
                requireGood(event.sample());
                samples.put(event.index(), event.sample());
                if (request.show().streaming()) {
                    send(writer.lastPiece(event.index(), event.sample(), told[event.index()])
                            .toString());
                }
            }
        }
        finish();
    }

    private void showLife() throws IOException {
        if (!exchange.hasBegun()) {
            exchange.begin("application/json");
        }
        exchange.write(request.show().streaming() ? ":\n\n" : " ");
    }

    private void stream(Event event) throws IOException {
        if (!event.text().isEmpty()) {
            send(writer.piece(event.index(), event.text(), told[event.index()].isEmpty())
                    .toString());
            told[event.index()] += event.text();
        }
    }

    private static void requireGood(Sample sample) throws ApiError {
        if (!AnswerWriter.isGood(sample)) {
            throw switch (sample.stopReason()) {
                case CANCELLED -> ApiError.of(ApiError.UNAVAILABLE, "The text was cancelled; the server is closing");
                case DEADLINE -> ApiError.of(ApiError.UNAVAILABLE, "The text took too long");
                default -> ApiError.of(ApiError.INTERNAL, sample.error().orElse("The text could not be written"));
            };
        }
    }

    private void finish() throws IOException {
        List<Sample> all = List.copyOf(samples.values());
        if (request.show().streaming()) {
            if (request.show().usage()) {
                send(writer.usage(all).toString());
            }
            send("[DONE]");
        } else if (exchange.hasBegun()) {
            exchange.write(writer.whole(all).toString());
        } else {
            exchange.send(200, writer.whole(all));
        }
    }

    /** Says what went wrong, inside the answer if that has begun. */
    void fail(ApiError error) throws IOException {
        if (!exchange.hasBegun()) {
            exchange.sendError(error);
        } else if (request.show().streaming()) {
            send(error.json().toString());
        } else {
            exchange.write(error.json().toString());
        }
    }

    private void send(String data) throws IOException {
        exchange.write("data: " + data + "\n\n");
    }
}
