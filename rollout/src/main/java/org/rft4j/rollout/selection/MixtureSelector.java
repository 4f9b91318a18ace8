package org.rft4j.rollout.selection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.selection.TaskOutcome;
import org.rft4j.core.selection.TaskSelector;
import org.rft4j.engine.Check;

/**
 * Tasks of several selectors in fixed shares: each next task comes from the member that is furthest behind its share. A member
 * that has no more tasks for a round leaves its places to the others; it does not get them back later.
 */
public final class MixtureSelector implements TaskSelector {
    private static final String KIND = "mixture";
    /** No member is further behind or ahead. */
    private static final double MOST = 1e9;

    private final List<Member> members;
    private final double[] behind;
    /** Ids that the round has had, to find out members that share tasks. */
    private final Set<String> given = new HashSet<>();

    private long round;

    /**
     * A member of a mixture. Tasks of different members have different ids.
     *
     * @param selector chooses the member's tasks
     * @param weight its share is this over the sum of all weights
     */
    public record Member(TaskSelector selector, double weight) {
        /** Checks the weight. */
        public Member {
            Check.that(
                    weight > 0 && weight < Double.POSITIVE_INFINITY,
                    "weight of a member of a mixture",
                    weight,
                    "must be positive and finite",
                    "leave the member out");
        }
    }

    /**
     * A mixture that has given nothing yet.
     *
     * @param members at least one
     */
    public MixtureSelector(List<Member> members) {
        Check.that(!members.isEmpty(), "members of a mixture", "none", "must be at least one", "add a selector");
        this.members = List.copyOf(members);
        behind = new double[members.size()];
    }

    @Override
    public List<TaskRecord> select(RunProgress now, int count) {
        List<TaskRecord> selected = new ArrayList<>();
        BitSet active = new BitSet();
        active.set(0, members.size());
        while (selected.size() < count && !active.isEmpty()) {
            int[] shares = share(count - selected.size(), active);
            for (int i = active.nextSetBit(0); i >= 0; i = active.nextSetBit(i + 1)) {
                List<TaskRecord> part = members.get(i).selector().select(now, shares[i]);
                selected.addAll(part);
                if (part.size() < shares[i]) {
                    active.clear(i);
                }
            }
        }
        if (now.round() != round) {
            round = now.round();
            given.clear();
        }
        for (TaskRecord task : selected) {
            Check.that(
                    given.add(task.id()),
                    "id of a task of two members of a mixture",
                    task.id(),
                    "must be that of one task only",
                    "put the data set's name before the ids");
        }
        return selected;
    }

    /** Deals places out one by one. */
    private int[] share(int places, BitSet active) {
        double total = active.stream().mapToDouble(i -> members.get(i).weight()).sum();
        int[] shares = new int[members.size()];
        for (int place = 0; place < places; place++) {
            int next = active.nextSetBit(0);
            for (int i = next; i >= 0; i = active.nextSetBit(i + 1)) {
                behind[i] += members.get(i).weight() / total;
                next = behind[i] > behind[next] ? i : next;
            }
            behind[next]--;
            shares[next]++;
        }
        return shares;
    }

    @Override
    public void observe(List<TaskOutcome> outcomes) {
        members.forEach(member -> member.selector().observe(outcomes));
    }

    @Override
    public JsonNode state() {
        ObjectNode state = SelectorState.of(KIND);
        state.set("behind", SelectorState.array(behind));
        ArrayNode states = state.putArray("members");
        members.forEach(member -> states.add(member.selector().state()));
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        SelectorState.requireKind(state, KIND);
        double[] restored = SelectorState.reals(state, "behind", behind.length, -MOST, MOST);
        JsonNode states = SelectorState.array(state, "members", members.size());
        for (int i = 0; i < behind.length; i++) {
            members.get(i).selector().restore(states.get(i));
        }
        System.arraycopy(restored, 0, behind, 0, behind.length);
    }
}
