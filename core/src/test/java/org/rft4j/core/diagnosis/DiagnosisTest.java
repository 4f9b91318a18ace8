package org.rft4j.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rft4j.core.reward.RewardTally;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;
import org.rft4j.engine.InvalidInputException;

class DiagnosisTest {
    private static Map<String, Double> reward(Double... values) {
        return new RewardTally(List.of(values), 0, 0, 0).metrics("exact");
    }

    @Test
    void aRewardThatNeverFires() {
        Told told = new Told(new SilentReward(2));
        assertThat(told.next(reward(0.0, 0.0))).isEmpty();
        assertThat(told.next(Map.of("loss", 1.0))).isEmpty();
        assertThat(told.next(reward(0.0)))
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "reward_never_fires",
                        "reward 'exact' was 0 for every sample of the 2 rounds so far: the policy never earns it, or it cannot "
                                + "see what it looks for; score a right answer by hand, read some completions, begin with easier "
                                + "tasks or examples of the wanted form; a penalty that is never due may be left as it is",
                        3));
        assertThat(told.next(reward(1.0, -1.0))).isEmpty();
        assertThat(told.speaks(20, reward(0.0, 0.0))).isEmpty();
    }

    @Test
    void aRewardThatScoresNothing() {
        Map<String, Double> nothing = new RewardTally(List.of(), 3, 2, 1).metrics("judge/style");
        Told told = new Told(new NotApplicableReward(2));
        assertThat(told.next(nothing)).isEmpty();
        assertThat(told.next(nothing))
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "reward_not_applicable",
                        "reward 'judge/style' scored no sample, the 2. round in a row: it was not applicable to 3, failed on 2 "
                                + "and was too late with 1; read the diagnostics of a score, check the columns that it takes, and "
                                + "its server or deadline if it has one",
                        2));
        assertThat(told.next(new RewardTally(List.of(0.0), 3, 2, 0).metrics("judge/style")))
                .isEmpty();
        assertThat(told.next(nothing)).isEmpty();
        assertThat(new Told(new SilentReward(1)).next(nothing)).isEmpty();
    }

    @Test
    void gradientsThatAreNotFiniteEndTheRunInTheEnd() {
        Map<String, Double> skipped = Map.of("update/skipped", 1.0);
        Told told = new Told(new SkippedSteps(3));
        assertThat(told.next(Map.of("update/skipped", 0.0))).isEmpty();
        assertThat(told.next(skipped))
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "non_finite_gradients",
                        "update/skipped was 1, the 1. step in a row with gradients that were not finite: it changed nothing; if "
                                + "it happens again, lower the learning rate, clip gradients to a smaller norm, and look for "
                                + "rewards or log-probs of extreme size",
                        2));
        assertThat(told.next(Map.of("update/skipped", 0.0))).isEmpty();
        told.speaks(2, skipped);
        assertThat(told.next(skipped))
                .containsExactly(new Finding(
                        Finding.Level.ERROR,
                        "non_finite_gradients",
                        "gradients were not finite in 3 steps in a row, the most is 2: the weights are probably broken; go back "
                                + "to an earlier checkpoint, lower the learning rate, clip gradients to a smaller norm, and look "
                                + "for rewards or log-probs of extreme size",
                        6));
    }

    @Test
    void entropyIsComparedWithThatOfTheFirstStep() {
        Told told = new Told(new EntropyCollapse(0.05, 2));
        assertThat(told.next(Map.of("entropy", 2.0))).isEmpty();
        assertThat(told.next(Map.of("entropy", Double.NaN))).isEmpty();
        assertThat(told.next(Map.of("entropy", 0.11))).isEmpty();
        assertThat(told.next(Map.of("entropy", 0.09))).isEmpty();
        assertThat(told.next(Map.of("entropy", 0.08)))
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "entropy_collapse",
                        "entropy was 0.08000, it began with 2, the 2. step in a row: samples of a task are nearly the same, so "
                                + "there is nothing left to choose from; if the reward is not where it should be, add an entropy "
                                + "bonus, raise the upper clip bound, sample at a higher temperature, or go back to an earlier "
                                + "checkpoint with a lower learning rate",
                        5));
        assertThat(new Told(new EntropyCollapse(0.05, 1)).next(Map.of("entropy", 1e-4)))
                .hasSize(1);
    }

    @Test
    void aLossOfZeroIsExplainedOnce() {
        Map<String, Double> healthy = Map.of("loss", -1e-9, "grad_norm", 0.25, "frac_reward_zero_std", 0.5);
        Told told = new Told(new LossOfZero());
        assertThat(told.next(Map.of("loss", 0.5, "grad_norm", 0.25))).isEmpty();
        assertThat(told.next(Map.of("loss", 0.0, "grad_norm", 0.0))).isEmpty();
        assertThat(told.next(Map.of("loss", 0.0, "grad_norm", 0.25, "frac_reward_zero_std", 1.0)))
                .isEmpty();
        assertThat(told.next(Map.of("loss", Double.NaN, "grad_norm", 0.25))).isEmpty();
        assertThat(told.next(healthy))
                .containsExactly(new Finding(
                        Finding.Level.NOTE,
                        "loss_zero",
                        "loss was -1.000e-09 while grad_norm was 0.2500: that is healthy; on the policy's own samples all "
                                + "ratios are 1 and advantages relative to the group have mean 0, so the loss is 0 and its "
                                + "gradient is not; watch the reward instead",
                        5));
        assertThat(told.speaks(20, healthy)).isEmpty();
    }

    /** Everything is wrong with it. */
    private static Map<String, Double> ill() {
        Map<String, Double> metrics = new HashMap<>(reward(0.0));
        metrics.putAll(new RewardTally(List.of(), 1, 0, 0).metrics("judge"));
        metrics.putAll(
                Map.of("update/skipped", 1.0, "ratio/first_pass_deviation", 1.0, "kl", 9.0, "actor/ppo_kl", 9.0));
        metrics.putAll(Map.of("frac_reward_zero_std", 1.0, "completions/clipped_ratio", 1.0));
        metrics.putAll(Map.of("sampling/sampling_logp_difference/max", 9.0, "clip_ratio/region_mean", 1.0));
        metrics.put("entropy", 0.0);
        metrics.putAll(Map.of("examples", 10.0, "examples/equal_pairs", 9.0, "rewards/accuracies", 1.0));
        metrics.putAll(Map.of("kto/compared_rows", 1.0, "rewards/margins", 99.0));
        return metrics;
    }

    private static Map<String, Double> healthy() {
        Map<String, Double> metrics = new HashMap<>(reward(0.0, 1.0));
        metrics.putAll(
                Map.of("update/skipped", 0.0, "ratio/first_pass_deviation", 1e-6, "kl", 0.01, "actor/ppo_kl", 0.001));
        metrics.putAll(Map.of("frac_reward_zero_std", 0.25, "completions/clipped_ratio", 0.1, "entropy", 1.5));
        metrics.putAll(Map.of("sampling/sampling_logp_difference/max", 1e-4, "clip_ratio/region_mean", 0.01));
        metrics.putAll(Map.of("examples", 10.0, "examples/equal_pairs", 1.0, "rewards/accuracies", 0.7));
        metrics.putAll(Map.of("rewards/chosen", 0.05, "rewards/rejected", -0.05, "rewards/margins", 0.1));
        metrics.putAll(Map.of("lengths/chosen", 40.0, "lengths/rejected", 60.0, "kto/compared_rows", 4.0));
        metrics.putAll(Map.of("loss", 0.01, "grad_norm", 0.3, "learning_rate", 1e-6, "update/probe_norm", 1e-3));
        return metrics;
    }

    private static List<String> codes(Diagnosis diagnosis, Map<String, Double> metrics, int from, int to) {
        List<String> codes = new java.util.ArrayList<>();
        for (int step = from; step <= to; step++) {
            diagnosis.hear(new StepReport(step, step - 1, metrics, Map.of())).forEach(f -> codes.add(f.code()));
        }
        return codes;
    }

    @Test
    void aHealthyRunHearsNothing() {
        assertThat(codes(Diagnosis.of(DiagnosisOptions.DEFAULT, true), healthy(), 1, 50))
                .isEmpty();
    }

    @Test
    void anIllRunHearsOfEverythingAndGoesOnAfterARestore() {
        Diagnosis whole = Diagnosis.of(DiagnosisOptions.DEFAULT, true);
        List<String> all = codes(whole, ill(), 1, 12);
        assertThat(all)
                .contains(
                        "non_finite_gradients",
                        "first_pass_ratio",
                        "sampler_gap",
                        "reward_not_applicable",
                        "reward_never_fires",
                        "equal_groups",
                        "truncated",
                        "clipping",
                        "kl",
                        "ppo_kl",
                        "entropy_collapse",
                        "equal_answers",
                        "margins_saturated",
                        "kto_batch_of_one");
        for (int cut = 1; cut < 12; cut++) {
            Diagnosis before = Diagnosis.of(DiagnosisOptions.DEFAULT, true);
            List<String> said = codes(before, ill(), 1, cut);
            Diagnosis after = Diagnosis.of(DiagnosisOptions.DEFAULT, true);
            after.restore(before.state());
            said.addAll(codes(after, ill(), cut + 1, 12));
            assertThat(said).isEqualTo(all);
            assertThat(after.state()).isEqualTo(whole.state());
        }
    }

    @Test
    void theLossRuleKnowsAfterARestoreThatItHasSpoken() {
        LossOfZero before = new LossOfZero();
        new Told(before).next(Map.of("loss", 0.0, "grad_norm", 1.0));
        LossOfZero after = new LossOfZero();
        after.restore(before.state());
        assertThat(new Told(after).next(Map.of("loss", 0.0, "grad_norm", 1.0))).isEmpty();
    }

    @Test
    void otherStatesAndOptionsAreRefused() {
        assertThatThrownBy(() -> Diagnosis.of(DiagnosisOptions.DEFAULT, true).restore(new Diagnosis(List.of()).state()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("state of a diagnosis was 0 rules, must be that of 20 rules; restore into the same rules");
        assertThatThrownBy(() -> new Streak(1).restore(JsonNodeFactory.instance.objectNode()))
                .hasMessage("state of a diagnosis rule was {}, must have last and count; restore what state() gave");
        assertThatThrownBy(() -> new DiagnosisOptions(0, 3, 0.25, 0.01, 0.5, 0.3, 1, 0.2, 0.05, 5, 10, 2))
                .hasMessage("rounds, steps and skippedInARow was 0, 3 and 5, must be positive; use 3, 3 and 5");
        assertThatThrownBy(() -> new DiagnosisOptions(3, 3, 2, 0.01, 0.5, 0.3, 1, 0.2, 0.05, 5, 10, 2))
                .hasMessage("truncatedShare was 2.0, must be between 0 and 1; see DiagnosisOptions.DEFAULT");
    }
}
