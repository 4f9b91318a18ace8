package org.rft4j.rewards.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * Runs calls side by side, each with a deadline that counts from its own start. A thread cannot be killed: a call that is late is
 * interrupted and given up, and its thread counts as abandoned until it ends. Others take its place, so that the calls behind it go on.
 */
final class DeadlinePool implements AutoCloseable {
    /** A call with its deadline. */
    record TimedCall<T>(Callable<T> work, Duration deadline) {}

    /** How long threads that were interrupted have to come back before too many of them end the run: PIECES times this. */
    private static final long GRACE_MILLIS = 50;

    private static final int PIECES = 20;
    private static final Duration LONGEST = Duration.ofDays(10_000);

    private final Semaphore free;
    private final Object returns = new Object();
    private final Set<Running<?>> underWay = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(daemons("rft4j-reward"));
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, daemons("rft4j-reward-clock"));
    private final AtomicInteger abandoned = new AtomicInteger();
    private final int mostAbandoned;

    DeadlinePool(int parallel, int mostAbandoned) {
        Check.that(parallel > 0, "parallel calls", parallel, "must be positive", "use the number of processors");
        Check.that(mostAbandoned >= 0, "most abandoned threads", mostAbandoned, "must be at least 0", "use 16");
        this.free = new Semaphore(parallel);
        this.mostAbandoned = mostAbandoned;
        clock.setRemoveOnCancelPolicy(true);
    }

    /** Runs all calls, in their order as far as there are threads, and waits for each until it has come back or is late. */
    <T> List<CallOutcome<T>> run(List<TimedCall<T>> calls) throws InterruptedException {
        List<Running<T>> running = new ArrayList<>(calls.size());
        try {
            for (TimedCall<T> call : calls) {
                free.acquire();
                Running<T> one = new Running<>(call);
                running.add(one);
                requireFewAbandoned();
                one.start();
            }
            List<CallOutcome<T>> outcomes = new ArrayList<>(calls.size());
            for (Running<T> one : running) {
                outcomes.add(one.outcome.get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException("outcomes never fail", e);
        } finally {
            running.forEach(Running::finish);
        }
    }

    /** How many threads have not come back from calls that were given up. */
    int abandonedThreads() {
        return abandoned.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        threads.shutdownNow();
        underWay.forEach(Running::giveUp); // nobody rings for them any more
    }

    /** Threads that heed their interrupt are back in a moment, and do not count. */
    private void requireFewAbandoned() throws InterruptedException {
        synchronized (returns) {
            for (int i = 0; i < PIECES && abandoned.get() > mostAbandoned; i++) {
                returns.wait(GRACE_MILLIS);
            }
        }
        int now = abandoned.get();
        if (now > mostAbandoned) {
            throw new RewardFailedException("abandoned reward threads were " + now + ", must be at most "
                    + mostAbandoned + "; make the reward heed interruption, or run it in a process of its own");
        }
    }

    private void comeBack() {
        synchronized (returns) {
            if (abandoned.decrementAndGet() <= mostAbandoned) {
                returns.notifyAll();
            }
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private final class Running<T> {
        private final CompletableFuture<CallOutcome<T>> outcome = new CompletableFuture<>();
        private final TimedCall<T> call;
        private @Nullable Future<?> alarm;
        private @Nullable Thread thread;
        private boolean started;

        /** Takes over the permit that its caller holds. */
        Running(TimedCall<T> call) {
            this.call = call;
        }

        synchronized void start() {
            underWay.add(this);
            Duration deadline = call.deadline().compareTo(LONGEST) < 0 ? call.deadline() : LONGEST;
            alarm = clock.schedule(this::giveUp, deadline.toNanos(), TimeUnit.NANOSECONDS);
            threads.execute(this::execute);
            started = true;
        }

        private void execute() {
            synchronized (this) {
                thread = Thread.currentThread();
            }
            CallOutcome<T> mine;
            try {
                mine = outcome.isDone()
                        ? new CallOutcome.TimedOut<>()
                        : new CallOutcome.Returned<>(call.work().call());
            } catch (Throwable e) { // an error in a reward must not end the run unseen
                mine = new CallOutcome.Threw<>(e);
            }
            synchronized (this) { // an interrupt must not reach the thread's next call
                thread = null;
                Thread.interrupted();
                if (outcome.complete(mine)) {
                    free.release();
                } else {
                    comeBack();
                }
            }
        }

        /** Gives it up if it has not come back. Its alarm would keep it in memory until it rings. */
        private synchronized void finish() {
            giveUp();
            underWay.remove(this);
            if (alarm != null) {
                alarm.cancel(false);
            }
        }

        private synchronized void giveUp() {
            if (outcome.isDone()) {
                return;
            }
            if (started) {
                abandoned.incrementAndGet();
            }
            if (thread != null) {
                thread.interrupt();
            }
            free.release();
            outcome.complete(new CallOutcome.TimedOut<>());
        }
    }
}
