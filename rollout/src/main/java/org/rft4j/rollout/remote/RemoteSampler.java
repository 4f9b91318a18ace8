package org.rft4j.rollout.remote;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.engine.Check;

/**
 * Has a server write: texts and tokens through {@code /v1/completions}, conversations through {@code /v1/chat/completions}. Each sample is
 * a request of its own, with a seed of its own that its key and the options' seed decide. Any thread may submit and cancel;
 * listeners are called, and results completed, by the sampler's own threads.
 *
 * <p>A sample that the server did not write ends with {@code ERROR} and says why. It has what was written until then, as far as
 * the server had told.
 *
 * <pre>{@code
 * RemoteOptions options = RemoteOptions.of(URI.create("http://127.0.0.1:8000/v1"), "my-model", Dialect.vllm());
 * try (Sampler sampler = RemoteSampler.of(options)) {
 *     List<Sample> samples = sampler.sample(requests);
 * }
 * }</pre>
 */
public final class RemoteSampler implements Sampler {
    private static final int MAX_THREADS = 4;
    private static final long IDLE_SECONDS = 30;

    private final Connection connection;
    private final ServedModels models;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final Shared shared;
    private final Set<RemoteHandle> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong seenVersion = new AtomicLong();
    private boolean closed; // guarded by open

    private RemoteSampler(RemoteOptions options) {
        threads = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                named("rft4j-remote"));
        threads.allowCoreThreadTimeOut(true);
        timer = new ScheduledThreadPoolExecutor(1, named("rft4j-remote-timer"));
        timer.setRemoveOnCancelPolicy(true);
        connection = new Connection(options, threads);
        models = new ServedModels(options.model());
        shared = new Shared(connection, models, new Gate(options.concurrency()), timer, this);
    }

    /**
     * A sampler that asks a server. The server is first asked when there is something to write.
     *
     * @param options where and how
     * @return the sampler, which the caller closes
     */
    public static RemoteSampler of(RemoteOptions options) {
        return new RemoteSampler(options);
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** What all samples of a sampler use. */
    record Shared(
            Connection connection,
            ServedModels models,
            Gate gate,
            ScheduledExecutorService timer,
            RemoteSampler sampler) {
        /** Runs something later, unless the sampler is closed by then. */
        Future<?> after(long millis, Runnable task) {
            try {
                return timer.schedule(task, millis, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                return CompletableFuture.completedFuture(null); // closing has cancelled the sample, or is about to
            }
        }

        void ended(RemoteHandle handle) {
            sampler.open.remove(handle);
        }

        /** The version that was put there, or the one that the server tells. */
        long versionOf(ServedModels.Served model, Answer.@Nullable Snapshot answer) {
            if (answer != null) {
                answer.end().policyVersion().ifPresent(sampler.seenVersion::set);
            }
            return model.version().orElseGet(sampler.seenVersion::get);
        }
    }

    @Override
    public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
        requests.forEach(connection.options().dialect()::check);
        List<RemoteHandle> handles = requests.stream()
                .map(request -> new RemoteHandle(request, listener, shared))
                .toList();
        synchronized (open) {
            Check.that(!closed, "sampler", "closed", "must be open", "make another with RemoteSampler.of");
            open.addAll(handles);
        }
        handles.forEach(RemoteHandle::begin);
        return List.copyOf(handles);
    }

    /**
     * The version of the weights that {@link RemoteWeights} pushed last; without pushes, the version that our own server told last,
     * and 0 of other servers.
     */
    @Override
    public long policyVersion() {
        return models.current().version().orElseGet(seenVersion::get);
    }

    Connection connection() {
        return connection;
    }

    ServedModels models() {
        return models;
    }

    @Override
    public void close() {
        List<RemoteHandle> left;
        synchronized (open) {
            closed = true;
            left = List.copyOf(open);
        }
        shared.gate().close();
        left.forEach(SampleHandle::cancel);
        timer.shutdownNow();
        threads.shutdown();
    }
}
