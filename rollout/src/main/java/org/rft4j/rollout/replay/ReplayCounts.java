package org.rft4j.rollout.replay;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replay store has done since it was new.
 *
 * @param added groups that were taken in
 * @param refused groups that were not, by reason
 * @param evicted groups that were taken in and are gone, by reason: {@code age}, {@code groups}, {@code tokens}, {@code bytes},
 *     {@code perTask}, {@code cleared}, or what a rule said
 */
public record ReplayCounts(long added, Map<String, Long> refused, Map<String, Long> evicted) {
    /** Copies the maps. */
    public ReplayCounts {
        refused = Collections.unmodifiableMap(new TreeMap<>(refused));
        evicted = Collections.unmodifiableMap(new TreeMap<>(evicted));
    }
}
