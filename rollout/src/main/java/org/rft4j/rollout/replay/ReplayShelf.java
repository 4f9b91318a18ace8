package org.rft4j.rollout.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The groups of a store, in the order of adding and in that of eviction, and their sizes. */
final class ReplayShelf {
    private final ReplayOptions options;
    private final TreeMap<Long, ReplayEntry> byNumber = new TreeMap<>();
    private final TreeSet<ReplayEntry> byEviction;
    private final Map<String, TreeSet<ReplayEntry>> byTask = new HashMap<>();
    private long tokens;
    private long bytes;

    ReplayShelf(ReplayOptions options) {
        this.options = options;
        byEviction = new TreeSet<>(options.eviction().order());
    }

    List<ReplayEntry> entries() {
        return List.copyOf(byNumber.values());
    }

    int size() {
        return byNumber.size();
    }

    long tokens() {
        return tokens;
    }

    long bytes() {
        return bytes;
    }

    void put(ReplayEntry entry) {
        Comparator<ReplayEntry> order = options.eviction().order();
        byNumber.put(entry.number(), entry);
        byEviction.add(entry);
        byTask.computeIfAbsent(entry.taskId(), id -> new TreeSet<>(order)).add(entry);
        tokens += entry.tokens();
        bytes += entry.bytes();
    }

    void remove(ReplayEntry entry) {
        byNumber.remove(entry.number());
        byEviction.remove(entry);
        TreeSet<ReplayEntry> ofTask = byTask.get(entry.taskId());
        if (ofTask != null) {
            ofTask.remove(entry);
            if (ofTask.isEmpty()) {
                byTask.remove(entry.taskId());
            }
        }
        tokens -= entry.tokens();
        bytes -= entry.bytes();
    }

    /** A limit that is broken, and the group that goes because of it. */
    record Excess(String limit, ReplayEntry goes) {}

    /** @param task the only one that may have too many groups: that of the group added last */
    Optional<Excess> excess(String task) {
        TreeSet<ReplayEntry> ofTask = byTask.get(task);
        if (ofTask != null && ofTask.size() > options.maxPerTask()) {
            return Optional.of(new Excess("perTask", ofTask.first()));
        }
        return overall().map(limit -> new Excess(limit, byEviction.first()));
    }

    private Optional<String> overall() {
        if (size() > options.maxGroups()) {
            return Optional.of("groups");
        }
        if (tokens > options.maxTokens()) {
            return Optional.of("tokens");
        }
        return bytes > options.maxBytes() ? Optional.of("bytes") : Optional.empty();
    }

    List<ReplayEntry> olderThan(long policyVersion) {
        List<ReplayEntry> old = new ArrayList<>();
        for (ReplayEntry entry : byNumber.values()) {
            if (entry.policyVersion() < policyVersion) {
                old.add(entry);
            }
        }
        return old;
    }
}
