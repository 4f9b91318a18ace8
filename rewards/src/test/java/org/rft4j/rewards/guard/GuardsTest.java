package org.rft4j.rewards.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.reward.RewardSample;

class GuardsTest {
    private static Observation batch(double reward, String... completions) {
        List<RewardSample> samples = new ArrayList<>();
        List<Double> rewards = new ArrayList<>();
        for (String completion : completions) {
            samples.add(RewardSample.of(TaskRecord.of("t", "?"), completion));
            rewards.add(reward);
        }
        return new Observation(samples, rewards);
    }

    /** The batch at which a guard first warns, and what it says; empty if it never does. */
    private static Optional<String> firstWarning(Guard guard, int batches, IntFunction<Observation> batch) {
        for (int i = 0; i < batches; i++) {
            Optional<Guard.Warning> warning = guard.observe(batch.apply(i));
            if (warning.isPresent()) {
                return Optional.of(
                        i + " " + warning.get().guard() + ": " + warning.get().text());
            }
        }
        return Optional.empty();
    }

    @Test
    void aRewardThatRisesAloneIsSuspicious() {
        double[] gold = {0.5};
        ProxyAgainstGold guard = new ProxyAgainstGold(b -> gold[0], 4, 0.1, 0.05);
        assertThat(firstWarning(guard, 6, i -> batch(0.1 * i, "x")))
                .contains(
                        "3 proxyAgainstGold: the trained reward changed by +0.200, the held-out measure by +0.000: read completions "
                                + "with high reward, and close the gap between the two");
    }

    @Test
    void aRewardThatRisesWithGoldIsWell() {
        ProxyAgainstGold guard = new ProxyAgainstGold(b -> b.meanReward() * 0.8, 4, 0.1, 0.05);
        assertThat(firstWarning(guard, 20, i -> batch(0.1 * i, "x"))).isEmpty();
        ProxyAgainstGold flat = new ProxyAgainstGold(b -> 0, 4, 0.1, 0.05);
        assertThat(firstWarning(flat, 20, i -> batch(0.3, "x"))).isEmpty();
    }

    @Test
    void oneLabelForEverythingIsACollapse() {
        LabelCollapse guard = new LabelCollapse(s -> Optional.of(s.completion()), 0.7, 2);
        IntFunction<Observation> batches =
                i -> i < 2 ? batch(1, "yes", "no", "no", "yes") : batch(1, "no", "no", "no", "no");
        assertThat(firstWarning(guard, 9, batches))
                .contains(
                        "3 labelCollapse: 100 % of the completions say 'no', for 2 batches now: balance the data, or soften the "
                                + "penalty that drives all to one label");
        LabelCollapse patient = new LabelCollapse(s -> Optional.of(s.completion()), 0.7, 2);
        assertThat(firstWarning(patient, 20, i -> i % 2 == 0 ? batch(1, "a", "a") : batch(1, "a", "b")))
                .isEmpty();
    }

    @Test
    void beingPaidByTheWordIsNoticed() {
        assertThat(firstWarning(new LengthExploitation(4, 1.5, 0.3), 9, i -> growing(i, 1)))
                .hasValueSatisfying(text -> assertThat(text)
                        .startsWith("3 lengthExploitation: completions are 2.33 times as long as before")
                        .contains("(correlation +1.00)"));
        assertThat(firstWarning(new LengthExploitation(4, 1.5, 0.3), 9, i -> growing(i, 0)))
                .as("longer, but reward does not follow length")
                .isEmpty();
        assertThat(firstWarning(new LengthExploitation(4, 1.5, 0.3), 9, i -> growing(0, 1)))
                .as("reward follows length, but it does not grow")
                .isEmpty();
    }

    private static Observation growing(int step, double perCharacter) {
        List<RewardSample> samples = new ArrayList<>();
        List<Double> rewards = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            String text = "w".repeat(i * (1 + step));
            samples.add(RewardSample.of(TaskRecord.of("t", "?"), text));
            rewards.add(1 + perCharacter * text.length());
        }
        return new Observation(samples, rewards);
    }

    @Test
    void aPatternThatSpreadsIsNamed() {
        KeywordExploitation guard =
                new KeywordExploitation(Map.of("praise of the judge", Pattern.compile("excellent|perfect")), 4, 0.4);
        assertThat(firstWarning(guard, 9, i -> i < 3 ? batch(1, "4", "5") : batch(1, "4, perfect", "excellent")))
                .contains(
                        "3 keywordExploitation: 'praise of the judge' is in 50 % of the completions, before it was 0 %: see whether "
                                + "the reward pays for it");
        KeywordExploitation common = new KeywordExploitation(Map.of("a", Pattern.compile("a")), 4, 0.4);
        assertThat(firstWarning(common, 9, i -> batch(1, "a", "a"))).isEmpty();
    }

    @Test
    void guardsGoOnWhereTheyWereRestored() {
        List<Guard> first = guards();
        List<Guard> second = guards();
        IntFunction<Observation> batches = i -> growing(i, 1);
        for (int g = 0; g < first.size(); g++) {
            for (int i = 0; i < 5; i++) {
                first.get(g).observe(batches.apply(i));
                if (i == 2) {
                    second.get(g).restore(first.get(g).state());
                } else if (i > 2) {
                    second.get(g).observe(batches.apply(i));
                }
            }
            assertThat(second.get(g).state()).isEqualTo(first.get(g).state());
            assertThat(second.get(g).observe(batches.apply(5)))
                    .isEqualTo(first.get(g).observe(batches.apply(5)))
                    .isPresent();
        }
    }

    private static List<Guard> guards() {
        return List.of(
                new ProxyAgainstGold(b -> 0, 4, 0.1, 0.05),
                new LabelCollapse(s -> Optional.of("same"), 0.7, 4),
                new LengthExploitation(4, 1.2, 0.3),
                new KeywordExploitation(Map.of("long", Pattern.compile("w{9}")), 4, 0.1));
    }

    @Test
    void observationsAreChecked() {
        assertThatThrownBy(() -> new Observation(List.of(), List.of())).hasMessageContaining("must be at least one");
        assertThatThrownBy(() -> new LengthExploitation(3, 1.5, 0.3))
                .hasMessage("window was 3, must be even and at least 2; use 20 batches");
    }

    @Test
    void aMeasureThatIsNoNumberIsRefused() {
        ProxyAgainstGold guard = new ProxyAgainstGold(batch -> Double.NaN, 2, 0.1, 0.05);
        Observation batch = new Observation(List.of(RewardSample.of(TaskRecord.of("t", "?"), "x")), List.of(1.0));
        assertThatThrownBy(() -> guard.observe(batch))
                .hasMessage("number to be watched was NaN, must be finite; skip such batches");
    }
}
