package org.rft4j.algorithms.advantage;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.Check;

/**
 * Which samples share a prompt and so a baseline. Groups may differ in size, and the members of a group need not be
 * neighbours in the batch. Immutable.
 */
public final class Groups {
    private final int[] offsets; // [P + 1] into members
    private final int[] members; // [N] sample indices, group after group

    private Groups(int[] offsets, int[] members) {
        this.offsets = offsets;
        this.members = members;
    }

    /**
     * Groups of equal size that follow each other in the batch.
     *
     * @param count number of groups, P
     * @param size samples in each group, G
     * @return the groups
     */
    public static Groups ofSize(int count, int size) {
        Inputs.requireNotEmpty(count, "number of groups");
        int[] sizes = new int[count];
        Arrays.fill(sizes, size);
        return ofSizes(sizes);
    }

    /**
     * Groups of the given sizes that follow each other in the batch.
     *
     * @param sizes samples in each group
     * @return the groups
     */
    public static Groups ofSizes(int... sizes) {
        Inputs.requireNotEmpty(sizes.length, "number of groups");
        int[] offsets = new int[sizes.length + 1];
        for (int g = 0; g < sizes.length; g++) {
            Check.that(sizes[g] > 0, "size of group " + g, sizes[g], "must be at least 1", "leave empty groups out");
            offsets[g + 1] = Math.addExact(offsets[g], sizes[g]);
        }
        int[] members = new int[offsets[sizes.length]];
        for (int i = 0; i < members.length; i++) {
            members[i] = i;
        }
        return new Groups(offsets, members);
    }

    /**
     * Groups by equal keys, in the order in which keys first appear; the members of a group may be scattered.
     *
     * @param keys one key (a prompt id, say) for each sample
     * @return the groups
     */
    public static Groups ofKeys(List<?> keys) {
        Inputs.requireNotEmpty(keys.size(), "number of samples");
        Map<Object, Integer> groupOf = new LinkedHashMap<>();
        int[] group = new int[keys.size()];
        int i = 0;
        for (Object key : keys) {
            int next = groupOf.size();
            Integer known = groupOf.putIfAbsent(key, next);
            group[i++] = known == null ? next : known;
        }
        int[] offsets = new int[groupOf.size() + 1];
        for (int g : group) {
            offsets[g + 1]++;
        }
        for (int g = 0; g < groupOf.size(); g++) {
            offsets[g + 1] += offsets[g];
        }
        int[] cursor = offsets.clone();
        int[] members = new int[group.length];
        for (int sample = 0; sample < group.length; sample++) {
            members[cursor[group[sample]]++] = sample;
        }
        return new Groups(offsets, members);
    }

    /**
     * Number of samples.
     *
     * @return N
     */
    public int samples() {
        return members.length;
    }

    /**
     * Number of groups.
     *
     * @return P
     */
    public int count() {
        return offsets.length - 1;
    }

    /**
     * Number of samples in one group.
     *
     * @param group index of the group
     * @return its size, at least 1
     */
    public int size(int group) {
        return offsets[group + 1] - offsets[group];
    }

    /**
     * A member of a group.
     *
     * @param group index of the group
     * @param member position inside the group
     * @return index of the sample in the batch
     */
    public int sample(int group, int member) {
        return members[offsets[group] + member];
    }

    void requireSamples(int samples, String what) {
        Inputs.requireLength(samples, samples(), what, "the number of samples in the groups");
    }
}
