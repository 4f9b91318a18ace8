package org.rft4j.rewards.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.state.Resumable;
import org.rft4j.engine.Check;
import org.rft4j.rewards.combine.CollectedParts;

/**
 * All rewards of a training run. It asks them about a batch side by side, each call with a deadline; counts what failed and does with it what the member's policy says; normalises, weighs and adds up. Rewards of turns and of tokens are
 * weighed and added up as they are. The result does not depend on which thread was faster.
 *
 * <p>One batch at a time. What it learns over batches (running moments, Lagrange multipliers) is its {@link #state}.
 */
public final class RewardPanel implements Resumable, AutoCloseable {
    /** Metric of {@link #scorer}: threads that have not come back from calls that were given up. */
    public static final String ABANDONED_THREADS = RewardScorer.OF_PROCESS + "abandoned_reward_threads";

    private final List<PanelMember> members;
    private final Normalisation normalisation;
    private final DeadlinePool pool;
    private final List<RunningMoments> moments = new ArrayList<>();

    /**
     * A panel.
     *
     * @param members at least one, of different names
     * @param normalisation what is done to each reward before they are added up
     * @param parallel how many calls run at once
     * @param mostAbandoned how many threads may hang in calls that were given up before the run ends with an error
     */
    public RewardPanel(List<PanelMember> members, Normalisation normalisation, int parallel, int mostAbandoned) {
        Check.that(!members.isEmpty(), "members of a reward panel", "none", "must be at least one", "add a reward");
        Set<String> names = new HashSet<>();
        for (PanelMember member : members) {
            moments.add(new RunningMoments());
            Check.that(
                    names.add(member.name()),
                    "name of a reward",
                    "'" + member.name() + "'",
                    "must not be taken twice, metrics could not tell the two apart",
                    "rename one with Reward.named(...)");
        }
        this.members = List.copyOf(members);
        this.normalisation = normalisation;
        this.pool = new DeadlinePool(parallel, mostAbandoned);
    }

    /**
     * Scores a batch.
     *
     * @param groups samples of the same task together
     * @param step of training, which scheduled weights go by
     * @return rows and counts
     * @throws InterruptedException if the thread is interrupted while it waits; calls under way are given up
     * @throws RewardFailedException if a member failed whose policy is to abort, or too many threads hang
     */
    public PanelResult score(List<List<RewardSample>> groups, long step) throws InterruptedException {
        List<MemberScores> said = ask(groups);
        List<List<double[]>> values = new ArrayList<>();
        for (int m = 0; m < members.size(); m++) {
            values.add(normalised(said.get(m), moments.get(m)));
        }
        List<List<PanelRow>> rows = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            List<PanelRow> group = new ArrayList<>();
            for (int i = 0; i < groups.get(g).size(); i++) {
                group.add(row(said, values, g, i, step));
            }
            rows.add(group);
        }
        Map<String, MemberCounts> counts = new LinkedHashMap<>();
        for (int m = 0; m < members.size(); m++) {
            counts.put(members.get(m).name(), learn(members.get(m), said.get(m).counts()));
        }
        return new PanelResult(rows, counts, pool.abandonedThreads());
    }

    /**
     * This panel as training asks it. A sample that is left out is not applicable; scheduled weights go by the round.
     *
     * @return scores are the totals, state is that of this panel; nothing to close
     */
    public RewardScorer scorer() {
        return new PanelScorer(this);
    }

    /** All members at once; whoever fails hard does so before anything is learned from the batch. */
    private List<MemberScores> ask(List<List<RewardSample>> groups) throws InterruptedException {
        List<MemberScores> said = new ArrayList<>();
        List<DeadlinePool.TimedCall<List<Score>>> calls = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (PanelMember member : members) {
            MemberScores scores = new MemberScores(member, groups);
            said.add(scores);
            calls.addAll(scores.calls());
            ends.add(calls.size());
        }
        List<CallOutcome<List<Score>>> outcomes = pool.run(calls);
        int from = 0;
        for (int m = 0; m < members.size(); m++) {
            said.get(m).take(outcomes.subList(from, ends.get(m)));
            from = ends.get(m);
        }
        return said;
    }

    private PanelRow row(List<MemberScores> said, List<List<double[]>> values, int g, int i, long step) {
        CollectedParts parts = new CollectedParts();
        Map<String, Score> byMember = new LinkedHashMap<>();
        @Nullable String leftOut = null;
        double sum = 0;
        boolean any = false;
        for (int m = 0; m < members.size(); m++) {
            PanelMember member = members.get(m);
            Optional<Score> score = said.get(m).at(g, i);
            if (score.isEmpty()) {
                leftOut = leftOut == null ? said.get(m).problem(g, i) : leftOut;
                continue;
            }
            byMember.put(member.name(), score.get());
            parts.add(member.name(), score.get());
            if (score.get().applicable()) {
                any = true;
                double weight = weight(member, step);
                sum += weight * values.get(m).get(g)[i];
                parts.addTurnsAndTokens(member.name(), score.get(), weight);
            }
        }
        if (leftOut != null) {
            return new PanelRow(parts.notApplicable(leftOut), byMember, Optional.of(leftOut));
        }
        return new PanelRow(
                any ? parts.scored(sum) : parts.notApplicable("no reward is applicable"), byMember, Optional.empty());
    }

    private static double weight(PanelMember member, long step) {
        return member.weight() instanceof Weight.Scheduled scheduled
                ? scheduled.schedule().at(step)
                : ((Weight.Learned) member.weight()).multiplier().weight();
    }

    private List<double[]> normalised(MemberScores scores, RunningMoments ofRun) {
        if (normalisation instanceof Normalisation.WithinGroup within) {
            return scores.mapGroups(group -> {
                RunningMoments own = new RunningMoments();
                group.forEach(own::add);
                return value -> own.normalise(value, within.epsilon());
            });
        }
        if (normalisation instanceof Normalisation.Running running) {
            scores.applicableValues().forEach(ofRun::add);
            return scores.mapGroups(group -> value -> ofRun.normalise(value, running.epsilon()));
        }
        return scores.mapGroups(group -> value -> value);
    }

    private static MemberCounts learn(PanelMember member, MemberCounts counts) {
        if (member.weight() instanceof Weight.Learned learned && counts.scored() > 0) {
            learned.multiplier().learn(counts.mean());
        }
        return counts;
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        for (int m = 0; m < members.size(); m++) {
            PanelMember member = members.get(m);
            ObjectNode own = state.putObject(member.name());
            own.set("moments", moments.get(m).state());
            if (member.weight() instanceof Weight.Learned learned) {
                own.set("multiplier", learned.multiplier().state());
            }
        }
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        for (int m = 0; m < members.size(); m++) {
            PanelMember member = members.get(m);
            JsonNode own = state.path(member.name());
            Check.that(
                    own.isObject(),
                    "state of reward '" + member.name() + "'",
                    own.isMissingNode() ? "absent" : own,
                    "must be there",
                    "restore into a panel with the same members");
            moments.get(m).restore(own.path("moments"));
            if (member.weight() instanceof Weight.Learned learned) {
                learned.multiplier().restore(own.path("multiplier"));
            }
        }
    }

    /** Gives up calls under way and ends the threads that heed it. */
    @Override
    public void close() {
        pool.close();
    }
}
