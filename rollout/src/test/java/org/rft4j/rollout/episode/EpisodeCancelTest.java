package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.rollout.environment.Action;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;

/** Interrupting whoever collects, and closing the rollout under them. */
@Timeout(60)
class EpisodeCancelTest {
    private final CountDownLatch underWay = new CountDownLatch(2);
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    /** Sample 0 waits for the sampler, sample 1 for its environment; both for ever. */
    private EpisodeRollout endless() {
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> {
            if (request.key().sample() == 0) {
                underWay.countDown();
                return new Line("half", StopReason.CANCELLED, 0);
            }
            return Line.of("hm");
        });
        EpisodeOptions options = Episodes.options(3, 1000).withConcurrentEpisodes(2);
        return EpisodeRollout.of(sampler, Episodes.chat(), start -> new Waiting(), options);
    }

    private final class Waiting implements Environment {
        Waiting() {
            made.incrementAndGet();
        }

        @Override
        public StepResult step(Action action) throws Exception {
            underWay.countDown();
            new CountDownLatch(1).await();
            return StepResult.done(0);
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    @Test
    void anInterruptedCollectorCancelsAndStaysInterrupted() throws InterruptedException {
        List<Trajectory> played = new ArrayList<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        try (EpisodeRollout rollout = endless()) {
            Thread collector = new Thread(() -> {
                played.addAll(rollout.collect(Episodes.requests(Episodes.ask("Go"), 3)));
                interrupted.set(Thread.currentThread().isInterrupted());
            });
            collector.start();
            assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();
            collector.interrupt();
            collector.join();
        }
        assertThat(interrupted).isTrue();
        assertCancelled(played);
    }

    @Test
    void closingCancelsWhatIsCollected() throws InterruptedException {
        List<Trajectory> played = new ArrayList<>();
        EpisodeRollout rollout = endless();
        Thread collector = new Thread(() -> played.addAll(rollout.collect(Episodes.requests(Episodes.ask("Go"), 3))));
        collector.start();
        assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();
        rollout.close();
        collector.join();
        assertCancelled(played);
        assertThatThrownBy(() -> rollout.collect(Episodes.requests(Episodes.ask("Go"), 1)))
                .hasMessage("rollout was closed, must be open; make another one");
    }

    private void assertCancelled(List<Trajectory> played) {
        assertThat(played).hasSize(3).allMatch(t -> t.endReason() == EndReason.CANCELLED);
        assertThat(played.get(0).turns().get(0).text()).isEqualTo("half");
        assertThat(played.get(1).turns()).hasSize(1);
        assertThat(played.get(2).turns()).isEmpty();
        assertThat(made.get()).isEqualTo(2);
        assertThat(closed.get()).isEqualTo(2);
    }
}
