package org.rft4j.algorithms.group;

import java.util.List;
import java.util.Map;
import org.rft4j.algorithms.advantage.Gdpo;
import org.rft4j.algorithms.advantage.Gpg;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.LeaveOneOut;
import org.rft4j.algorithms.advantage.LengthWeightedBaseline;
import org.rft4j.algorithms.advantage.PassAtK;
import org.rft4j.algorithms.advantage.ReMax;
import org.rft4j.algorithms.advantage.ReinforcePlusPlus;
import org.rft4j.algorithms.advantage.RewardScale;
import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.advantage.SingletonRule;
import org.rft4j.algorithms.advantage.TurnReturns;
import org.rft4j.algorithms.advantage.Whitening;
import org.rft4j.core.trainer.GroupCollector;
import org.rft4j.engine.Check;

/** The estimators of {@code org.rft4j.algorithms.advantage}, on the rows of a round. */
public final class Advantages {
    /** The component of a score that says what the greedy answer to the same prompt earned. */
    public static final String GREEDY = GroupCollector.GREEDY;

    private Advantages() {}

    /**
     * GRPO, Dr.GRPO.
     *
     * @param options scale and rule for groups of one
     * @return {@link GroupRelative}
     */
    public static AdvantageEstimator groupRelative(GroupRelative.Options options) {
        return in -> GroupRelative.compute(in.rewards(), in.groups(), options).broadcast(in.mask());
    }

    /**
     * RLOO.
     *
     * @param singleton what a group of one gets
     * @return {@link LeaveOneOut}
     */
    public static AdvantageEstimator leaveOneOut(SingletonRule singleton) {
        return in -> LeaveOneOut.compute(in.rewards(), in.groups(), singleton).broadcast(in.mask());
    }

    /**
     * OPO.
     *
     * @param singleton what a group of one gets
     * @return {@link LengthWeightedBaseline} with the number of trained tokens as length
     */
    public static AdvantageEstimator lengthWeighted(SingletonRule singleton) {
        return in -> LengthWeightedBaseline.compute(in.rewards(), in.mask().lengths(), in.groups(), singleton)
                .broadcast(in.mask());
    }

    /**
     * GPG.
     *
     * @param options what counts as a signal
     * @return {@link Gpg}
     */
    public static AdvantageEstimator gpg(Gpg.Options options) {
        return in -> Gpg.compute(in.rewards(), in.groups(), options).broadcast(in.mask());
    }

    /**
     * The best of k.
     *
     * @param k how many samples compete
     * @param scale what the advantage is divided by
     * @return {@link PassAtK}
     */
    public static AdvantageEstimator passAtK(int k, RewardScale scale) {
        return in -> PassAtK.compute(in.rewards(), in.groups(), k, scale).broadcast(in.mask());
    }

    /**
     * GDPO. A penalty in the reward does not reach it: it sees components.
     *
     * @param weights of the components of the scores, by name
     * @param options both normalisation steps
     * @return {@link Gdpo}
     */
    public static AdvantageEstimator gdpo(Map<String, Double> weights, Gdpo.Options options) {
        List<String> names = weights.keySet().stream().sorted().toList();
        double[] ordered = names.stream().mapToDouble(weights::get).toArray();
        return in -> {
            List<Rewards> components = names.stream().map(in::component).toList();
            return Gdpo.compute(components, ordered, in.groups(), options).broadcast(in.mask());
        };
    }

    /**
     * REINFORCE++.
     *
     * @param gamma discount for each token
     * @param whitening how to whiten
     * @return {@link ReinforcePlusPlus#compute}
     */
    public static AdvantageEstimator reinforcePlusPlus(double gamma, Whitening.Options whitening) {
        return in -> ReinforcePlusPlus.compute(in.tokenRewards(), gamma, whitening);
    }

    /**
     * REINFORCE++ with a group baseline.
     *
     * @param singleton what a group of one gets
     * @param whitening how to whiten
     * @return {@link ReinforcePlusPlus#withGroupBaseline}
     */
    public static AdvantageEstimator reinforcePlusPlusBaseline(SingletonRule singleton, Whitening.Options whitening) {
        return in -> ReinforcePlusPlus.withGroupBaseline(in.rewards(), in.groups(), in.mask(), singleton, whitening);
    }

    /**
     * ReMax. What the greedy answer earned is read from the component {@link #GREEDY} of each score; rows without it are not trained.
     *
     * @return {@link ReMax}
     */
    public static AdvantageEstimator reMax() {
        return in -> {
            Rewards greedy = in.component(GREEDY);
            Check.that(
                    greedy.notApplicable() < greedy.size() || in.outcomes().notApplicable() == greedy.size(),
                    "component '" + GREEDY + "' of the scores",
                    "absent from all rows",
                    "must say what the greedy answer to the same prompt earned",
                    "give the trainer a rollout at temperature 0 with baseline(...)");
            return ReMax.compute(in.tokenRewards(), greedy);
        };
    }

    /**
     * Rewards of turns.
     *
     * @param gamma discount for each turn
     * @param groupBaseline whether the mean of the group at the same turn is taken away
     * @return {@link TurnReturns}
     */
    public static AdvantageEstimator turnReturns(double gamma, boolean groupBaseline) {
        return in -> groupBaseline
                ? TurnReturns.withGroupBaseline(in.turns(), in.turnRewards(), in.groups(), gamma)
                : TurnReturns.compute(in.turns(), in.turnRewards(), gamma);
    }

    /**
     * RAFT: the reward itself where it is above 0, else 0. Without a baseline, wrong answers teach nothing.
     *
     * @return {@code max(R, 0)} for every token
     */
    public static AdvantageEstimator positiveRewards() {
        return in -> PositiveRewards.compute(in.rewards(), in.mask());
    }
}
