package org.rft4j.algorithms.group;

import org.rft4j.algorithms.advantage.Rewards;
import org.rft4j.algorithms.advantage.TokenAdvantages;
import org.rft4j.algorithms.advantage.TokenMask;
import org.rft4j.algorithms.advantage.TokenRewards;

/** RLHFlow's RAFT: {@code A = max(R, 0)} on every token of a row. */
final class PositiveRewards {
    private PositiveRewards() {}

    static TokenAdvantages compute(Rewards rewards, TokenMask mask) {
        TokenMask applicable = TokenRewards.atLastToken(mask, rewards).mask();
        double[] advantages = new double[mask.rows() * mask.columns()];
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] = applicable.isPolicy(i) ? Math.max(0, rewards.value(i / mask.columns())) : 0;
        }
        return new TokenAdvantages(applicable, advantages, advantages, rewards.notApplicable());
    }
}
