package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.TaskRecord;
import org.rft4j.core.data.load.Datasets;
import org.rft4j.core.evaluation.EvaluationPlan;
import org.rft4j.core.evaluation.EvaluationRule;
import org.rft4j.core.evaluation.Goal;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.RewardScorer;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.sampling.SampleKey;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.TokenTrace;
import org.rft4j.core.trajectory.Trajectory;

/** The best checkpoint is called so, whatever happens to whoever wrote it. */
class BestCheckpointTest {
    private static final int BEST_AT = 2;

    @TempDir
    Path temporary;

    /** As if the process had been killed between the two, at the only moment when the best checkpoint is the last one. */
    @Test
    void aCheckpointThatWasNotYetCalledTheBest() throws IOException {
        Trainer[] asked = new Trainer[1];
        RunListener stops = new RunListener() {
            @Override
            public void stepped(StepReport step) {
                if (step.step() == BEST_AT) {
                    asked[0].stop();
                }
            }
        };
        Path best = temporary.resolve("checkpoints/best.json");
        try (TinyRun run = new TinyRun();
                Trainer trainer =
                        run.whole(temporary, stops).evaluations(evaluations()).build()) {
            asked[0] = trainer;
            assertThat(trainer.run().best()).contains(temporary.resolve("checkpoints/step-00000002"));
        }
        Files.delete(best);
        try (TinyRun run = new TinyRun();
                Trainer trainer =
                        run.whole(temporary).evaluations(evaluations()).build()) {
            RunEnd end = trainer.resume();
            assertThat(end.steps()).isEqualTo(TinyRun.STEPS);
            assertThat(end.best()).contains(temporary.resolve("checkpoints/step-00000002"));
        }
    }

    /** Every evaluation is as good as the first one, which therefore is the best. */
    private static Evaluations evaluations() {
        EvaluationPlan plan = new EvaluationPlan(
                "eval",
                Datasets.of(List.of(TaskRecord.of("task", "?"))),
                new Failing(),
                RewardScorer.of(Reward.named("r", sample -> Score.of(1))),
                1,
                EvaluationRule.of(1));
        Goal goal = Goal.lowest("eval_not_applicable");
        return new Evaluations(List.of(plan), BEST_AT, false, Optional.of(goal), Optional.empty());
    }

    /** Episodes that say nothing. */
    private static final class Failing implements Rollout {
        @Override
        public List<Trajectory> collect(List<RolloutRequest> requests) {
            List<Trajectory> failed = new ArrayList<>();
            for (RolloutRequest request : requests) {
                failed.add(new Trajectory(
                        new SampleKey(0, request.task().id(), 0, 0),
                        request.task(),
                        new TokenTrace(new long[1], new boolean[1], new float[1], 1),
                        List.of(),
                        List.of(),
                        EndReason.SAMPLER_FAILED,
                        List.of(),
                        Optional.of("nothing was said")));
            }
            return failed;
        }

        @Override
        public SamplingOptions sampling() {
            return SamplingOptions.of(1, 1);
        }

        @Override
        public void close() {}
    }
}
