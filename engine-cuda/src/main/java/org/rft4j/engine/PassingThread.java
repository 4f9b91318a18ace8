package org.rft4j.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Runs native work that comes once, such as reading weights, in a thread that ends with it. libgomp, which libtorch brings along on Linux,
 * keeps workers for every thread that has run a parallel operator. As soon as all of them together are more than the processors, it no
 * longer lets any wait awake for its next piece of work, and each small operator pays for being woken: decoding then takes twice as long
 * (decision 17). A thread that ends takes its workers with it. What threads before it have freed goes back to the system first, and what it
 * has freed itself goes back behind it (decision 21).
 */
public final class PassingThread {
    private PassingThread() {}

    /**
     * Runs work and waits for it. Interruption of the waiting thread is kept for later; the work goes on.
     *
     * @param <T> what it gives
     * @param work native work without a scope of the calling thread
     * @return what the work gave; what it threw is thrown here
     */
    public static <T> T call(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = new Thread(task, "rft4j-passing");
        thread.setDaemon(true);
        FreedMemory.giveBackAfterGrowth();
        thread.start();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                FreedMemory.giveBackAfterGrowth();
                T result = task.get();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return result;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                throw rethrown(e);
            }
        }
    }

    private static RuntimeException rethrown(ExecutionException failure) {
        if (failure.getCause() instanceof Error error) {
            throw error;
        }
        return failure.getCause() instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }
}
