package org.rft4j.core.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.StepReport;

/** What ails runs that learn from preferences and labels. */
class PreferenceDiagnosisTest {
    private static Map<String, Double> rewards(double chosen, double rejected) {
        return Map.of("rewards/chosen", chosen, "rewards/rejected", rejected, "logps/chosen", -60 + 10 * chosen);
    }

    private static List<Finding> hear(DiagnosisRule rule, List<Map<String, Double>> steps) {
        Told told = new Told(rule);
        List<Finding> said = new ArrayList<>();
        steps.forEach(step -> said.addAll(told.next(step)));
        return said;
    }

    @Test
    void bothAnswersBecomeUnlikely() {
        List<Map<String, Double>> decay = IntStream.range(0, 12)
                .mapToObj(step -> rewards(-0.25 * step, -0.5 * step))
                .toList();
        List<Finding> said = hear(new FallingPair(3), decay);
        assertThat(said).hasSize(1);
        assertThat(said.get(0).level()).isEqualTo(Finding.Level.WARNING);
        assertThat(said.get(0).code()).isEqualTo("both_fall");
        assertThat(said.get(0).text())
                .isEqualTo(
                        "rewards/chosen fell from -0.5000 to -1.414 and rewards/rejected from -1 to -2.828, logps/chosen is"
                                + " -82.50, the 3. step in a row: the margin grows because both answers become unlikely, the chosen one"
                                + " too, and what becomes likely instead is in neither; lower the learning rate, raise beta, add the"
                                + " likelihood of chosen answers to the loss, or take pairs that the policy wrote itself");
    }

    @Test
    void aPolicyThatLearnsWhatIsChosenIsHealthy() {
        assertThat(hear(
                        new FallingPair(1),
                        IntStream.range(0, 40)
                                .mapToObj(step -> rewards(0.05 * step, -0.5 * step))
                                .toList()))
                .isEmpty();
        assertThat(hear(
                        new FallingPair(1),
                        IntStream.range(0, 40)
                                .mapToObj(step -> rewards(-0.1 * step, -0.5 * step))
                                .toList()))
                .as("a small part of the gain")
                .isEmpty();
        assertThat(hear(
                        new FallingPair(1),
                        IntStream.range(0, 40)
                                .mapToObj(step -> rewards(-0.5 * step, -0.5 * step))
                                .toList()))
                .as("nothing is gained by it")
                .isEmpty();
        assertThat(hear(new FallingPair(1), List.of(Map.of("rewards/chosen", -9.0), rewards(Double.NaN, 0))))
                .isEmpty();
    }

    @Test
    void preferredAnswersGetLonger() {
        List<Map<String, Double>> lengths = IntStream.range(0, 30)
                .mapToObj(step -> Map.of("lengths/chosen", 100.0 + 4 * step, "lengths/rejected", 100.0))
                .toList();
        List<Finding> said = hear(new ChosenLength(2), lengths);
        assertThat(said.get(0).code()).isEqualTo("chosen_length");
        assertThat(said.get(0).text())
                .startsWith("lengths/chosen went from 108 to 16")
                .endsWith(
                        ", lengths/rejected is 100, the 2. step in a row: what is preferred is chosen by its length, or the data"
                                + " are sorted by it; read some pairs, normalise log-probs by length, let the reward count length, or"
                                + " shuffle");
        assertThat(hear(
                        new ChosenLength(1),
                        IntStream.range(0, 30)
                                .mapToObj(step -> Map.of("lengths/chosen", 100.0 - 3 * step))
                                .toList()))
                .as("shorter")
                .isNotEmpty();
        assertThat(hear(
                        new ChosenLength(1),
                        IntStream.range(0, 60)
                                .mapToObj(step -> Map.of("lengths/chosen", 100.0 + 30 * (step % 2)))
                                .toList()))
                .isEmpty();
    }

    @Test
    void theReferenceShouldBeWhereTheRunBegan() {
        assertThat(hear(new OtherReference(), List.of(rewards(0.01, -0.02), rewards(9, -9))))
                .isEmpty();
        assertThat(hear(new OtherReference(), List.of(rewards(0.01, -0.25))))
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "other_reference",
                        "rewards/chosen was 0.01000 and rewards/rejected -0.2500 in the first step, both should be about 0: the"
                                + " reference is not the policy that the run began with; that is right only if the policy has"
                                + " learned against it before; otherwise make it with Reference.copyOf(policy) or"
                                + " Reference.withoutAdapter(policy), or compute what is precomputed anew",
                        1));
        Map<String, Double> divergence = Map.of(
                "rewards/chosen", -1.0,
                "rewards/rejected", -1.0,
                "logps/chosen_minus_reference", 0.5,
                "logps/rejected_minus_reference", -0.25);
        assertThat(hear(new OtherReference(), List.of(divergence)))
                .as("rewards of another divergence do not begin at 0")
                .isEmpty();
        assertThat(hear(
                                new OtherReference(),
                                List.of(Map.of(
                                        "logps/chosen_minus_reference", 2.0, "logps/rejected_minus_reference", 0.0)))
                        .get(0)
                        .text())
                .startsWith(
                        "logps/chosen_minus_reference was 2 and logps/rejected_minus_reference 0 in the first step");
        assertThat(hear(new OtherReference(), List.of(Map.of("loss", 1.0)))).isEmpty();
    }

    @Test
    void aRunWithoutAReferenceHasNone() {
        Map<String, Double> free = rewards(-3, -4);
        assertThat(hear(Diagnosis.of(DiagnosisOptions.DEFAULT, false), free)).isEmpty();
        assertThat(hear(Diagnosis.of(DiagnosisOptions.DEFAULT, true), free)).hasSize(1);
    }

    private static List<Finding> hear(Diagnosis diagnosis, Map<String, Double> first) {
        return diagnosis.hear(new StepReport(1, 0, first, Map.of()));
    }

    @Test
    void labelsShouldWeighAlike() {
        assertThat(hear(new LabelWeights(2), balance(0.5, 1))).isEmpty();
        assertThat(hear(new LabelWeights(2), balance(0.25, 4.0 / 3)))
                .as("weights make up for it")
                .isEmpty();
        assertThat(hear(new LabelWeights(2), balance(0.75, 3)))
                .containsExactly(new Finding(
                        Finding.Level.WARNING,
                        "label_weights",
                        "kto/desirable_share was 0.7500 over 10 steps, and weights times numbers of wanted and unwanted answers"
                                + " are as 3 to 1, should be as 1 to 1 up to 4 to 3: one side decides alone where the policy goes;"
                                + " give unwanted answers more weight, or find more of them",
                        10));
        assertThat(hear(new LabelWeights(2), balance(0.2, 0.25)).get(0).text())
                .contains("are as 0.2500 to 1", "give wanted answers more weight");
        assertThat(hear(new LabelWeights(2), balance(1, Double.POSITIVE_INFINITY))
                        .get(0)
                        .text())
                .contains("kto/desirable_share was 1 over 10 steps", "give unwanted answers more weight");
    }

    @Test
    void smallBatchesOfOneLabelAreNoImbalance() {
        List<Map<String, Double>> turns = IntStream.range(0, 40)
                .mapToObj(step -> Map.of(
                        "kto/desirable_share",
                        (double) (step % 2),
                        "kto/weight_ratio",
                        step % 2 == 0 ? 0 : Double.POSITIVE_INFINITY))
                .toList();
        assertThat(hear(new LabelWeights(2), turns)).isEmpty();
    }

    private static List<Map<String, Double>> balance(double share, double ratio) {
        return IntStream.range(0, 19)
                .mapToObj(step -> Map.of("kto/desirable_share", share, "kto/weight_ratio", ratio))
                .toList();
    }

    @Test
    void aResumedRunSaysTheSame() {
        List<Map<String, Double>> steps = IntStream.range(0, 24)
                .mapToObj(step -> Map.of(
                        "rewards/chosen",
                        -0.25 * step,
                        "rewards/rejected",
                        -0.5 * step,
                        "lengths/chosen",
                        100.0 + 8 * step,
                        "kto/desirable_share",
                        0.75,
                        "kto/weight_ratio",
                        3.0))
                .toList();
        List<Supplier<DiagnosisRule>> rules =
                List.of(() -> new FallingPair(2), () -> new ChosenLength(2), () -> new LabelWeights(2));
        for (Supplier<DiagnosisRule> make : rules) {
            List<Finding> all = hear(make.get(), steps);
            assertThat(all).isNotEmpty();
            for (int cut = 1; cut < steps.size(); cut++) {
                DiagnosisRule before = make.get();
                Told told = new Told(before);
                List<Finding> said = new ArrayList<>();
                steps.subList(0, cut).forEach(step -> said.addAll(told.next(step)));
                DiagnosisRule after = make.get();
                after.restore(before.state());
                assertThat(after.state()).isEqualTo(before.state());
                for (int i = cut; i < steps.size(); i++) {
                    said.addAll(after.hear(new StepReport(i + 1, i, steps.get(i), Map.of())));
                }
                assertThat(said).isEqualTo(all);
            }
        }
    }

    @Test
    void otherStatesAreRefused() {
        assertThatThrownBy(() -> new Drift().restore(JsonNodeFactory.instance.objectNode()))
                .hasMessage("state of a drift was {}, must have heard, began and now; restore what state() gave");
        assertThatThrownBy(() -> new LabelWeights(2).restore(JsonNodeFactory.instance.objectNode()))
                .hasMessage(
                        "state of the rule of labels was {}, must have steps and shares; restore what state() gave");
        assertThatThrownBy(() -> new DiagnosisOptions(3, 3, 0.25, 0.01, 0.5, 0.3, 1, 0.2, 0.05, 5, 10, 1))
                .hasMessage("labelWeights was 1.0, must be above 1; see DiagnosisOptions.DEFAULT");
    }
}
