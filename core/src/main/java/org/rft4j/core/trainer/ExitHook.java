package org.rft4j.core.trainer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks for an end when the process is told to end, and keeps the process until that has come. */
final class ExitHook implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);

    private final AtomicBoolean set = new AtomicBoolean();

    private final Thread hook;

    /** Does nothing until it is set. */
    ExitHook(Runnable stop) {
        hook = new Thread(
                () -> {
                    stop.run();
                    awaitClosing();
                },
                "rft4j-exit");
    }

    void set() {
        if (set.compareAndSet(false, true)) {
            Runtime.getRuntime().addShutdownHook(hook);
        }
    }

    private void awaitClosing() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
