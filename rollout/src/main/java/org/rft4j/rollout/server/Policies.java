package org.rft4j.rollout.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The models by name. One that is removed is closed when its last request has ended. */
final class Policies {
    /** A model, and how many requests use it. */
    static final class Entry {
        private final ServedPolicy policy;
        private final boolean owned;
        private int users;
        private boolean removed;

        private Entry(ServedPolicy policy, boolean owned) {
            this.policy = policy;
            this.owned = owned;
        }

        ServedPolicy policy() {
            return policy;
        }

        private boolean mustClose() {
            return owned && removed && users == 0;
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** The first policy stays the caller's. */
    Policies(ServedPolicy first) {
        entries.put(first.name(), new Entry(first, false));
    }

    synchronized List<String> names() {
        return new ArrayList<>(entries.keySet());
    }

    synchronized int adapters() {
        return entries.size() - 1;
    }

    synchronized Entry acquire(String name) throws ApiError {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw ApiError.noSuchModel(name);
        }
        entry.users++;
        return entry;
    }

    void release(Entry entry) {
        boolean close;
        synchronized (this) {
            entry.users--;
            close = entry.mustClose();
        }
        if (close) {
            entry.policy.sampler().close();
        }
    }

    synchronized void add(ServedPolicy policy) {
        entries.put(policy.name(), new Entry(policy, true));
    }

    void remove(String name) throws ApiError {
        boolean close;
        Entry entry;
        synchronized (this) {
            entry = entries.get(name);
            if (entry == null || !entry.owned) {
                throw ApiError.of(ApiError.NOT_FOUND, "The adapter '" + name + "' is not loaded");
            }
            entries.remove(name);
            entry.removed = true;
            close = entry.mustClose();
        }
        if (close) {
            entry.policy.sampler().close();
        }
    }

    /** Closes all that are not the caller's, those still in use when their last request has ended. */
    void closeAdapters() {
        List<Entry> idle;
        synchronized (this) {
            List<Entry> owned =
                    entries.values().stream().filter(entry -> entry.owned).toList();
            entries.values().removeAll(owned);
            owned.forEach(entry -> entry.removed = true);
            idle = owned.stream().filter(Entry::mustClose).toList();
        }
        idle.forEach(entry -> entry.policy.sampler().close());
    }
}
