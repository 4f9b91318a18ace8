package org.rft4j.rollout.sampler;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.rft4j.core.model.LanguageModel;
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
 * between. A text that ends makes room for the next at once. A prompt that many requests share is read once. Any thread may submit,
 * cancel and wait; what is done with a result when it comes runs on other threads than that one.
 *
 * <p>What is drawn for a request depends on its key, prompt and options alone, not on what is written beside it. (In fp32, matrix
 * products of another number of rows may round differently; {@link SamplerOptions#strictly} rules that out.)
 *
 * <p>Weights must not change while samples are on their way: no step of an optimiser, no merging. Where the policy's version says
 * that they did, what was being written ends with an error that says so, nothing of the old cache is used again, and requests that
 * were waiting are written by the new weights.
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
    private final Thread worker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Job> incoming = new ArrayDeque<>();
    private boolean closed;

    private PolicySampler(LanguageModel model, RowModel rows, SamplerOptions options) {
        version = rows::version;
        clock = () -> System.nanoTime();
        scheduler = new Scheduler(rows, options, clock);
        intake = new Intake(model, options, scheduler.room());
        results = Executors.newCachedThreadPool(task -> daemon(task, "rft4j-samples"));
        worker = daemon(this::work, "rft4j-sampler");
        worker.start();
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
            incoming.addAll(jobs);
            changed.signal();
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
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (worker.isAlive() && Thread.currentThread() != worker) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (takeIncoming()) {
                step();
            }
        } finally {
            refuseMore();
            scheduler.close();
            results.shutdown();
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

    /** Waits for work. False when the sampler is closed. */
    private boolean takeIncoming() {
        lock.lock();
        try {
            while (incoming.isEmpty() && !scheduler.isBusy() && !closed) {
                changed.awaitUninterruptibly();
            }
            takeAll();
            return !closed;
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
