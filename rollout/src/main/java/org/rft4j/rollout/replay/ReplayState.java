package org.rft4j.rollout.replay;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.checkpoint.CheckpointException;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.core.trajectory.codec.TrajectoryFile;

/**
 * Everything that a replay store's options do not say, as a {@link TrajectoryFile} of groups. Its header has the kind of the file,
 * the policy's version, the counts, and of each group its number and priority.
 */
record ReplayState(long policyVersion, ReplayCounts counts, List<ReplayEntry> entries) {
    static final String FILE = "replay.trajectories";

    private static final String KIND = "replay 1";
    private static final String WAY_OUT = "restore what a store with the same options saved";

    void write(Path folder) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("kind", KIND);
        header.put("policyVersion", policyVersion);
        header.put("added", counts.added());
        header.put("refused", counts.refused());
        header.put("evicted", counts.evicted());
        header.put("numbers", entries.stream().map(ReplayEntry::number).toList());
        header.put("priorities", entries.stream().map(ReplayEntry::priority).toList());
        TrajectoryFile.write(
                folder.resolve(FILE),
                TrajectoryCodec.GROUP,
                header,
                () -> entries.stream().map(ReplayEntry::group).iterator());
    }

    static ReplayState read(Path folder, ReplayOptions options) {
        Path file = folder.resolve(FILE);
        List<TrajectoryGroup> groups = new ArrayList<>();
        Map<String, @Nullable Object> header = TrajectoryFile.read(file, TrajectoryCodec.GROUP, groups::add);
        Fields fields = new Fields(file, header);
        fields.require(KIND.equals(header.get("kind")), "kind of the file", header.get("kind"), "must be " + KIND);
        ReplayCounts counts =
                new ReplayCounts(fields.number("added"), fields.counts("refused"), fields.counts("evicted"));
        long policyVersion = fields.number("policyVersion");
        return new ReplayState(policyVersion, counts, entries(groups, policyVersion, counts, fields, options));
    }

    private static List<ReplayEntry> entries(
            List<TrajectoryGroup> groups,
            long policyVersion,
            ReplayCounts counts,
            Fields fields,
            ReplayOptions options) {
        List<Long> numbers = fields.list("numbers", Long.class, groups.size());
        List<Double> priorities = fields.list("priorities", Double.class, groups.size());
        ReplayShelf shelf = new ReplayShelf(options);
        long last = -1;
        for (int i = 0; i < groups.size(); i++) {
            ReplayEntry entry = ReplayEntry.of(numbers.get(i), groups.get(i), priorities.get(i));
            fields.require(
                    entry.number() > last && entry.number() < counts.added(),
                    "number of group " + i,
                    entry.number(),
                    "must be above " + last + " and below " + counts.added());
            fields.require(
                    entry.priority() >= 0 && entry.priority() < Double.POSITIVE_INFINITY,
                    "priority of group " + i,
                    entry.priority(),
                    "must be at least 0 and finite");
            fields.require(
                    entry.policyVersion() <= policyVersion,
                    "policy version of group " + i,
                    entry.policyVersion(),
                    "must be at most that of the store, " + policyVersion);
            last = entry.number();
            shelf.put(entry);
            shelf.excess(entry.taskId())
                    .ifPresent(excess -> fields.require(
                            false,
                            "groups of the file",
                            shelf.size(),
                            "must be within the limit of " + excess.limit()));
        }
        return shelf.entries();
    }

    /** A header's fields, with clear errors. */
    private record Fields(Path file, Map<String, @Nullable Object> header) {
        void require(boolean condition, String what, @Nullable Object value, String rule) {
            CheckpointException.check(condition, file, what, value, rule, WAY_OUT);
        }

        long number(String name) {
            return checked(name, header.get(name), Long.class);
        }

        Map<String, Long> counts(String name) {
            Map<?, ?> reasons = checked(name, header.get(name), Map.class);
            Map<String, Long> counts = new LinkedHashMap<>();
            reasons.forEach((reason, count) -> counts.put(String.valueOf(reason), checked(name, count, Long.class)));
            return counts;
        }

        <T> List<T> list(String name, Class<T> type, int count) {
            List<T> items = new ArrayList<>();
            List<?> written = checked(name, header.get(name), List.class);
            for (Object item : written) {
                items.add(checked(name, item, type));
            }
            require(items.size() == count, "number of " + name, items.size(), "must be that of the groups, " + count);
            return items;
        }

        private <T> T checked(String name, @Nullable Object value, Class<T> type) {
            if (!type.isInstance(value)) {
                throw new CheckpointException(
                        file, name + " in the header", value, "must be a " + type.getSimpleName(), WAY_OUT);
            }
            return type.cast(value);
        }
    }
}
