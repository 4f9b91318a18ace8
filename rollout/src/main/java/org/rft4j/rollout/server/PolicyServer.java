package org.rft4j.rollout.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.rft4j.engine.EngineException;

/**
 * Serves a sampler over HTTP as OpenAI's protocol has it: {@code /v1/models}, {@code /v1/completions}, {@code /v1/chat/completions}, and
 * {@code /health}; with {@link AdapterOptions} also vLLM's {@code /v1/load_lora_adapter} and {@code /v1/unload_lora_adapter}. It serves
 * whatever weights the sampler has at the moment, so a policy can be tried while it trains.
 *
 * <p>Each request holds a thread of the server's own while it is served. A client that goes away ends its texts within seconds. Java's
 * server waits for slow senders and readers as long as they like unless the system properties {@code sun.net.httpserver.maxReqTime} and
 * {@code maxRspTime} (seconds) are set:
 * do not show it to strangers without something in between. Unless it is set, {@code sun.net.httpserver.nodelay} is set to true.
 *
 * <pre>{@code
 * ServedPolicy policy = new ServedPolicy("my-model", sampler, tokenizer, model.stopIds());
 * try (PolicyServer server = PolicyServer.start(policy, ServerOptions.DEFAULT.at("127.0.0.1", 8000))) {
 *     ...
 * }
 * }</pre>
 */
public final class PolicyServer implements AutoCloseable {
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";
    private static final int SPARE_THREADS = 4; // answer what needs no sampler, and say that there is no place
    private static final int BACKLOG = 256;
    private static final long IDLE_SECONDS = 30;
    private static final long PATIENCE_SECONDS = 5;

    private final HttpServer http;
    private final ThreadPoolExecutor threads;
    private final Router router;
    private final String host;

    private PolicyServer(HttpServer http, ThreadPoolExecutor threads, Router router, String host) {
        this.http = http;
        this.threads = threads;
        this.router = router;
        this.host = host;
    }

    /**
     * Starts a server.
     *
     * @param policy what it serves; its sampler and tokenizer stay the caller's
     * @param options how it listens
     * @return the server, which the caller closes before the sampler
     */
    public static PolicyServer start(ServedPolicy policy, ServerOptions options) {
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true"); // else each small piece of a stream waits 40 ms for the one before
        }
        HttpServer http;
        try {
            http = HttpServer.create(new InetSocketAddress(options.host(), options.port()), BACKLOG);
        } catch (IOException e) {
            throw new EngineException(
                    "Could not listen at " + options.host() + " port " + options.port() + ": " + e
                            + "; choose another port, or 0 for any",
                    e);
        }
        int size = options.maxRequests() + SPARE_THREADS;
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(BACKLOG), task -> {
                    Thread thread = new Thread(task, "rft4j-server-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        Router router = new Router(options, policy);
        http.setExecutor(threads);
        http.createContext("/", router);
        http.start();
        return new PolicyServer(http, threads, router, options.host());
    }

    /**
     * Where the server listens.
     *
     * @return its port
     */
    public int port() {
        return http.getAddress().getPort();
    }

    /**
     * Where the protocol begins, for clients.
     *
     * @return for example {@code http://127.0.0.1:8000/v1}
     */
    public URI baseUrl() {
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return URI.create("http://" + literal + ":" + port() + "/v1");
    }

    /** Ends the texts that are being written, tells their clients, and frees port, threads and adapters. */
    @Override
    public void close() {
        router.close();
        threads.shutdown();
        boolean interrupted = false;
        try {
            boolean ended = threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        http.stop(0);
        router.closeAdapters();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
