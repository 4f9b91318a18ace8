package org.rft4j.core.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rft4j.core.chat.ChatMessage;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.ScoredTrajectory;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.InvalidInputException;

class EvaluationTest {
    private static final double EXACT = 1e-12;

    /** A sample as {@code answer:score}, with {@code :-} for no score and a final {@code !} where it was cut off. */
    private static TrajectoryGroup group(TaskRecord task, String... samples) {
        List<ScoredTrajectory> members = new ArrayList<>();
        for (int i = 0; i < samples.length; i++) {
            boolean cut = samples[i].endsWith("!");
            String[] parts = samples[i].replace("!", "").split(":", -1);
            Score score = parts[1].equals("-") ? Score.notApplicable("?") : Score.of(Double.parseDouble(parts[1]));
            members.add(new ScoredTrajectory(trajectory(task, i, parts[0], cut), score));
        }
        return new TrajectoryGroup(members);
    }

    private static Trajectory trajectory(TaskRecord task, int sample, String text, boolean cut) {
        int tokens = text.length() + 1;
        TokenTrace trace = new TokenTrace(new long[1 + tokens], new boolean[1 + tokens], new float[1 + tokens], 1);
        Turn turn = new Turn(1, tokens, text, cut ? StopReason.LENGTH : StopReason.END_TOKEN, 0, 0);
        return new Trajectory(
                new SampleKey(0, task.id(), sample, 0),
                task,
                trace,
                List.of(turn),
                List.of(ChatMessage.assistant(text)),
                cut ? EndReason.TURN_CUT_OFF : EndReason.DONE,
                List.of(),
                Optional.empty());
    }

    private static TaskRecord task(String id, String source) {
        return TaskRecord.of(id, "?").with("source", source);
    }

    @Test
    void passAtKIsTheUnbiasedEstimate() {
        assertThat(Evaluation.passAtK(4, 1, 1)).isCloseTo(0.25, within(EXACT));
        assertThat(Evaluation.passAtK(4, 1, 2)).isCloseTo(0.5, within(EXACT));
        assertThat(Evaluation.passAtK(10, 3, 5)).isCloseTo(1 - 21.0 / 252, within(EXACT)); // C(7,5)/C(10,5)
        assertThat(Evaluation.passAtK(5, 0, 5)).isEqualTo(0);
        assertThat(Evaluation.passAtK(5, 1, 5)).isEqualTo(1);
        assertThat(Evaluation.passAtK(5, 3, 3)).isEqualTo(1);
        // C(5000,2500) overflows a double; 1 - (1/2 of the ways without the one that passes)
        assertThat(Evaluation.passAtK(5000, 1, 2500)).isCloseTo(0.5, within(EXACT));
    }

    @Test
    void numbersAreOverTasksAndBySource() {
        EvaluationRule rule =
                new EvaluationRule(List.of(1, 4), 1, Optional.of("source"), completion -> Optional.of(completion));
        Evaluation evaluation = Evaluation.of(
                List.of(
                        group(task("a", "x"), "3:0", "4:1", "4:1", "5:0!"),
                        group(task("b", "y"), "7:1", "6:0", "6:0", "8:0.5!"),
                        group(task("c", "x"), "1:1", "1:1", "1:1", "1:1")),
                rule);
        Map<String, Double> metrics = evaluation.metrics("eval");
        assertThat(metrics.get("eval_reward")).isCloseTo(7.5 / 12, within(EXACT));
        assertThat(metrics.get("eval_mean@1")).isCloseTo(2.0 / 3, within(EXACT));
        assertThat(metrics.get("eval_mean@4")).isCloseTo(7.5 / 12, within(EXACT));
        assertThat(metrics.get("eval_pass@1")).isCloseTo((0.5 + 0.25 + 1) / 3, within(EXACT));
        assertThat(metrics.get("eval_pass@4")).isCloseTo(1, within(EXACT));
        assertThat(metrics.get("eval_majority@1")).isCloseTo(2.0 / 3, within(EXACT));
        assertThat(metrics.get("eval_majority@4")).isCloseTo(2.0 / 3, within(EXACT));
        assertThat(metrics.get("eval_completions/clipped_ratio")).isCloseTo(2.0 / 12, within(EXACT));
        assertThat(metrics.get("eval_completions/mean_length")).isEqualTo(2);
        assertThat(metrics.get("eval_not_applicable")).isZero();
        assertThat(metrics.get("eval/x/reward")).isCloseTo(6.0 / 8, within(EXACT));
        assertThat(metrics.get("eval/y/reward")).isCloseTo(1.5 / 4, within(EXACT));
        assertThat(metrics.get("eval/y/majority@4")).isZero();
        assertThat(metrics.get("eval/x/pass@1")).isCloseTo(0.75, within(EXACT));
        assertThat(metrics.keySet()).containsAll(rule.names("eval"));
        assertThat(evaluation.metrics("hard")).containsKeys("eval_hard_reward", "eval_hard/x/pass@4");
    }

    @Test
    void ofEquallyFrequentAnswersTheFirstWinsAndItsFirstSampleDecides() {
        EvaluationRule rule = EvaluationRule.of(2, 3, 4);
        Map<String, Double> tie = Evaluation.of(List.of(group(task("a", "x"), "3:1", "4:0", "4:0", "3:1")), rule)
                .overall();
        assertThat(tie).containsEntry("majority@2", 1.0);
        assertThat(tie).containsEntry("majority@3", 0.0);
        assertThat(tie).containsEntry("majority@4", 1.0);
        Map<String, Double> wobbling = Evaluation.of(
                        List.of(group(task("a", "x"), "3:0", " 3:1")), EvaluationRule.of(2))
                .overall();
        assertThat(wobbling).containsEntry("majority@2", 0.0);
    }

    @Test
    void onlyAnswersVoteAndAreTakenOutAsGiven() {
        EvaluationRule rule = new EvaluationRule(
                List.of(3),
                0.5,
                Optional.empty(),
                text -> text.contains("=") ? Optional.of(text.substring(text.indexOf('=') + 1)) : Optional.empty());
        assertThat(Evaluation.of(List.of(group(task("a", "x"), "hm:0", "hm:0", "1+1=2:0.5")), rule)
                        .overall())
                .containsEntry("majority@3", 1.0);
        assertThat(Evaluation.of(List.of(group(task("a", "x"), "hm:1", "hm:1", "hm:1")), rule)
                        .overall())
                .containsEntry("majority@3", 0.0);
    }

    @Test
    void samplesWithoutAScoreAreCountedAndLeftOut() {
        Map<String, Double> overall = Evaluation.of(
                        List.of(group(task("a", "x"), "1:-", "2:1"), group(task("b", "x"), "1:0", "2:1")),
                        EvaluationRule.of(1, 2))
                .overall();
        assertThat(overall).containsEntry("not_applicable", 1.0);
        assertThat(overall.get("reward")).isCloseTo(2.0 / 3, within(EXACT));
        assertThat(overall).containsEntry("mean@1", 0.5).containsEntry("mean@2", 0.5);
        assertThat(overall).containsEntry("pass@1", 0.75).containsEntry("pass@2", 1.0);
        Map<String, Double> none = Evaluation.of(List.of(group(task("a", "x"), "1:-")), EvaluationRule.of(1))
                .overall();
        assertThat(none).containsOnlyKeys("completions/clipped_ratio", "completions/mean_length", "not_applicable");
    }

    @Test
    void tasksWithoutASourceHaveOneOfTheirOwn() {
        EvaluationRule rule =
                new EvaluationRule(List.of(), 1, Optional.of("source"), completion -> Optional.of(completion));
        assertThat(Evaluation.of(List.of(group(TaskRecord.of("a", "?"), "1:1")), rule)
                        .bySource())
                .containsOnlyKeys("unknown");
    }

    @Test
    void aPlanAsksEachTaskAsOftenAsItSays() {
        EvaluationPlan plan = plan(2, EvaluationRule.of(2));
        assertThat(plan.requests(5))
                .extracting(RolloutRequest::key)
                .containsExactly(
                        new SampleKey(5, "a", 0, 0),
                        new SampleKey(5, "a", 1, 0),
                        new SampleKey(5, "b", 0, 0),
                        new SampleKey(5, "b", 1, 0));
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertThatThrownBy(() -> plan(2, EvaluationRule.of(4)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("k of evaluation eval was 4, must be at most the samples 2; "
                        + "ask each task more often, or choose a smaller k");
        assertThatThrownBy(() -> plan(0, EvaluationRule.of()))
                .hasMessage("samples of evaluation eval was 0, must be positive; ask once");
        assertThatThrownBy(() -> EvaluationRule.of(0))
                .hasMessage("k of an evaluation was 0, must be positive; use 1 and the number of samples");
    }

    private static EvaluationPlan plan(int samples, EvaluationRule rule) {
        Rollout rollout = new Rollout() {
            @Override
            public List<Trajectory> collect(List<RolloutRequest> requests) {
                return List.of();
            }

            @Override
            public void close() {}
        };
        return new EvaluationPlan(
                "eval",
                Datasets.of(List.of(task("a", "x"), task("b", "x"))),
                rollout,
                RewardScorer.of(sample -> Score.of(1)),
                samples,
                rule);
    }
}
