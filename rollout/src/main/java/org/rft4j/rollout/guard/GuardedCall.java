package org.rft4j.rollout.guard;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A call on its way into foreign code.
 *
 * @param <T> what it gives
 */
public final class GuardedCall<T> {
    private final GuardedCalls pool;
    private final String what;
    private final Duration deadline;
    private final Callable<T> task;
    private final Consumer<T> tooLate;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    GuardedCall(GuardedCalls pool, String what, Duration deadline, Callable<T> task, Consumer<T> tooLate) {
        this.pool = pool;
        this.what = what;
        this.deadline = deadline;
        this.task = task;
        this.tooLate = tooLate;
    }

    /**
     * How the call ends: with its result, with what it threw, with {@link HungException} if its time was up, or cancelled.
     *
     * @return the future; what is done when it completes must be quick
     */
    public CompletableFuture<T> result() {
        return result;
    }

    /** Interrupts the call if it runs, and cancels it if it still waits for a thread. Its deadline holds all the same. */
    public void interrupt() {
        if (pool.interrupt(this)) {
            result.cancel(false);
        }
    }

    void fail(Throwable error) {
        result.completeExceptionally(error);
    }

    /** First the failure, then the interruption: a call that answers an interruption with a result has hung all the same. */
    private void timeUp() {
        pool.abandon(this).ifPresent(thread -> {
            fail(HungException.of(what, deadline));
            thread.interrupt();
        });
    }

    /** Runs in the pool's thread; whatever is thrown, errors included, is the call's result. */
    void run() {
        CompletableFuture<Void> timer =
                new CompletableFuture<Void>().completeOnTimeout(null, deadline.toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture<Void> unused = timer.thenRun(this::timeUp);
        try {
            T value = task.call();
            if (!result.complete(value)) {
                tooLate.accept(value);
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            timer.cancel(false);
        }
    }
}
