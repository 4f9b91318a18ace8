package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.ArrangedRows;
import org.rft4j.core.training.ExampleArrangement;
import org.rft4j.core.training.ExampleRow;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.TrajectoryGroup;

/** What an arrangement remembers goes with the checkpoints. */
class ArrangementMemoryTest {
    private static final int ROUNDS = 4;

    @TempDir
    Path temporary;

    /** The first member of each group; it knows how many rounds it has seen. */
    private static final class First implements ExampleArrangement<TrajectoryGroup> {
        private int rounds;

        @Override
        public ArrangedRows arrange(List<TrajectoryGroup> groups) {
            rounds++;
            List<ExampleRow> rows = new ArrayList<>();
            for (TrajectoryGroup group : groups) {
                Trajectory first = group.members().get(0).trajectory();
                rows.add(new ExampleRow(first.trace().ids(), first.trace().trained(), rows.size(), Map.of()));
            }
            return new ArrangedRows(rows, Map.of("seen", (double) rounds));
        }

        @Override
        public JsonNode state() {
            return JsonNodeFactory.instance.objectNode().put("rounds", rounds);
        }

        @Override
        public void restore(JsonNode state) {
            rounds = state.required("rounds").intValue();
        }
    }

    @Test
    void whatIsChosenIsLearnedAndTheChoiceRemembersWhatItSaw() {
        List<StepReport> steps = new ArrayList<>();
        assertThat(run(2, steps).reason()).isEqualTo(RunEnd.Reason.FINISHED);
        assertThat(run(ROUNDS, steps).steps()).isEqualTo(ROUNDS);
        assertThat(steps).hasSize(ROUNDS);
        for (int step = 0; step < ROUNDS; step++) {
            assertThat(steps.get(step).metrics())
                    .containsEntry("seen", step + 1.0)
                    .containsEntry("episodes", 6.0)
                    .containsEntry("rows", 3.0)
                    .containsEntry("rows/without_tokens", 0.0)
                    .hasEntrySatisfying("grad_norm", norm -> assertThat(norm).isPositive());
        }
    }

    private RunEnd run(int rounds, List<StepReport> steps) {
        RunListener remembering = new RunListener() {
            @Override
            public void stepped(StepReport step) {
                steps.add(step);
            }
        };
        TinyRun.ByHeart likelihood = new TinyRun.ByHeart("likelihood", 1);
        try (LanguageModel model = Script.model();
                Policy policy = Policy.of(model.weights(), Trainable.everything());
                Trainer trainer = Trainer.builder(TestEngine.engine(), model, policy)
                        .iterated(likelihood, new First())
                        .tasks(Script.TASKS)
                        .rollout(new Script.Drawn(policy::version))
                        .rewardOfEnvironment()
                        .run(RunOptions.of(rounds, 3, 2, 5))
                        .rates(Rates.constant(1e-4))
                        .checkpoints(new CheckpointPlan(1, 3, false))
                        .folder(temporary)
                        .listeners(remembering)
                        .build()) {
            return rounds == ROUNDS ? trainer.resume() : trainer.run();
        }
    }
}
