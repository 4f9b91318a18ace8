package org.rft4j.cli.config;

import java.util.List;
import org.rft4j.algorithms.group.GroupPolicyGradient;
import org.rft4j.algorithms.group.Presets;
import org.rft4j.algorithms.nft.Nft;
import org.rft4j.algorithms.nft.NftOptions;
import org.rft4j.algorithms.ppo.Ppo;
import org.rft4j.algorithms.ppo.PpoOptions;
import org.rft4j.cli.bind.Variant;
import org.rft4j.core.training.Algorithm;

/** Algorithms on what the policy writes. Each preset's own parts are what its keys are unless they are given. */
final class OnlineAlgorithms {
    static final List<Variant<Recipe>> ALL = List.of(
            group("grpo", Presets.grpo()),
            group("grpoTrl", Presets.grpoTrl()),
            Variant.of("drGrpo", DrGrpo.class, of -> online(Presets.drGrpo(of.maxNewTokens()))),
            group("dapo", Presets.dapo()),
            group("bnpo", Presets.bnpo()),
            group("gspo", Presets.gspo()),
            group("cispo", Presets.cispo()),
            group("sapo", Presets.sapo()),
            group("rloo", Presets.rloo()),
            group("loop", Presets.loop()),
            group("reinforcePlusPlus", Presets.reinforcePlusPlus()),
            group("reinforcePlusPlusBaseline", Presets.reinforcePlusPlusBaseline()),
            Variant.of(
                    "reMax",
                    Presets.reMax().options(),
                    options -> new Recipe.Online(new GroupPolicyGradient(options), true)),
            group("opo", Presets.opo()),
            group("miniRl", Presets.miniRl()),
            group("raftPlusPlus", Presets.raftPlusPlus()),
            Variant.of("ppo", PpoOptions.TRL, options -> online(new Ppo(options))),
            Variant.of("nft", NftOptions.DEFAULT, options -> online(new Nft(options))));

    private OnlineAlgorithms() {}

    private static Variant<Recipe> group(String name, GroupPolicyGradient preset) {
        return Variant.of(name, preset.options(), options -> online(new GroupPolicyGradient(options)));
    }

    private static Recipe online(Algorithm algorithm) {
        return new Recipe.Online(algorithm, false);
    }

    /**
     * Dr.GRPO.
     *
     * @param maxNewTokens the limit that sums of tokens are divided by: that of the rollout
     */
    record DrGrpo(int maxNewTokens) {}
}
