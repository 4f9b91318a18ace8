package org.rft4j.algorithms.iterated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.rft4j.core.data.ContentHash;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.engine.Check;

/**
 * All samples that pass, each text once: expert iteration, as in "Echo Chamber: RL Post-training Amplifies Behaviors Learned in
 * Pretraining" (arXiv 2504.07912). Each is a unit of its own, for a loss of likelihood.
 *
 * <p>Two samples are the same if all their tokens are, those of the prompt included; the first stays ({@code selection/duplicates} counts
 * the others). Whether those of earlier rounds count too is an option; their hashes, 64 letters each, are then part of checkpoints. A
 * prompt counts as often as it has different samples that pass: easy prompts count more, as in the released code.
 *
 * <p>Differences from the released code, which the run decides: there each iteration trains the base model anew, here the policy goes on,
 * which the code calls online.
 *
 * <p>Samples below the mark are counted ({@code selection/failed}). A group without one that passes gives nothing ({@code
 * selection/missing}); what is not usable is left out ({@code selection/unusable}), as in {@link BestWorstPair}. By one thread at a time.
 */
public final class DistinctPassing implements ExampleArrangement<TrajectoryGroup> {
    private static final String SEEN = "seen";

    private final double passMark;

    private final boolean acrossRounds;

    private final Set<String> seen = new HashSet<>();

    /**
     * A choice.
     *
     * @param passMark the least reward of a sample that passes
     * @param acrossRounds whether a sample of an earlier round is a duplicate too
     */
    public DistinctPassing(double passMark, boolean acrossRounds) {
        Check.that(Double.isFinite(passMark), "passMark", passMark, "must be finite", "use 1 for rewards of 0 and 1");
        this.passMark = passMark;
        this.acrossRounds = acrossRounds;
    }

    @Override
    public ArrangedRows arrange(List<TrajectoryGroup> groups) {
        if (!acrossRounds) {
            seen.clear();
        }
        Choice choice = new Choice(groups.size(), "failed", "duplicates", "missing");
        for (TrajectoryGroup group : groups) {
            List<ScoredTrajectory> usable = choice.usable(group);
            List<ScoredTrajectory> passing = usable.stream()
                    .filter(one -> Choice.reward(one) >= passMark)
                    .toList();
            choice.count("failed", usable.size() - passing.size());
            choice.count("missing", passing.isEmpty() ? 1 : 0);
            for (ScoredTrajectory one : passing) {
                if (seen.add(hash(one))) {
                    choice.unit(List.of(Choice.row(one)));
                } else {
                    choice.count("duplicates", 1);
                }
            }
        }
        return choice.arranged();
    }

    private static String hash(ScoredTrajectory one) {
        return new ContentHash()
                .add(new Prompt.Tokens(one.trajectory().trace().ids()))
                .hex();
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        if (acrossRounds) {
            ArrayNode hashes = state.putArray(SEEN);
            new TreeSet<>(seen).forEach(hashes::add); // the same order in every process
        }
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.has(SEEN) == acrossRounds,
                "saved state of a choice of distinct samples",
                state.has(SEEN) ? "with samples of earlier rounds" : "without samples of earlier rounds",
                "must be " + (acrossRounds ? "with" : "without") + " them, as acrossRounds says",
                "go on with acrossRounds of the saved run, or start a new one");
        seen.clear();
        state.path(SEEN).forEach(hash -> seen.add(hash.asText()));
    }
}
