package org.rft4j.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.rollout.environment.Environment;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.environment.EpisodeStart;
import org.rft4j.rollout.environment.StepResult;
import org.rft4j.rollout.testing.ScriptedSampler;
import org.rft4j.rollout.testing.ScriptedSampler.Line;

/** The same keys give the same trajectories, whatever the order in which things happen. */
@Timeout(60)
class EpisodeOrderTest {
    private static final List<RolloutRequest> REQUESTS = Episodes.requests(Episodes.ask("Go"), 24);

    /** Delays depend on the run, what is written on the keys alone. */
    private static List<Trajectory> play(int concurrent, long run) {
        KeyedRandom delays = KeyedRandom.ofSeed(run);
        ScriptedSampler sampler = new ScriptedSampler(Episodes.BYTES, request -> line(request, delays));
        EnvironmentFactory environments = start -> environment(start, delays);
        EpisodeOptions options = Episodes.options(4, 1000).withConcurrentEpisodes(concurrent);
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), environments, options)) {
            return rollout.collect(REQUESTS);
        }
    }

    private static Line line(SampleRequest request, KeyedRandom delays) {
        long bits = request.key().random(request.options().seed()).bits(0);
        int delay = (int) (delays.derive(request.key().toString()).uniform(0) * 15);
        return new Line("word" + bits % 1000, StopReason.END_TOKEN, delay);
    }

    private static Environment environment(EpisodeStart start, KeyedRandom delays) {
        return action -> {
            Thread.sleep((int) (delays.derive(start.key().toString()).uniform(action.turn()) * 15));
            double draw = start.random().uniform(action.turn());
            double shared = start.groupRandom().uniform(action.turn());
            return draw < 0.3
                    ? StepResult.done(draw)
                    : StepResult.observe("more " + shared).withReward(draw);
        };
    }

    @Test
    void concurrencyAndTimingChangeNothing() {
        List<Trajectory> one = play(1, 1);
        List<Trajectory> three = play(3, 2);
        List<Trajectory> all = play(100, 3);
        assertThat(one).hasSize(24);
        for (int i = 0; i < one.size(); i++) {
            assertSame(three.get(i), one.get(i));
            assertSame(all.get(i), one.get(i));
            assertThat(one.get(i).key()).isEqualTo(REQUESTS.get(i).key());
        }
        assertThat(one.stream().map(Trajectory::endReason).distinct()).hasSize(2);
    }

    private static void assertSame(Trajectory actual, Trajectory expected) {
        assertThat(actual.trace().ids()).isEqualTo(expected.trace().ids());
        assertThat(actual.trace().trained()).isEqualTo(expected.trace().trained());
        assertThat(actual.trace().logProbs()).isEqualTo(expected.trace().logProbs());
        assertThat(actual.turns()).isEqualTo(expected.turns());
        assertThat(actual.messages()).isEqualTo(expected.messages());
        assertThat(actual.endReason()).isEqualTo(expected.endReason());
    }

    @Test
    void turnsThatAreReadyTogetherAreSubmittedTogether() {
        ScriptedSampler sampler =
                new ScriptedSampler(Episodes.BYTES, request -> new Line("hm", StopReason.END_TOKEN, 20));
        EnvironmentFactory endless = start -> (action -> StepResult.observe("more"));
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), endless, Episodes.options(3, 1000))) {
            rollout.collect(REQUESTS);
        }
        assertThat(sampler.submitted().stream().mapToInt(List::size).sum()).isEqualTo(3 * 24);
        assertThat(sampler.submitted().stream().mapToInt(List::size).max().orElse(0))
                .isGreaterThan(1);
    }

    @Test
    void noMoreEpisodesAreUnderWayThanAllowed() {
        java.util.concurrent.atomic.AtomicInteger open = new java.util.concurrent.atomic.AtomicInteger();
        java.util.concurrent.atomic.AtomicInteger most = new java.util.concurrent.atomic.AtomicInteger();
        EnvironmentFactory counted = start -> {
            most.accumulateAndGet(open.incrementAndGet(), Math::max);
            return new Environment() {
                @Override
                public StepResult step(org.rft4j.rollout.environment.Action action) {
                    return StepResult.done(0);
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        };
        ScriptedSampler sampler =
                new ScriptedSampler(Episodes.BYTES, request -> new Line("hm", StopReason.END_TOKEN, 5));
        EpisodeOptions options = Episodes.options(1, 1000).withConcurrentEpisodes(4);
        try (EpisodeRollout rollout = EpisodeRollout.of(sampler, Episodes.chat(), counted, options)) {
            assertThat(rollout.collect(REQUESTS)).hasSize(24);
            assertThat(rollout.collect(List.of())).isEmpty();
        }
        assertThat(most.get()).isBetween(2, 4);
        assertThat(open.get()).isZero();
    }
}
