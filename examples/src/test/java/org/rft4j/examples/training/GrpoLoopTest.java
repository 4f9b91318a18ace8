package org.rft4j.examples.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.trainer.RunOptions;
import org.rft4j.engine.EngineOptions;
import org.rft4j.engine.TensorEngine;
import org.rft4j.examples.model.WorkFolder;

/** The loop that is written out is the one that the Trainer runs. */
class GrpoLoopTest {
    private static final int ROUNDS = 6;
    private static final long SEED = 1;

    @TempDir
    private Path folder;

    @Test
    void bothGiveTheSameMetricsToTheLastBit() throws Exception {
        List<GrpoLoop.Step> written = new ArrayList<>();
        List<StepReport> told = new ArrayList<>();
        try (TensorEngine engine = TensorEngine.start(EngineOptions.onCpu().withThreads(2));
                WorkFolder work = WorkFolder.create()) {
            Path stories = work.stories();
            try (LanguageModel model = LanguageModel.load(stories, engine);
                    Policy policy = Policy.of(model.weights(), Trainable.everything());
                    GrpoLoop loop = new GrpoLoop(engine, model, policy, SEED)) {
                loop.run(ROUNDS, written::add);
            }
            try (LanguageModel model = LanguageModel.load(stories, engine);
                    Policy policy = Policy.of(model.weights(), Trainable.everything())) {
                RunOptions run = RunOptions.of(ROUNDS, GrpoLoop.TASKS_PER_ROUND, GrpoLoop.GROUP_SIZE, SEED);
                FirstTraining.train(engine, model, policy, run, folder, new RunListener() {
                    @Override
                    public void stepped(StepReport step) {
                        told.add(step);
                    }
                });
            }
        }
        assertThat(written).hasSize(2 * ROUNDS);
        assertThat(told).hasSameSizeAs(written);
        for (int i = 0; i < written.size(); i++) {
            requireSame(written.get(i), told.get(i), i % 2 == 0);
        }
        assertThat(written).anyMatch(step -> step.clipped() > 0);
        assertThat(written.get(written.size() - 1).reward())
                .isGreaterThan(written.get(0).reward());
    }

    private static void requireSame(GrpoLoop.Step written, StepReport told, boolean firstOfRound) {
        Map<String, Double> metrics = told.metrics();
        assertThat(written.round()).isEqualTo(told.round());
        assertThat(written.loss()).as("loss of step %d", told.step()).isEqualTo(metrics.get("loss"));
        assertThat(written.entropy()).as("entropy of step %d", told.step()).isEqualTo(metrics.get("entropy"));
        assertThat(written.gradNorm()).as("norm of step %d", told.step()).isEqualTo(metrics.get("grad_norm"));
        assertThat(written.clipped())
                .as("clipped in step %d", told.step())
                .isEqualTo(metrics.get("clip_ratio/region_mean"));
        if (firstOfRound) {
            assertThat(written.reward()).as("reward of step %d", told.step()).isEqualTo(metrics.get("reward"));
        }
    }
}
