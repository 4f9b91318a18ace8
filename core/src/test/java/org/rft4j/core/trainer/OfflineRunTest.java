package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.data.stream.Epochs;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.reward.Reward;
import org.rft4j.core.reward.Score;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.run.RunListener;
import org.rft4j.core.run.StepReport;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;
import org.rft4j.engine.InvalidInputException;

/** Learning from examples. */
class OfflineRunTest {
    private static final int ROUNDS = 30;

    private static final double LEARNED = 1;

    @TempDir
    Path temporary;

    @Test
    void textsAreLearnedByHeart() {
        List<StepReport> steps = new ArrayList<>();
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.whole(temporary, remembering(steps))
                        .run(RunOptions.of(ROUNDS, 5, 1, 5))
                        .rates(Rates.constant(1e-2))
                        .checkpoints(CheckpointPlan.DEFAULT)
                        .build()) {
            assertThat(trainer.run().reason()).isEqualTo(RunEnd.Reason.FINISHED);
        }
        assertThat(steps).hasSize(2 * ROUNDS);
        assertThat(steps.get(0).metrics())
                .containsEntry("examples", 5.0)
                .containsEntry("rows", 5.0)
                .hasEntrySatisfying("loss", loss -> assertThat(loss).isGreaterThan(5));
        assertThat(steps.get(2 * ROUNDS - 1).metrics())
                .hasEntrySatisfying("loss", loss -> assertThat(loss).isLessThan(LEARNED));
    }

    @Test
    void theRowsOfAnExampleStayTogetherAndTheLastRoundMayBeSmaller() {
        List<StepReport> steps = new ArrayList<>();
        TinyRun.ByHeart pairs = new TinyRun.ByHeart("pairs", 2);
        try (TinyRun run = new TinyRun();
                Trainer trainer = run.builder(temporary, remembering(steps))
                        .offline(pairs, pairs, TinyRun.examples(5, 1))
                        .build()) {
            RunEnd end = trainer.run();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.NO_MORE_DATA);
        }
        assertThat(steps).hasSize(4);
        assertThat(steps.get(0).metrics()).containsEntry("examples", 3.0).containsEntry("rows", 6.0);
        assertThat(steps.get(2).metrics()).containsEntry("examples", 2.0).containsEntry("rows", 4.0);
    }

    @Test
    void whatDoesNotFitIsToldTogether() {
        try (TinyRun run = new TinyRun()) {
            TrainerBuilder mixed = run.whole(temporary)
                    .reward(Reward.named("r", sample -> Score.of(1)))
                    .run(RunOptions.of(4, 3, 8, 5));
            assertThatThrownBy(mixed::build)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "trainer was 2 problems, must be complete and consistent; examples are trained on, and nothing"
                                    + " is sampled; leave algorithm, iterated, tasks, rollout, baseline, rewards, gathering and"
                                    + " overlap out, or offline(...); also: examples have no groups, and groupSize is not 1; use"
                                    + " RunOptions.of(rounds, examplesPerRound, 1, seed)");
            TinyRun.ByHeart plain = new TinyRun.ByHeart("ratio", 1);
            TrainerBuilder ratio =
                    run.builder(temporary).offline(withRatio(plain), plain, TinyRun.examples(5, Epochs.FOREVER));
            assertThatThrownBy(ratio::build)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("trainer was 2 problems, must be complete and consistent; ratio compares with what the"
                            + " sampler said, and nobody sampled the examples; let needs() ask for another ratio; also: ratio compares with a"
                            + " reference and there is none; add reference(...), such as Reference.withoutAdapter(policy) or"
                            + " Reference.copyOf(policy)");
        }
    }

    private static Objective withRatio(TinyRun.ByHeart plain) {
        return new Objective() {
            @Override
            public String name() {
                return plain.name();
            }

            @Override
            public Needs needs() {
                return Needs.ratio(Needs.OldLogProbs.SAMPLER).withReference(true);
            }

            @Override
            public RowWeights weights() {
                return plain.weights();
            }

            @Override
            public LossResult loss(LossInput input) {
                return plain.loss(input);
            }
        };
    }

    private static RunListener remembering(List<StepReport> steps) {
        return new RunListener() {
            @Override
            public void stepped(StepReport step) {
                steps.add(step);
            }
        };
    }
}
