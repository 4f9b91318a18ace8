package org.rft4j.rewards.combine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rft4j.core.reward.Feedback;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/** Collects what the parts of a combination said, each under its name. */
public final class CollectedParts {
    private final Map<String, Double> components = new LinkedHashMap<>();
    private final Map<String, String> diagnostics = new LinkedHashMap<>();
    private final List<Feedback> feedback = new ArrayList<>();
    private final List<Double> perTurn = new ArrayList<>();
    private final List<Double> perToken = new ArrayList<>();

    static List<Reward> require(List<Reward> parts) {
        Check.that(!parts.isEmpty(), "parts of a combined reward", "none", "must be at least one", "add a reward");
        Set<String> names = new HashSet<>();
        for (Reward part : parts) {
            Check.that(
                    names.add(part.name()),
                    "name of a reward",
                    "'" + part.name() + "'",
                    "must not be taken twice in one combination, metrics could not tell the two apart",
                    "rename one with Reward.named(...)");
        }
        return List.copyOf(parts);
    }

    /**
     * Keeps a part's value under its name, and its own components under "name/component".
     *
     * @param name of the part
     * @param score what it said
     */
    public void add(String name, Score score) {
        if (score.applicable()) {
            components.put(name, score.value());
        }
        score.components().forEach((component, value) -> components.put(name + "/" + component, value));
        score.diagnostics().forEach((what, text) -> diagnostics.put(name + "/" + what, text));
        feedback.addAll(score.feedback());
    }

    /**
     * Adds a part's rewards of turns and tokens to those of the combination.
     *
     * @param name of the part
     * @param score what it said
     * @param weight what they are multiplied by
     */
    public void addTurnsAndTokens(String name, Score score, double weight) {
        addTo(perTurn, score.perTurn(), weight, "rewards of turns of " + name);
        addTo(perToken, score.perToken(), weight, "rewards of tokens of " + name);
    }

    private static void addTo(List<Double> sum, List<Double> parts, double weight, String what) {
        Check.that(
                sum.isEmpty() || parts.isEmpty() || sum.size() == parts.size(),
                what,
                parts.size(),
                "must be as many as those of another part, " + sum.size(),
                "count the turns or tokens of the same sample");
        for (int i = 0; i < parts.size(); i++) {
            double more = weight * parts.get(i);
            if (i == sum.size()) {
                sum.add(more);
            } else {
                sum.set(i, sum.get(i) + more);
            }
        }
    }

    /**
     * A score with all that was collected.
     *
     * @param value of the combination
     * @return the score
     */
    public Score scored(double value) {
        return new Score(true, value, components, perTurn, perToken, feedback, diagnostics);
    }

    /**
     * No score, with all that was collected.
     *
     * @param reason why not
     * @return a score without a value
     */
    public Score notApplicable(String reason) {
        diagnostics.put("notApplicable", reason);
        return new Score(false, 0, components, List.of(), List.of(), feedback, diagnostics);
    }
}
