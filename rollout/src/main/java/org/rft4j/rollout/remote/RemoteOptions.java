package org.rft4j.rollout.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.rft4j.engine.Check;

/**
 * A model on a server, and how it is asked.
 *
 * @param baseUrl where the protocol begins, version included: {@code http://127.0.0.1:8000/v1}
 * @param model the model's name there
 * @param dialect what the server understands beyond OpenAI's protocol
 * @param apiKey what the server knows us by, if it asks
 * @param concurrency how many samples are on their way at once; others wait
 * @param retry what is done when the server does not answer
 * @param timeLimit how long a sample may take from its submission on, waiting and retries included, where its options do not say
 * @param streaming whether the text comes piece by piece; listeners then hear of it while it is written, and a sample that is
 *     cancelled or runs out of time has what was written until then
 * @param maxResponseBytes the longest answer that is read
 */
public record RemoteOptions(
        URI baseUrl,
        String model,
        Dialect dialect,
        Optional<ApiKey> apiKey,
        int concurrency,
        RetryOptions retry,
        Duration timeLimit,
        boolean streaming,
        long maxResponseBytes) {
    private static final int CONCURRENCY = 32;
    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);
    private static final long MAX_RESPONSE_BYTES = 64L << 20;

    /** Checks all of it. */
    public RemoteOptions {
        Check.that(
                ("http".equals(baseUrl.getScheme()) || "https".equals(baseUrl.getScheme()))
                        && baseUrl.getHost() != null
                        && baseUrl.getRawUserInfo() == null
                        && baseUrl.getRawQuery() == null
                        && baseUrl.getRawFragment() == null,
                "baseUrl",
                "no address of a server",
                "must be http:// or https:// with host and path, without user, query and fragment",
                "use http://127.0.0.1:8000/v1, and withApiKey for a password");
        Check.that(!model.isBlank(), "model", "blank", "must be a name", "ask the server's /v1/models");
        Check.that(concurrency > 0, "concurrency", concurrency, "must be positive", "use 32");
        Check.that(
                timeLimit.toMillis() > 0 && timeLimit.compareTo(Duration.ofDays(365)) <= 0,
                "timeLimit",
                timeLimit,
                "must be between a millisecond and a year",
                "use ten minutes");
        Check.that(maxResponseBytes > 0, "maxResponseBytes", maxResponseBytes, "must be positive", "use 64 million");
    }

    /**
     * The usual: 32 at once, five retries, ten minutes, no streaming.
     *
     * @param baseUrl where the protocol begins
     * @param model the model's name there
     * @param dialect what the server understands
     * @return the options
     */
    public static RemoteOptions of(URI baseUrl, String model, Dialect dialect) {
        return new RemoteOptions(
                baseUrl,
                model,
                dialect,
                Optional.empty(),
                CONCURRENCY,
                RetryOptions.DEFAULT,
                TIME_LIMIT,
                false,
                MAX_RESPONSE_BYTES);
    }

    /**
     * Sets the key.
     *
     * @param key what the server knows us by
     * @return new options
     */
    public RemoteOptions withApiKey(ApiKey key) {
        return new RemoteOptions(
                baseUrl, model, dialect, Optional.of(key), concurrency, retry, timeLimit, streaming, maxResponseBytes);
    }

    /**
     * Sets how many samples are on their way at once.
     *
     * @param samples at least 1
     * @return new options
     */
    public RemoteOptions withConcurrency(int samples) {
        return new RemoteOptions(
                baseUrl, model, dialect, apiKey, samples, retry, timeLimit, streaming, maxResponseBytes);
    }

    /**
     * Sets what is done when the server does not answer.
     *
     * @param other how often and when it is asked again
     * @return new options
     */
    public RemoteOptions withRetry(RetryOptions other) {
        return new RemoteOptions(
                baseUrl, model, dialect, apiKey, concurrency, other, timeLimit, streaming, maxResponseBytes);
    }

    /**
     * Sets how long a sample may take.
     *
     * @param limit from its submission on
     * @return new options
     */
    public RemoteOptions withTimeLimit(Duration limit) {
        return new RemoteOptions(
                baseUrl, model, dialect, apiKey, concurrency, retry, limit, streaming, maxResponseBytes);
    }

    /**
     * Has the text come piece by piece.
     *
     * @return new options
     */
    public RemoteOptions withStreaming() {
        return new RemoteOptions(
                baseUrl, model, dialect, apiKey, concurrency, retry, timeLimit, true, maxResponseBytes);
    }

    /**
     * Sets the longest answer that is read.
     *
     * @param bytes how long
     * @return new options
     */
    public RemoteOptions withMaxResponseBytes(long bytes) {
        return new RemoteOptions(baseUrl, model, dialect, apiKey, concurrency, retry, timeLimit, streaming, bytes);
    }

    URI at(String path) {
        String base = baseUrl.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }
}
