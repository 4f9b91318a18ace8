package org.rft4j.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

class SymptomsTest {
    private static final StreakRule EQUAL = StreakRule.ofRounds(new EqualGroups(), 3);

    static List<Arguments> symptoms() {
        return List.of(
                Arguments.of(
                        new EqualGroups(),
                        Map.of("frac_reward_zero_std", 0.99),
                        Map.of("frac_reward_zero_std", 1.0, "reward", 0.125),
                        "equal_groups",
                        "frac_reward_zero_std was 1 at a reward of 0.1250: all samples of each group earned the same, so "
                                + "advantages relative to the group are 0 and nothing is learned; mix in tasks that are easier or "
                                + "harder for this policy, sample more per task or at a higher temperature, or let the reward "
                                + "tell answers apart that are nearly right"),
                Arguments.of(
                        new Truncation(0.25),
                        Map.of("completions/clipped_ratio", 0.25),
                        Map.of("completions/clipped_ratio", 0.5),
                        "truncated",
                        "completions/clipped_ratio was 0.5000, above 0.2500: that share of the completions was cut off before "
                                + "its end and is judged without its answer; raise maxNewTokens, check that the end tokens are "
                                + "those of the chat template, or reward brevity"),
                Arguments.of(
                        new FirstPassRatio(0.01),
                        Map.of("ratio/first_pass_deviation", 1e-5),
                        Map.of("ratio/first_pass_deviation", 0.2),
                        "first_pass_ratio",
                        "ratio/first_pass_deviation was 0.2000, above 0.01000: before the first step of a round old and new "
                                + "policy are the same and every log ratio must be 0; score both with the same temperature, "
                                + "filters and prompt, from the same weights and without dropout, and check that the tokens are "
                                + "those that were sampled"),
                Arguments.of(
                        new SamplerGap(0.5),
                        Map.of("sampling/sampling_logp_difference/max", 0.01),
                        Map.of("sampling/sampling_logp_difference/max", 2.0),
                        "sampler_gap",
                        "sampling/sampling_logp_difference/max was 2, above 0.5000: sampler and trainer disagree about a token "
                                + "by that much, so that training is off-policy unseen; check that the sampler has the newest "
                                + "weights and the same number format, tokenizer and sampling options, or correct it with "
                                + "importance weights"),
                Arguments.of(
                        new Clipping(0.3),
                        Map.of("clip_ratio/region_mean", 0.1),
                        Map.of("clip_ratio/region_mean", 0.4),
                        "clipping",
                        "clip_ratio/region_mean was 0.4000, above 0.3000: that share of the tokens has left the clip range and "
                                + "has no gradient any more; lower the learning rate, take fewer optimiser steps per round, or "
                                + "use larger batches"),
                Arguments.of(
                        KlDivergence.fromReference(1),
                        Map.of("kl", 0.2, "actor/ppo_kl", 5.0),
                        Map.of("kl", 3.0),
                        "kl",
                        "kl was 3, above 1: the policy has left its reference far behind, and usually its language with it; "
                                + "lower the learning rate, weigh the divergence more, and read some completions: rewards that "
                                + "rise meanwhile may be gamed"),
                Arguments.of(
                        KlDivergence.fromOldPolicy(0.2),
                        Map.of("actor/ppo_kl", 0.01, "kl", 5.0),
                        Map.of("actor/ppo_kl", Double.NaN),
                        "ppo_kl",
                        "actor/ppo_kl was NaN, above 0.2000: the policy moves too far within a round for ratios to mean much; lower "
                                + "the learning rate, take fewer optimiser steps per round, or clip gradients to a smaller norm"),
                Arguments.of(
                        new SaturatedMargins(10),
                        Map.of("rewards/margins", 12.0, "rewards/accuracies", 0.9),
                        Map.of("rewards/margins", 12.5, "rewards/accuracies", 1.0),
                        "margins_saturated",
                        "rewards/margins was 12.50, above 10: preferences are learned, what a sigmoid of such a margin still "
                                + "gives as a gradient is next to nothing, and a policy so far from its reference knows the pairs "
                                + "by heart; stop here, lower the learning rate, raise beta, or add pairs"),
                Arguments.of(
                        new EqualAnswers(0.1),
                        Map.of("examples", 20.0, "examples/equal_pairs", 2.0),
                        Map.of("examples", 20.0, "examples/equal_pairs", 3.0),
                        "equal_answers",
                        "examples/equal_pairs was 3 of 20 examples: the chosen answer has the tokens of the rejected one, from "
                                + "which nothing can be learned; drop such pairs with EqualPairs.DROP, allow more tokens if "
                                + "answers are equal because they are cut, and look at how the data were made"),
                Arguments.of(
                        new LonelyCompared(),
                        Map.of("kto/compared_rows", 0.0),
                        Map.of("kto/compared_rows", 1.0),
                        "kto_batch_of_one",
                        "kto/compared_rows was 1: answers are compared with the mean log-ratio of prompts with the answers of "
                                + "others, of which the step has one, so that it is noise; give optimiser steps at least 4 "
                                + "examples, or take KTO without a zero point"),
                Arguments.of(
                        new StillPolicy(),
                        Map.of("learning_rate", 1e-6, "grad_norm", 0.1, "update/probe_norm", 1e-4),
                        Map.of("learning_rate", 1e-6, "grad_norm", 0.1, "update/probe_norm", 0.0),
                        "not_moving",
                        "update/probe_norm was 0: there are gradients, but the weights stay as they are; the learning rate may be so "
                                + "small that its steps vanish in rounding: raise it, or keep weights in fp32"));
    }

    @ParameterizedTest
    @MethodSource("symptoms")
    void eachSpeaksWhenItShouldAndIsSilentOtherwise(
            Symptom symptom, Map<String, Double> healthy, Map<String, Double> ill, String code, String text) {
        Told told = new Told(StreakRule.ofSteps(symptom, 1));
        assertThat(told.next(healthy)).isEmpty();
        assertThat(told.next(Map.of("other", 1.0))).isEmpty();
        assertThat(told.next(ill)).containsExactly(new Finding(Finding.Level.WARNING, code, text, 3));
        assertThat(told.next(healthy)).isEmpty();
    }

    @Test
    void theZeroPointOfKtoIsNoDivergencePerToken() {
        Told told = new Told(StreakRule.ofSteps(KlDivergence.fromReference(1), 1));
        assertThat(told.next(Map.of("kl", 9.0, "kto/desirable_share", 0.5))).isEmpty();
        assertThat(told.next(Map.of("kl", 9.0))).hasSize(1);
    }

    @Test
    void aPolicyIsStillForSeveralReasons() {
        Told told = new Told(StreakRule.ofSteps(new StillPolicy(), 1));
        assertThat(told.next(Map.of("learning_rate", 0.0, "grad_norm", 1.0))
                        .get(0)
                        .text())
                .isEqualTo(
                        "learning_rate was 0: nothing can be learned; check the schedule: its length, its warm-up and its end");
        assertThat(told.next(Map.of("grad_norm", 0.0, "update/probe_norm", 0.0))
                        .get(0)
                        .text())
                .isEqualTo(
                        "grad_norm was 0, the 2. step in a row: no gradient reaches the trained weights; check that rewards "
                                + "differ within groups, that the mask leaves tokens to train, and that the adapter's targets are layers "
                                + "of this model");
        assertThat(told.next(Map.of("update/skipped", 1.0, "update/probe_norm", 0.0)))
                .isEmpty();
        assertThat(told.next(Map.of("learning_rate", 1e-6))).isEmpty();
    }

    @Test
    void itSpeaksAgainAtTwiceTheTimeOrAfterItWentAway() {
        Map<String, Double> ill = Map.of("frac_reward_zero_std", 1.0);
        Told told = new Told(StreakRule.ofRounds(new EqualGroups(), 3));
        assertThat(told.speaks(30, ill)).containsExactly(3L, 6L, 12L, 24L);
        assertThat(told.next(Map.of("frac_reward_zero_std", 0.5))).isEmpty();
        assertThat(told.speaks(3, ill)).containsExactly(34L);
    }

    @Test
    void theStepsOfARoundCountOnce() {
        Map<String, Double> ill = Map.of("frac_reward_zero_std", 1.0);
        for (int step = 1; step <= 8; step++) {
            assertThat(EQUAL.hear(new StepReport(step, (step - 1) / 4, ill, Map.of())))
                    .isEmpty();
        }
        assertThat(EQUAL.hear(new StepReport(9, 2, ill, Map.of()))).hasSize(1);
        assertThat(EQUAL.hear(new StepReport(10, 2, ill, Map.of()))).isEmpty();
    }
}
