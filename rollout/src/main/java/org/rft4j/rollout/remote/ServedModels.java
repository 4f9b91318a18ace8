package org.rft4j.rollout.remote;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Which of the server's models samples are asked from, and who still uses an older one. */
final class ServedModels {
    /** A model of the server under one name. */
    static final class Served {
        private final String name;
        private final OptionalLong version;
        private final CompletableFuture<Void> idle = new CompletableFuture<>();
        private int users;
        private boolean replaced;

        private Served(String name, OptionalLong version) {
            this.name = name;
            this.version = version;
        }

        String name() {
            return name;
        }

        /** The version of the weights if we put them there; else only the server knows. */
        OptionalLong version() {
            return version;
        }

        /** Done once it has been replaced and its last user has left. */
        CompletableFuture<Void> idle() {
            return idle;
        }
    }

    private Served current;

    ServedModels(String name) {
        current = new Served(name, OptionalLong.empty());
    }

    synchronized Served current() {
        return current;
    }

    synchronized Served acquire() {
        current.users++;
        return current;
    }

    void release(Served served) {
        boolean idle;
        synchronized (this) {
            served.users--;
            idle = served.replaced && served.users == 0;
        }
        if (idle) {
            served.idle.complete(null);
        }
    }

    /** From now on samples come from another model; gives the one before. */
    Served replace(String name, long version) {
        Served before;
        boolean idle;
        synchronized (this) {
            before = current;
            before.replaced = true;
            idle = before.users == 0;
            current = new Served(name, OptionalLong.of(version));
        }
        if (idle) {
            before.idle.complete(null);
        }
        return before;
    }
}
