package org.rft4j.rollout.remote;

import java.util.ArrayDeque;
import java.util.Deque;

/** Lets in so many at once, in the order in which they came. Nobody waits in a thread. */
final class Gate {
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    Gate(int places) {
        free = places;
    }

    /** Runs it now, or when a place becomes free; it must lead to one call of {@link #leave}. */
    void enter(Runnable entry) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(entry);
                return;
            }
            free--;
        }
        entry.run();
    }

    /** Gives up waiting. */
    synchronized boolean forget(Runnable entry) {
        return waiting.remove(entry);
    }

    /** Lets in nobody who is waiting. */
    synchronized void close() {
        waiting.clear();
    }

    void leave() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
