package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.rft4j.core.testing.Close.doubles;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.run.Finding;
import org.rft4j.core.run.RunEnd;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.UpdatePlan;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.engine.NativeMemory;

/** A run from its first round to its end, whatever ends it. */
class TrainerTest {
    @TempDir
    private Path folder;

    private final LanguageModel model = Script.model();
    private final Policy policy = Policy.of(model.weights(), Trainable.matching("model.layers.*.self_attn.*"));
    private final Script.Drawn rollout = new Script.Drawn(policy::version);
    private final Told told = new Told();

    @AfterEach
    void free() {
        policy.close();
        model.close();
    }

    private TrainerBuilder builder(long rounds) {
        return Trainer.builder(TestEngine.engine(), model, policy)
                .algorithm(Script.Gradient.plain())
                .tasks(Script.TASKS)
                .rollout(rollout)
                .rewardOfEnvironment()
                .run(RunOptions.of(rounds, 2, 3, 4))
                .rates(Rates.constant(1e-3))
                .folder(folder)
                .listeners(told);
    }

    private Map<String, double[]> weights() {
        Map<String, double[]> weights = new LinkedHashMap<>();
        policy.parameters().forEach(one -> weights.put(one.name(), doubles(one.weight())));
        return weights;
    }

    @Test
    void stepsFollowEachOtherUntilTheRoundsAreOver() {
        try (Trainer trainer =
                builder(3).update(UpdatePlan.DEFAULT.withSteps(2, 2)).build()) {
            RunEnd end = trainer.run();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.FINISHED);
            assertThat(end.steps()).isEqualTo(12);
            assertThatThrownBy(trainer::run).hasMessage("trainer was used, must be new; build another one to train on");
        }
        assertThat(told.steps)
                .extracting(step -> step.round())
                .containsExactly(0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L);
        assertThat(policy.version()).isEqualTo(12);
        assertThat(rollout.versions).containsExactly(0L, 4L, 8L);
        assertThat(told.metrics().get(0)).containsKeys("reward", "loss", "grad_norm", "entropy", "rows");
        assertThat(told.metrics().get(1)).containsKeys("loss", "grad_norm").doesNotContainKey("reward");
        assertThat(told.ends).hasSize(1);
    }

    @Test
    void aStepWithoutAFiniteGradientChangesNothingAndManyEndTheRun() {
        Map<String, double[]> before = weights();
        Script.Gradient endless =
                new Script.Gradient(Needs.ratio(Needs.OldLogProbs.ROUND_START), Float.POSITIVE_INFINITY);
        try (Trainer trainer = builder(20).algorithm(endless).build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(TrainingException.class)
                    .hasMessageStartingWith(
                            "gradients were not finite in 5 steps in a row, the most is 4: the weights are"
                                    + " probably broken; go back to an earlier checkpoint, lower the learning rate");
        }
        assertThat(told.metrics())
                .hasSize(5)
                .allSatisfy(metrics -> assertThat(metrics).containsEntry("update/skipped", 1.0));
        assertThat(told.findings)
                .filteredOn(finding -> finding.code().equals("non_finite_gradients"))
                .extracting(Finding::level)
                .containsExactly(
                        Finding.Level.WARNING, Finding.Level.WARNING, Finding.Level.WARNING, Finding.Level.ERROR);
        assertThat(told.ends).extracting(RunEnd::reason).containsExactly(RunEnd.Reason.FAILED);
        assertThat(policy.version()).isZero();
        weights().forEach((name, now) -> assertThat(now).as(name).isEqualTo(before.get(name)));
    }

    @Test
    void roundsLeaveNothingBehind() {
        long before = NativeMemory.liveArrays(TestEngine.engine().manager());
        List<Long> during = new ArrayList<>();
        Told counting = new Told(
                step -> during.add(NativeMemory.liveArrays(TestEngine.engine().manager())));
        try (Trainer trainer = builder(20).listeners(counting).build()) {
            trainer.run();
        }
        assertThat(during).hasSize(20);
        assertThat(during.subList(1, 20)).containsOnly(during.get(0));
        policy.releaseSpareMemory(); // a slab that the decoder keeps for the next pass, whoever asks for it
        assertThat(NativeMemory.liveArrays(TestEngine.engine().manager())).isEqualTo(before);
    }

    @Test
    void stoppingWritesACheckpointFirst() {
        AtomicReference<Trainer> running = new AtomicReference<>();
        Told stopping = new Told(step -> {
            if (step.step() == 3) {
                running.get().stop();
            }
        });
        try (Trainer trainer = builder(9).listeners(stopping).build()) {
            running.set(trainer);
            RunEnd end = trainer.run();
            assertThat(end.reason()).isEqualTo(RunEnd.Reason.STOPPED);
            assertThat(end.steps()).isEqualTo(3);
            assertThat(end.last()).hasValueSatisfying(path -> assertThat(path).isDirectory());
        }
        try (Trainer trainer = builder(9).build()) {
            assertThat(trainer.resume().steps()).isEqualTo(9);
        }
        assertThat(told.steps).extracting(step -> step.step()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(told.steps)
                .allSatisfy(step -> assertThat(step.timings().get("time/step_s"))
                        .isGreaterThanOrEqualTo(step.timings().get("time/update_s")));
    }

    @Test
    void aRunWhoseEpisodesAllFailSaysSoAndEnds() {
        rollout.ending(EndReason.SAMPLER_FAILED);
        RunOptions run = new RunOptions(50, 2, 3, 1, 4, 3);
        try (Trainer trainer = builder(1).run(run).build()) {
            assertThatThrownBy(trainer::run)
                    .isInstanceOf(TrainingException.class)
                    .hasMessage("3 rounds in a row had nothing to train; look at the completions' remarks, or raise"
                            + " mostEmptyRounds");
        }
        assertThat(told.findings)
                .filteredOn(finding -> finding.code().equals("nothing_to_train"))
                .hasSize(3);
        assertThat(told.findings.get(0).text())
                .isEqualTo("Round 0 has no token to train: every episode failed, was left out, or has no applicable"
                        + " score. Look at the completions' remarks");
        assertThat(told.steps).isEmpty();
        assertThat(rollout.versions).hasSize(3);
    }

    @Test
    void allThatIsMissingIsNamedTogether() {
        assertThatThrownBy(() ->
                        Trainer.builder(TestEngine.engine(), model, policy).build())
                .hasMessage("trainer was 6 problems, must be complete and consistent; there are no run options; add"
                        + " run(RunOptions.of(...)); also: there is no folder; add folder(...); also: there must be one thing that is"
                        + " minimised; add either algorithm(...), iterated(...) or offline(...); also: there must be one source of tasks; add tasks(...) once; also: there"
                        + " must be one source of rewards; add either reward(...) or rewardOfEnvironment(); also: there is no"
                        + " rollout; add rollout(...)");
    }

    @Test
    void allThatDoesNotFitIsNamedTogether() {
        Needs needs = Needs.NOTHING_MORE.withCritic(true);
        try (FrozenReference copy = Reference.copyOf(policy);
                LanguageModel other = Script.model()) {
            assertThatThrownBy(() -> Trainer.builder(TestEngine.engine(), other, policy)
                            .algorithm(new Script.Gradient(needs, 1))
                            .tasks(Script.TASKS)
                            .rollout(rollout.at(0))
                            .rewardOfEnvironment()
                            .run(RunOptions.of(1, 2, 3, 4))
                            .overlap(new Overlap(copy, 1))
                            .folder(folder)
                            .reference(copy)
                            .build())
                    .hasMessage(
                            "trainer was 5 problems, must be complete and consistent; the policy is of another model; make"
                                    + " it with Policy.of(model.weights(), ...); also: the rollout samples at temperature 0, where there"
                                    + " is nothing to learn from; use 1; also: gradient trains a critic and there is none; add"
                                    + " critic(...); also: gradient does not use a reference and there is one, which would cost"
                                    + " memory; leave reference(...) out; also: gradient does not compare with what the sampler said, so that it"
                                    + " cannot make up for samples of older weights; take OldLogProbs.SAMPLER or a correction, or leave overlap(...) out");
        }
    }
}
