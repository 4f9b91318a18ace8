package org.rft4j.core.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rft4j.core.model.LanguageModel;
import org.rft4j.core.policy.FrozenReference;
import org.rft4j.core.policy.Policy;
import org.rft4j.core.policy.Reference;
import org.rft4j.core.policy.Trainable;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.core.training.Needs;

/** Sampling ahead: how far, in which order, and that it does not depend on who is faster. */
class OverlappedBatchesTest {
    private static final long ROUNDS = 7;

    @TempDir
    private Path folder;

    private record Ran(List<Long> versions, List<Map<String, Double>> metrics) {}

    private Ran run(int staleness, int slowMilliseconds, String name) {
        Told told = new Told();
        try (LanguageModel model = Script.model();
                Policy policy = Policy.of(model.weights(), Trainable.matching("model.layers.*.self_attn.*"));
                FrozenReference copy = Reference.copyOf(policy)) {
            Script.Drawn rollout = new Script.Drawn(copy::version).after(() -> waitFor(slowMilliseconds));
            try (Trainer trainer = Trainer.builder(TestEngine.engine(), model, policy)
                    .algorithm(new Script.Gradient(Needs.ratio(Needs.OldLogProbs.SAMPLER), 1))
                    .tasks(Script.TASKS)
                    .rollout(rollout)
                    .rewardOfEnvironment()
                    .run(RunOptions.of(ROUNDS, 2, 3, 4))
                    .rates(Rates.constant(1e-3))
                    .overlap(new Overlap(copy, staleness))
                    .folder(folder.resolve(name))
                    .listeners(told)
                    .build()) {
                trainer.run();
            }
            return new Ran(rollout.versions, told.metrics());
        }
    }

    private static void waitFor(int milliseconds) {
        try {
            assertThat(new CountDownLatch(1).await(milliseconds, TimeUnit.MILLISECONDS))
                    .isFalse();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A round is one step, so that round n is trained on version n. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void roundsAreWrittenByWeightsThatAreAsOldAsTheBoundAllows(int staleness) {
        Ran ran = run(staleness, 0, "run");
        assertThat(ran.versions())
                .containsExactlyElementsOf(LongStream.range(0, ROUNDS)
                        .map(round -> Math.max(0, round - staleness))
                        .boxed()
                        .toList());
        assertThat(ran.metrics()).hasSize((int) ROUNDS);
    }

    @Test
    void theSpeedOfSamplingChangesNothing() {
        Ran fast = run(2, 0, "fast");
        Ran slow = run(2, 40, "slow");
        assertThat(slow.metrics()).isEqualTo(fast.metrics());
        assertThat(slow.versions()).isEqualTo(fast.versions());
    }
}
