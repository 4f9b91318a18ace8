package org.rft4j.rollout.guard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;

/**
 * A bounded pool of daemon threads for foreign code, with a hard deadline per call. A call that does not come back in time is
 * interrupted, and its thread is abandoned: another takes its place, so that the pool stays usable, and how many hang is known.
 * When too many hang, further calls fail at once. Any thread may use a pool.
 */
public final class GuardedCalls implements AutoCloseable {
    private final String name;
    private final int threads;
    private final int mostAbandoned;
    private final Object lock = new Object();
    private final Deque<GuardedCall<?>> waiting = new ArrayDeque<>();
    private final Map<GuardedCall<?>, Worker> running = new HashMap<>();
    private final Set<Worker> workers = new HashSet<>();
    private final Set<Worker> abandoned = new HashSet<>();
    private long hungCalls;
    private int started;
    private boolean closed;

    /**
     * Makes a pool; its threads start when they are needed.
     *
     * @param name of its threads
     * @param threads how many calls run at a time
     * @param mostAbandoned how many threads may hang in calls whose time is up before further calls are refused
     */
    public GuardedCalls(String name, int threads, int mostAbandoned) {
        Check.that(threads > 0, "threads of " + name, threads, "must be positive", "one runs calls one after another");
        Check.that(
                mostAbandoned > 0,
                "mostAbandoned of " + name,
                mostAbandoned,
                "must be positive",
                "use 64: each hanging thread holds a stack");
        this.name = name;
        this.threads = threads;
        this.mostAbandoned = mostAbandoned;
    }

    /**
     * Begins a call as soon as a thread is free.
     *
     * @param what the call is, for messages
     * @param deadline how long it may run; waiting for a thread does not count
     * @param task what it does; it should heed interruption
     * @param tooLate gets, in the call's thread, the result of a call that came back after its deadline
     * @param <T> what the call gives
     * @return the call
     */
    public <T> GuardedCall<T> call(String what, Duration deadline, Callable<T> task, Consumer<T> tooLate) {
        GuardedCall<T> call = new GuardedCall<>(this, what, deadline, task, tooLate);
        RuntimeException refusal;
        synchronized (lock) {
            refusal = refusal(what);
            if (refusal == null) {
                waiting.add(call);
                staff();
            }
        }
        if (refusal != null) {
            call.fail(refusal);
        }
        return call;
    }

    private @Nullable RuntimeException refusal(String what) {
        if (closed) {
            return closedNow(what);
        }
        return abandoned.size() < mostAbandoned ? null : HungException.refused(what, name, abandoned.size());
    }

    private IllegalStateException closedNow(String what) {
        return new IllegalStateException(what + " was not called, because " + name + " is closed");
    }

    /**
     * How many threads hang in calls whose time is up.
     *
     * @return their number now; one that comes back after all no longer counts
     */
    public int abandonedThreads() {
        synchronized (lock) {
            return abandoned.size();
        }
    }

    /**
     * How many calls ran out of time.
     *
     * @return their number since the pool was made
     */
    public long hungCalls() {
        synchronized (lock) {
            return hungCalls;
        }
    }

    /** Interrupts what runs, cancels what waits, and refuses further calls. Waits for nothing. */
    @Override
    public void close() {
        Deque<GuardedCall<?>> dropped;
        synchronized (lock) {
            closed = true;
            dropped = new ArrayDeque<>(waiting);
            waiting.clear();
            workers.forEach(Thread::interrupt);
            lock.notifyAll();
        }
        dropped.forEach(call -> call.fail(closedNow("a call")));
    }

    /** Starts a thread if nobody is free for what waits. */
    private void staff() {
        int free = workers.size() - running.size();
        if (free < waiting.size() && workers.size() < threads) {
            Worker worker = new Worker(name + "-" + ++started);
            workers.add(worker);
            worker.start();
        }
        lock.notifyAll();
    }

    /** Gives up a call that still runs, and tells its thread, which runs no other any more. */
    Optional<Thread> abandon(GuardedCall<?> call) {
        synchronized (lock) {
            Worker worker = running.remove(call);
            if (worker == null) {
                return Optional.empty();
            }
            workers.remove(worker);
            abandoned.add(worker);
            hungCalls++;
            if (!closed) {
                staff();
            }
            return Optional.of(worker);
        }
    }

    /** Interrupts a call that runs, or takes one back that waits; true if it waited. */
    boolean interrupt(GuardedCall<?> call) {
        synchronized (lock) {
            Worker worker = running.get(call);
            if (worker != null) {
                worker.interrupt();
            }
            return waiting.remove(call);
        }
    }

    private @Nullable GuardedCall<?> next(Worker worker, @Nullable GuardedCall<?> last) {
        synchronized (lock) {
            if (last != null) {
                running.remove(last);
            }
            // An interruption was meant for the call before, which is over.
            Thread.interrupted();
            while (workers.contains(worker) && !closed && waiting.isEmpty()) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // By close(), or meant for the call before: the condition decides.
                    continue;
                }
            }
            if (closed || !workers.contains(worker)) {
                workers.remove(worker);
                abandoned.remove(worker);
                return null;
            }
            GuardedCall<?> next = waiting.remove();
            running.put(next, worker);
            return next;
        }
    }

    private final class Worker extends Thread {
        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        @Override
        public void run() {
            for (GuardedCall<?> call = next(this, null); call != null; call = next(this, call)) {
                call.run();
            }
        }
    }
}
