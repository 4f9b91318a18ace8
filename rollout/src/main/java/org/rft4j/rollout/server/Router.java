package org.rft4j.rollout.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.rft4j.core.jinja.TemplateException;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.engine.InvalidInputException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who serves a request, and turns whatever goes wrong into an answer. */
final class Router implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final int OK = 200;

    private final ServerOptions options;
    private final Policies policies;
    private final Optional<AdapterService> adapters;
    private final RequestReader reader;
    private final Semaphore places;
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong unseeded = new AtomicLong();
    private final Set<SampleHandle> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /** Serves a request. */
    @FunctionalInterface
    private interface Route {
        void serve(Exchange exchange) throws IOException, ApiError, InterruptedException;
    }

    Router(ServerOptions options, ServedPolicy base) {
        this.options = options;
        this.policies = new Policies(base);
        this.adapters = options.adapters().map(how -> new AdapterService(how, base, policies));
        this.reader = new RequestReader(options, unseeded::getAndIncrement);
        this.places = new Semaphore(options.maxRequests());
    }

    @Override
    public void handle(HttpExchange http) {
        Exchange exchange = new Exchange(http);
        try {
            answer(exchange);
        } catch (IOException e) {
            LOG.debug("a client went away", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void answer(Exchange exchange) throws IOException, InterruptedException {
        try {
            route(exchange).serve(exchange);
        } catch (ApiError e) {
            exchange.sendError(e);
        } catch (InvalidInputException | TemplateException e) {
            exchange.sendError(ApiError.of(ApiError.BAD_REQUEST, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("a request could not be served", e);
            if (!exchange.hasBegun()) {
                exchange.sendError(ApiError.of(ApiError.INTERNAL, "The server failed; its log says why"));
            }
        }
    }

    private Route route(Exchange exchange) throws ApiError {
        String path = exchange.path();
        if (path.equals("/health")) {
            return allowed(
                    exchange,
                    "GET",
                    e -> e.send(OK, JsonNodeFactory.instance.objectNode().put("status", "ok")));
        }
        if (options.apiKey().isPresent() && !options.apiKey().get().admits(exchange.header("Authorization"))) {
            throw ApiError.of(ApiError.UNAUTHORIZED, "The API key is missing or wrong");
        }
        return switch (path) {
            case "/v1/models" -> allowed(exchange, "GET", e -> e.send(OK, models()));
            case "/v1/completions" -> allowed(exchange, "POST", e -> texts(e, reader::readText));
            case "/v1/chat/completions" -> allowed(exchange, "POST", e -> texts(e, reader::readChat));
            case "/v1/load_lora_adapter" -> allowed(exchange, "POST", this::load);
            case "/v1/unload_lora_adapter" -> allowed(exchange, "POST", this::unload);
            default -> throw ApiError.of(ApiError.NOT_FOUND, "There is nothing at this path");
        };
    }

    private static Route allowed(Exchange exchange, String method, Route route) throws ApiError {
        if (!exchange.method().equals(method)) {
            throw ApiError.of(ApiError.METHOD_NOT_ALLOWED, "The method must be " + method);
        }
        return route;
    }

    private ObjectNode models() {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = root.putArray("data");
        for (String name : policies.names()) {
            data.addObject()
                    .put("id", name)
                    .put("object", "model")
                    .put("created", 0)
                    .put("owned_by", "rft4j");
        }
        return root;
    }

    private void load(Exchange exchange) throws IOException, ApiError {
        Fields fields = exchange.readJson(options.maxBodyBytes());
        adapterService().load(fields);
        exchange.send(OK, JsonNodeFactory.instance.objectNode().put("status", "loaded"));
    }

    private void unload(Exchange exchange) throws IOException, ApiError {
        Fields fields = exchange.readJson(options.maxBodyBytes());
        adapterService().unload(fields);
        exchange.send(OK, JsonNodeFactory.instance.objectNode().put("status", "unloaded"));
    }

    private AdapterService adapterService() throws ApiError {
        return adapters.orElseThrow(
                () -> ApiError.of(ApiError.NOT_FOUND, "This server loads no adapters; start it with AdapterOptions"));
    }

    /** Reads one of the two protocols. */
    @FunctionalInterface
    private interface TextReader {
        TextRequest read(Fields fields, ServedPolicy policy) throws ApiError;
    }

    private void texts(Exchange exchange, TextReader how) throws IOException, ApiError, InterruptedException {
        if (!places.tryAcquire()) {
            throw ApiError.of(
                    ApiError.TOO_MANY, "The server is writing " + options.maxRequests() + " answers; ask again later");
        }
        try {
            Fields fields = exchange.readJson(options.maxBodyBytes());
            Policies.Entry entry = policies.acquire(fields.string("model"));
            try {
                write(exchange, how.read(fields, entry.policy()), entry.policy());
            } finally {
                policies.release(entry);
            }
        } finally {
            places.release();
        }
    }

    private void write(Exchange exchange, TextRequest request, ServedPolicy policy)
            throws IOException, InterruptedException, ApiError {
        AnswerWriter writer = new AnswerWriter(String.valueOf(answers.getAndIncrement()), request, policy);
        TextService service = new TextService(exchange, request, writer);
        List<SampleHandle> handles = service.submit(policy.sampler());
        open.addAll(handles);
        try {
            if (closing) {
                throw ApiError.of(ApiError.UNAVAILABLE, "The server is closing");
            }
            service.serve();
        } catch (ApiError e) {
            service.fail(e);
        } finally {
            handles.forEach(SampleHandle::cancel); // does nothing unless the client has gone or a text has failed
            handles.forEach(open::remove);
        }
    }

    /** Ends the texts that are being written, and begins no more. */
    void close() {
        closing = true;
        open.forEach(SampleHandle::cancel);
    }

    /** Closes what adapters hold, once no request is served any more. */
    void closeAdapters() {
        policies.closeAdapters();
    }
}
