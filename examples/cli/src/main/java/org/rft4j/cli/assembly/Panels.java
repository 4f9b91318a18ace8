package org.rft4j.cli.assembly;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.rft4j.cli.config.RewardConfig;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.rewards.VerifiableReward;
import org.rft4j.rewards.run.Normalisation;
import org.rft4j.rewards.run.PanelMember;
import org.rft4j.rewards.run.RewardPanel;
import org.rft4j.rewards.run.Weight;

/** Panels of the rewards of one run. Each reward is made once: one of a user's own may be dear to make. */
final class Panels {
    private static final int PARALLEL = 2;

    private static final int MOST_ABANDONED = 16;

    private final Map<RewardConfig, PanelMember> made = new IdentityHashMap<>();

    private PanelMember member(RewardConfig config) {
        return made.computeIfAbsent(config, one -> one.reward().make());
    }

    RewardPanel panel(List<RewardConfig> rewards) {
        List<PanelMember> members = new ArrayList<>();
        for (RewardConfig reward : rewards) {
            PanelMember member = member(reward);
            members.add(new PanelMember(
                    reward.name().orElse(member.name()),
                    member.asked(),
                    Weight.of(reward.weight()),
                    reward.deadline(),
                    member.onFailure()));
        }
        return new RewardPanel(members, new Normalisation.None(), PARALLEL, MOST_ABANDONED);
    }

    /** Answers that must earn something, as far as rewards know any; with several rewards none that all of them like. */
    Function<TaskRecord, List<String>> sampleAnswers(List<RewardConfig> rewards) {
        if (rewards.size() == 1
                && member(rewards.get(0)).asked() instanceof PanelMember.Asked.EachSample asked
                && asked.reward() instanceof VerifiableReward reward) {
            return reward::right;
        }
        return task -> List.of();
    }
}
