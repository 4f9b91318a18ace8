package org.rft4j.rewards.run;

import java.util.List;
import java.util.Map;

/**
 * What a panel says of a batch.
 *
 * @param groups a row per sample, in the order of the groups and samples
 * @param counts by reward
 * @param abandonedThreads threads that have not come back from calls that were given up, now
 */
public record PanelResult(List<List<PanelRow>> groups, Map<String, MemberCounts> counts, int abandonedThreads) {}
