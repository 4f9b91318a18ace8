package org.rft4j.core.trainer;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Asks for an end when the process is told to end, and keeps the process until the run has come to it. */
final class ExitHook implements AutoCloseable {
    /** For what the run's thread still does between the end of its run and closing the trainer. */
    private static final long GRACE_SECONDS = 5;

    private static final long LOOK_MILLIS = 100;

    private final CountDownLatch closed = new CountDownLatch(1);

    private final AtomicBoolean set = new AtomicBoolean();

    private final Runnable stop;

    private final Thread hook;

    private volatile @Nullable Thread running;

    /** Does nothing until it is set. */
    ExitHook(Runnable stop) {
        this.stop = stop;
        hook = new Thread(
                () -> {
                    stop.run();
                    awaitEnd();
                },
                "rft4j-exit");
    }

    void set() {
        if (!set.compareAndSet(false, true)) {
            return;
        }
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) { // the process is ending already
            stop.run();
        }
    }

    /** The calling thread begins its run. */
    void begin() {
        running = Thread.currentThread();
    }

    /** The run is over, well or not. */
    void end() {
        running = null;
    }

    private void awaitEnd() {
        try {
            Thread runner = running;
            while (runner != null && running == runner) {
                if (isExiting(runner)) {
                    return; // it waits for this hook, and would wait for ever
                }
                if (closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isExiting(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown"));
    }

    @Override
    public void close() {
        closed.countDown();
        if (!set.get()) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook waits no longer
        }
    }
}
