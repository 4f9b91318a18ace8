package org.rft4j.core.rewardmodel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.rft4j.core.reward.EnsembleRule;
import org.rft4j.core.reward.GroupReward;
import org.rft4j.core.reward.RewardSample;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.engine.Check;

/**
 * Several reward models as one reward, each on a scale of its own. Their values on the common scale are components of the score under the members'
 * names, and how far they are apart is the component {@code variance}. Where one member has nothing to say, neither has the ensemble, because the
 * least and the mean of fewer members would be larger or smaller by that alone.
 *
 * <p>"Reward Model Ensembles Help Mitigate Overoptimization" (arXiv 2310.02743), whose code does not normalise members; {@link
 * RewardScale#IDENTITY} does the same. Immutable; several threads may ask.
 */
public final class ModelEnsemble implements GroupReward {
    private final String name;

    private final List<ModelReward> members;

    private final EnsembleRule rule;

    private final RewardScales scales;

    private ModelEnsemble(String name, List<ModelReward> members, EnsembleRule rule, RewardScales scales) {
        this.name = name;
        this.members = members;
        this.rule = rule;
        this.scales = scales;
    }

    /**
     * An ensemble whose members' rewards are taken as they are.
     *
     * @param name what metrics call it
     * @param members at least one, of different names
     * @param rule what becomes of their values
     * @return the ensemble
     */
    public static ModelEnsemble of(String name, List<ModelReward> members, EnsembleRule rule) {
        Check.that(!name.isBlank(), "name of a reward", "'" + name + "'", "must not be blank", "metrics show it");
        Check.that(!members.isEmpty(), "members of ensemble '" + name + "'", "none", "must be at least one", "add one");
        Map<String, RewardScale> scales = new LinkedHashMap<>();
        for (ModelReward member : members) {
            Check.that(
                    scales.put(member.name(), RewardScale.IDENTITY) == null,
                    "name of a member of ensemble '" + name + "'",
                    "'" + member.name() + "'",
                    "must not be taken twice",
                    "give each ModelReward a name of its own");
        }
        return new ModelEnsemble(name, List.copyOf(members), rule, new RewardScales(scales));
    }

    /**
     * The same on other scales.
     *
     * @param other one for each member
     * @return an ensemble with them
     */
    public ModelEnsemble withScales(RewardScales other) {
        Check.that(
                other.ofMembers().keySet().equals(scales.ofMembers().keySet()),
                "scales of ensemble '" + name + "'",
                other.ofMembers().keySet(),
                "must be those of its members " + scales.ofMembers().keySet(),
                "estimate them with normalisedOn(...)");
        return new ModelEnsemble(name, members, rule, new RewardScales(inOrder(other)));
    }

    private Map<String, RewardScale> inOrder(RewardScales of) {
        Map<String, RewardScale> ordered = new LinkedHashMap<>();
        members.forEach(member ->
                ordered.put(member.name(), Objects.requireNonNull(of.ofMembers().get(member.name()))));
        return ordered;
    }

    /**
     * The same with each member's rewards centred and scaled by those that it gives to samples: those of the reference on prompts of the run, for
     * example. They are estimated now and stay; keep them with {@link #scales} for runs that go on.
     *
     * @param samples at least two
     * @return an ensemble on one scale
     * @throws InterruptedException if the thread is interrupted before all rewards are there
     */
    public ModelEnsemble normalisedOn(List<RewardSample> samples) throws InterruptedException {
        Map<String, RewardScale> estimated = new LinkedHashMap<>();
        for (ModelReward member : members) {
            estimated.put(
                    member.name(),
                    RewardScale.of(member.score(samples).stream()
                            .filter(Score::applicable)
                            .mapToDouble(Score::value)
                            .toArray()));
        }
        return new ModelEnsemble(name, members, rule, new RewardScales(estimated));
    }

    /**
     * The members' scales.
     *
     * @return one for each
     */
    public RewardScales scales() {
        return scales;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Scores texts, of one task or of several.
     *
     * @param samples the texts
     * @return one score per text, in order
     * @throws InterruptedException if the thread is interrupted before all scores are there
     */
    @Override
    public List<Score> score(List<RewardSample> samples) throws InterruptedException {
        List<List<Score>> said = new ArrayList<>();
        for (ModelReward member : members) {
            said.add(member.score(samples));
        }
        List<Score> joined = new ArrayList<>();
        for (int n = 0; n < samples.size(); n++) {
            int text = n;
            joined.add(joined(said.stream().map(ofMember -> ofMember.get(text)).toList()));
        }
        return joined;
    }

    private Score joined(List<Score> ofMembers) {
        Optional<Score> silent =
                ofMembers.stream().filter(score -> !score.applicable()).findFirst();
        if (silent.isPresent()) {
            return silent.get();
        }
        Map<String, Double> components = new LinkedHashMap<>();
        double[] values = new double[members.size()];
        for (int m = 0; m < values.length; m++) {
            String member = members.get(m).name();
            values[m] = Objects.requireNonNull(scales.ofMembers().get(member))
                    .normalise(ofMembers.get(m).value());
            components.put(member, values[m]);
        }
        components.put("variance", rule.disagreement(values));
        return new Score(true, rule.of(values), components, List.of(), List.of(), List.of(), Map.of());
    }

    /**
     * This ensemble as training asks it, about a whole batch at once in the thread that asks. Its state is the members' scales: a run goes on with
     * the same ones or not at all.
     *
     * @return the scorer
     */
    public RewardScorer scorer() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.set("scales", scales.toJson());
        return new WholeBatchScorer(this, state);
    }
}
