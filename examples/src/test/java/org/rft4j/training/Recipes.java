package org.rft4j.training;

import java.util.List;
import org.rft4j.algorithms.critique.CritiqueGrpo;
import org.rft4j.algorithms.critique.CritiqueGrpoOptions;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.nft.Nft;
import org.rft4j.algorithms.nft.NftOptions;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;

/** What is shown to learn. Options are the published ones; the learning rate suits a model of 260,000 parameters. */
final class Recipes {
    static final Recipe GRPO = new Recipe("grpo", Presets::grpo, Baseline.GROUP, false, 10, 2, 1e-3);
    static final Recipe RLOO = new Recipe("rloo", Presets::rloo, Baseline.GROUP, false, 10, 2, 1e-3);
    static final Recipe PPO = new Recipe("ppo", () -> new Ppo(PpoOptions.TRL), Baseline.CRITIC, false, 12, 2, 1e-3);
    static final Recipe PPO_SHARED =
            new Recipe("ppo-shared", () -> new Ppo(PpoOptions.TRL), Baseline.SHARED_CRITIC, false, 12, 2, 1e-3);
    static final Recipe NFT = new Recipe("nft", () -> new Nft(NftOptions.DEFAULT), Baseline.GROUP, false, 10, 2, 1e-3);
    static final Recipe CRITIQUE_GRPO = new Recipe(
            "critique-grpo",
            () -> new CritiqueGrpo(CritiqueGrpoOptions.paper(StoryTask.LONGEST)),
            Baseline.GROUP,
            true,
            8,
            2,
            1e-3);

    private Recipes() {}

    static List<Recipe> all() {
        return List.of(GRPO, PPO, PPO_SHARED, RLOO, NFT, CRITIQUE_GRPO);
    }
}
