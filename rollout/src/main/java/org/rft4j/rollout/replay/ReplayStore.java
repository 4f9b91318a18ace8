package org.rft4j.rollout.replay;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.rft4j.core.trajectory.GroupRule;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;
import org.rft4j.engine.random.KeyedRandom;

/**
 * Keeps groups of scored trajectories, with tokens, log-probs, rewards and policy versions as they were, to train on them again.
 * A group stays together; a single trajectory is a group of one. What it holds and gives is a function of what it was told and of
 * the keys of the draws; saved and restored, it goes on as if nothing had happened. Called by one thread at a time.
 *
 * <p>Log-probs are those of the sampler: a loss that uses them as they are corrects for the policy's change; one that computes
 * them again under the current policy does not.
 */
public final class ReplayStore {
    private final ReplayOptions options;
    private final GroupRule rule;
    private final ReplayPriority priority;
    private ReplayShelf shelf;
    private long policyVersion;
    private long added;
    private Map<String, Long> refused = new TreeMap<>();
    private Map<String, Long> evicted = new TreeMap<>();

    /**
     * An empty store at policy version 0.
     *
     * @param options its limits
     * @param rule which groups are worth keeping
     * @param priority how much is to be learned from a group
     */
    public ReplayStore(ReplayOptions options, GroupRule rule, ReplayPriority priority) {
        this.options = options;
        this.rule = rule;
        this.priority = priority;
        shelf = new ReplayShelf(options);
    }

    /**
     * Tells how far the policy is, and lets go of groups that are too old.
     *
     * @param version of the policy, never less than before
     */
    public void advance(long version) {
        Check.that(
                version >= policyVersion,
                "policy version",
                version,
                "must be at least the last one, " + policyVersion,
                "restore an older state to go back");
        policyVersion = version;
        shelf.olderThan(oldestWithin(options.maxAge())).forEach(entry -> evict(entry, "age"));
    }

    /**
     * Takes in a group, and lets go of others if there is no room.
     *
     * @param group scored samples of a task, by the current policy or an older one
     * @return why it was refused, empty if it was taken in; by the rule, or {@code unwritten}, {@code tooOld}, {@code tooLarge}
     */
    public Optional<String> add(TrajectoryGroup group) {
        long version = group.policyVersion();
        Check.that(
                version <= policyVersion,
                "policy version of a group",
                version,
                "must be at most that of the store, " + policyVersion,
                "call advance(...) first");
        Optional<String> objection = rule.objection(group);
        if (objection.isEmpty()) {
            double value = priority.of(group);
            Check.that(
                    value >= 0 && value < Double.POSITIVE_INFINITY,
                    "priority of a group",
                    value,
                    "must be at least 0 and finite",
                    "correct the priority function");
            ReplayEntry entry = ReplayEntry.of(added, group, value);
            objection = unfit(entry);
            if (objection.isEmpty()) {
                put(entry);
            }
        }
        objection.ifPresent(reason -> refused.merge(reason, 1L, Long::sum));
        return objection;
    }

    private Optional<String> unfit(ReplayEntry entry) {
        if (entry.policyVersion() < 0) {
            return Optional.of("unwritten");
        }
        if (entry.policyVersion() < oldestWithin(options.maxAge())) {
            return Optional.of("tooOld");
        }
        boolean large = entry.tokens() > options.maxTokens() || entry.bytes() > options.maxBytes();
        return large ? Optional.of("tooLarge") : Optional.empty();
    }

    private void put(ReplayEntry entry) {
        shelf.put(entry);
        added++;
        Optional<ReplayShelf.Excess> excess = shelf.excess(entry.taskId());
        while (excess.isPresent()) {
            evict(excess.get().goes(), excess.get().limit());
            excess = shelf.excess(entry.taskId());
        }
    }

    private void evict(ReplayEntry entry, String reason) {
        shelf.remove(entry);
        evicted.merge(reason, 1L, Long::sum);
    }

    private long oldestWithin(long age) {
        return Math.max(0, policyVersion - Math.min(policyVersion, age));
    }

    /**
     * Groups that are not too stale.
     *
     * @param maxAge how many policy versions may lie between a group's oldest turn and the policy
     * @return the groups in the order in which they were added
     */
    public List<TrajectoryGroup> notOlderThan(long maxAge) {
        return within(maxAge).stream().map(ReplayEntry::group).toList();
    }

    private List<ReplayEntry> within(long maxAge) {
        long oldest = oldestWithin(maxAge);
        return shelf.entries().stream()
                .filter(entry -> entry.policyVersion() >= oldest)
                .toList();
    }

    /**
     * Draws groups without replacement; they stay in the store. A group's luck is keyed by its number in the order of adding, so
     * that it does not depend on which others there are (Efraimidis and Spirakis, "Weighted random sampling with a reservoir",
     * 2006).
     *
     * @param count how many are wanted
     * @param maxAge how many policy versions may lie between a group's oldest turn and the policy
     * @param weighting how priorities decide
     * @param random of this draw, such as {@code KeyedRandom.ofSeed(seed).derive("replay").derive(step)}
     * @return at most that many groups, as drawn
     */
    public List<TrajectoryGroup> sample(int count, long maxAge, ReplayWeighting weighting, KeyedRandom random) {
        Check.that(count >= 0, "number of groups wanted", count, "must be at least 0", "ask for what a batch needs");
        record Lot(ReplayEntry entry, double weight, double arrival) {}
        return within(maxAge).stream()
                .map(entry -> new Lot(entry, weighting.weight(entry.priority()), random.uniform(entry.number())))
                .filter(lot -> lot.weight() > 0)
                .map(lot -> new Lot(lot.entry(), lot.weight(), -StrictMath.log(1 - lot.arrival()) / lot.weight()))
                .sorted(Comparator.comparingDouble(Lot::arrival)
                        .thenComparingLong(lot -> lot.entry().number()))
                .limit(count)
                .map(lot -> lot.entry().group())
                .toList();
    }

    /**
     * Lets go of groups that are not wanted any more, such as those whose rewards have become mediocre.
     *
     * @param wanted objects to what goes
     */
    public void retain(GroupRule wanted) {
        shelf.entries().forEach(entry -> wanted.objection(entry.group()).ifPresent(reason -> evict(entry, reason)));
    }

    /** Lets go of everything. */
    public void clear() {
        shelf.entries().forEach(entry -> evict(entry, "cleared"));
    }

    /**
     * How many groups there are.
     *
     * @return their number
     */
    public int size() {
        return shelf.size();
    }

    /**
     * How many tokens there are.
     *
     * @return of all groups, prompts included
     */
    public long tokens() {
        return shelf.tokens();
    }

    /**
     * How many bytes the groups take when they are saved.
     *
     * @return their sum
     */
    public long bytes() {
        return shelf.bytes();
    }

    /**
     * What has been done so far.
     *
     * @return counts since the store was new, earlier processes included
     */
    public ReplayCounts counts() {
        return new ReplayCounts(added, refused, evicted);
    }

    /**
     * Saves everything, as one file that appears whole or not at all.
     *
     * @param folder an existing folder; a state that was saved there before is replaced
     */
    public void save(Path folder) {
        new ReplayState(policyVersion, counts(), shelf.entries()).write(folder);
    }

    /**
     * Takes up what {@link #save} wrote. After an error the store is as it was.
     *
     * @param folder where it was saved, by a store with the same options
     */
    public void restore(Path folder) {
        ReplayState state = ReplayState.read(folder, options);
        ReplayShelf restored = new ReplayShelf(options);
        state.entries().forEach(restored::put);
        shelf = restored;
        policyVersion = state.policyVersion();
        added = state.counts().added();
        refused = new TreeMap<>(state.counts().refused());
        evicted = new TreeMap<>(state.counts().evicted());
    }
}
