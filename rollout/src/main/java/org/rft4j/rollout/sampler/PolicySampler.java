package org.rft4j.rollout.sampler;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.engine.Check;
import org.rft4j.engine.decoder.DecodeOptions;

/**
 * Samples from a policy in this process. The weights are used where they stand: nothing is copied, and a sample begun after a step
 * of training is written by the weights of that step.
 *
 * <p>One thread of its own writes all texts, several tokens at a time, and takes up new requests, cancellations and deadlines in
 * between. It ends when there is nothing to write, and the next request begins another: a sampler at rest has no thread, and
 * so no workers of native operators that would slow down those of others (decision 17). A text that ends makes room for the next at once. A prompt that many requests share is read once. Any thread may submit,
 * cancel and wait; what is done with a result when it comes runs on other threads than that one.
 *
 * <p>What is drawn for a request depends on its key, prompt and options alone, not on what is written beside it. (In fp32, matrix
 * products of another number of rows may round differently; {@link SamplerOptions#strictly} rules that out.)
 *
 * <p>Weights must not change while samples are on their way: no step of an optimiser, no merging. Where the policy's version says
 * that they did, what was being written ends with an error that says so, nothing of the old cache is used again, and requests that
 * were waiting are written by the new weights. To sample while the policy is trained, sample from a {@link FrozenReference} that copies it.
 *
 * <pre>{@code
 * try (PolicySampler sampler = PolicySampler.of(policy, model, SamplerOptions.DEFAULT)) {
 *     List<Sample> samples = sampler.sample(requests);
 * }
 * }</pre>
 */
public final class PolicySampler implements Sampler {
    private static final Duration ENDLESS = Duration.ofDays(36_500);

    private final Intake intake;
    private final Scheduler scheduler;
    private final LongSupplier version;
    private final LongSupplier clock;
    private final ExecutorService results;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Job> incoming = new ArrayDeque<>();
    /** Null while there is nothing to do. */
    private @Nullable Thread worker;

    private boolean closed;

    /** What the worker does next. */
    private enum Next {
        STEP,
        REST,
        END
    }

    private PolicySampler(LanguageModel model, RowModel rows, SamplerOptions options) {
        version = rows::version;
        clock = () -> System.nanoTime();
        scheduler = new Scheduler(rows, options, clock);
        intake = new Intake(model, options, scheduler.room());
        results = Executors.newCachedThreadPool(task -> daemon(task, "rft4j-samples"));
    }

    /**
     * A sampler of a policy, adapter included.
     *
     * @param policy which must be the model's
     * @param model tokenizer, chat template and end tokens
     * @param options limits
     * @return the sampler, which leaves policy and model to the caller and must be closed before them
     */
    public static PolicySampler of(Policy policy, LanguageModel model, SamplerOptions options) {
        Check.that(
                policy.model().manager() == model.weights().manager(), // the owner of the arrays
                "model of the policy",
                "another one",
                "must be the given model",
                "make the policy with Policy.of(model.weights(), ...)");
        DecodeOptions session = sessionOptions(model, options);
        return new PolicySampler(model, new SessionModel(policy.decoder(), session, policy::version), options);
    }

    /**
     * A sampler of a copy of a policy, adapter included, which the policy's training leaves alone. Samples have the version that the copy
     * was made or synchronised at. It is synchronised while no sample is on its way, as if that were a step of training.
     *
     * @param copy made of a policy of the model
     * @param model tokenizer, chat template and end tokens
     * @param options limits
     * @return the sampler, which leaves copy and model to the caller and must be closed before them
     */
    public static PolicySampler of(FrozenReference copy, LanguageModel model, SamplerOptions options) {
        Check.that(
                copy.model().manager() == model.weights().manager(), // the owner of the arrays
                "model of the copied policy",
                "another one",
                "must be the given model",
                "make the copy with Reference.copyOf(policy), and the policy with Policy.of(model.weights(), ...)");
        DecodeOptions session = sessionOptions(model, options);
        return new PolicySampler(model, new SessionModel(copy.decoder(), session, copy::version), options);
    }

    /**
     * A sampler of a model that nobody trains. Its version is 0.
     *
     * @param model weights, tokenizer, chat template and end tokens
     * @param options limits
     * @return the sampler, which leaves the model to the caller and must be closed before it
     */
    public static PolicySampler of(LanguageModel model, SamplerOptions options) {
        DecodeOptions session = sessionOptions(model, options);
        return new PolicySampler(model, new SessionModel(model.decoder(), session, () -> 0), options);
    }

    private static DecodeOptions sessionOptions(LanguageModel model, SamplerOptions options) {
        return new DecodeOptions(
                options.maxRows(),
                DecodeOptions.DEFAULT_BLOCK_TOKENS,
                Intake.usableTokens(model),
                options.strict(),
                options.timed());
    }

    /**
     * {@inheritDoc}
     *
     * <p>A prompt that fills the model's context is no error: its sample has no tokens and ends with {@code CONTEXT_FULL}. The
     * listener is called by the sampler's own thread, between chunks; if it throws, that sample ends with an error.
     */
    @Override
    public List<SampleHandle> submit(List<SampleRequest> requests, SampleListener listener) {
        List<Job> jobs = new ArrayList<>();
        long now = clock.getAsLong();
        for (Prepared prepared : intake.prepare(requests)) {
            OptionalLong deadline = prepared.request().options().timeLimit().stream()
                    .filter(limit -> limit.compareTo(ENDLESS) < 0)
                    .mapToLong(limit -> now + limit.toNanos())
                    .findAny();
            jobs.add(new Job(prepared, listener, deadline, results));
        }
        lock.lock();
        try {
            Check.that(!closed, "sampler", "closed", "must be open", "submit before it is closed");
            ensureWorker(); // it waits for the lock
            incoming.addAll(jobs);
        } finally {
            lock.unlock();
        }
        return List.copyOf(jobs);
    }

    @Override
    public long policyVersion() {
        return version.getAsLong();
    }

    /**
     * What the sampler has done and holds, up to the last chunk; it counts every sample whose result has come.
     *
     * @return numbers for metrics
     */
    public SamplerStatistics statistics() {
        return scheduler.statistics();
    }

    /** Ends what is on its way as cancelled, frees the cache and waits until that is done. */
    @Override
    public void close() {
        Thread last;
        lock.lock();
        try {
            closed = true;
            last = ensureWorker(); // one that has ended has closed everything
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (last.isAlive() && Thread.currentThread() != last) {
            try {
                last.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The worker, begun if there is none. The caller has the lock. */
    private Thread ensureWorker() {
        Thread there = worker;
        if (there == null) {
            there = daemon(this::work, "rft4j-sampler");
            there.start();
            worker = there;
        }
        return there;
    }

    private void work() {
        Next next = Next.END; // also where something unforeseen breaks
        try {
            for (next = takeIncoming(); next == Next.STEP; next = takeIncoming()) {
                step();
            }
        } finally {
            if (next != Next.REST) {
                refuseMore();
                scheduler.close();
                results.shutdown();
            }
        }
    }

    /** Whatever goes wrong, those who wait must hear of it. */
    private void step() {
        try {
            scheduler.step();
        } catch (RuntimeException | Error e) {
            scheduler.endAll(Ending.broken("the sampler", e));
        }
    }

    /** Takes up new requests. Who rests gives its place up in the same moment, so that no request waits for a worker that has gone. */
    private Next takeIncoming() {
        lock.lock();
        try {
            takeAll();
            if (closed) {
                return Next.END;
            }
            if (scheduler.isBusy()) {
                return Next.STEP;
            }
            worker = null;
            return Next.REST;
        } finally {
            lock.unlock();
        }
    }

    private void refuseMore() {
        lock.lock();
        try {
            closed = true;
            takeAll();
        } finally {
            lock.unlock();
        }
    }

    private void takeAll() {
        incoming.forEach(scheduler::add);
        incoming.clear();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
