package org.rft4j.rollout.server;

import java.util.Optional;
import org.rft4j.engine.Check;
import org.rft4j.rollout.remote.ApiKey;

/**
 * How a server listens and what it lets its clients do.
 *
 * @param host the address it listens at
 * @param port the port; 0 = any that is free
 * @param apiKey what clients must show, if anything
 * @param maxRequests how many requests for texts are served at once; more are told to come back
 * @param maxBodyBytes the longest request
 * @param maxSamples the most texts of one request
 * @param defaultNewTokens the most tokens of a text whose request does not say
 * @param seed of requests that bring none
 * @param adapters whether clients may load adapters, and from where
 */
public record ServerOptions(
        String host,
        int port,
        Optional<ApiKey> apiKey,
        int maxRequests,
        int maxBodyBytes,
        int maxSamples,
        int defaultNewTokens,
        long seed,
        Optional<AdapterOptions> adapters) {
    /**
     * Loopback only, any free port, no key, 64 requests of up to 16 texts and 4 MB at once, 256 tokens, seed 0, no adapters.
     */
    public static final ServerOptions DEFAULT =
            new ServerOptions("127.0.0.1", 0, Optional.empty(), 64, 4 << 20, 16, 256, 0, Optional.empty());

    private static final int MAX_PORT = 65_535;
    private static final int MAX_THREADS = 1024;
    private static final int MAX_BODY_BYTES = 1 << 30;

    /** Checks the numbers. */
    public ServerOptions {
        Check.that(!host.isBlank(), "host", "blank", "must be an address", "use 127.0.0.1");
        Check.that(port >= 0 && port <= MAX_PORT, "port", port, "must be between 0 and 65535", "use 0 for a free one");
        Check.that(
                maxRequests > 0 && maxRequests <= MAX_THREADS,
                "maxRequests",
                maxRequests,
                "must be between 1 and 1024, each holds a thread",
                "use 64");
        Check.that(
                maxBodyBytes > 0 && maxBodyBytes <= MAX_BODY_BYTES,
                "maxBodyBytes",
                maxBodyBytes,
                "must be between 1 and 2^30",
                "use 4 million");
        Check.that(maxSamples > 0, "maxSamples", maxSamples, "must be positive", "use 16");
        Check.that(defaultNewTokens > 0, "defaultNewTokens", defaultNewTokens, "must be positive", "use 256");
    }

    /**
     * Listens elsewhere. Beyond loopback the server should ask for a key, and stand behind something that encrypts.
     *
     * @param newHost the address
     * @param newPort the port; 0 = any that is free
     * @return new options
     */
    public ServerOptions at(String newHost, int newPort) {
        return new ServerOptions(
                newHost, newPort, apiKey, maxRequests, maxBodyBytes, maxSamples, defaultNewTokens, seed, adapters);
    }

    /**
     * Asks clients for a key.
     *
     * @param key what they must show
     * @return new options
     */
    public ServerOptions withApiKey(ApiKey key) {
        return new ServerOptions(
                host, port, Optional.of(key), maxRequests, maxBodyBytes, maxSamples, defaultNewTokens, seed, adapters);
    }

    /**
     * Limits what is done at once and for one request.
     *
     * @param requests how many requests for texts are served at once
     * @param bodyBytes the longest request
     * @param samples the most texts of one request
     * @return new options
     */
    public ServerOptions withLimits(int requests, int bodyBytes, int samples) {
        return new ServerOptions(host, port, apiKey, requests, bodyBytes, samples, defaultNewTokens, seed, adapters);
    }

    /**
     * Lets clients load adapters.
     *
     * @param options from where
     * @return new options
     */
    public ServerOptions withAdapters(AdapterOptions options) {
        return new ServerOptions(
                host,
                port,
                apiKey,
                maxRequests,
                maxBodyBytes,
                maxSamples,
                defaultNewTokens,
                seed,
                Optional.of(options));
    }
}
