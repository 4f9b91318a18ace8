package org.rft4j.rollout.episode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rft4j.core.data.Prompt;
import org.rft4j.core.sampling.Sampler;
import org.rft4j.core.sampling.SamplingOptions;
import org.rft4j.core.trajectory.Rollout;
import org.rft4j.core.trajectory.RolloutRequest;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.engine.Check;
import org.rft4j.rollout.environment.EnvironmentFactory;
import org.rft4j.rollout.guard.GuardedCalls;

/**
 * Runs episodes of one turn or many over one sampler. Each episode submits its next turn as soon as its environment has answered, so
 * that turns of different episodes are written together.
 *
 * <p>The same keys give the same trajectories, however many episodes run at a time and however long their environments take, as far
 * as sampler and environments depend on their keys alone.
 *
 * <p>Any thread may collect, several at once too. A collecting thread that is interrupted cancels its episodes, waits until their
 * environments are closed, and stays interrupted.
 */
public final class EpisodeRollout implements Rollout {
    private final EpisodeSetup setup;
    private final Set<EpisodeLoop> loops = new HashSet<>();
    private boolean closed;

    private EpisodeRollout(EpisodeSetup setup) {
        this.setup = setup;
    }

    /**
     * Makes a rollout. If there may be more than one turn, the chat template is checked for keeping earlier turns, see {@link
     * EpisodeFormat#requireSameHistory}.
     *
     * @param sampler writes the turns; it stays the caller's and is not closed
     * @param format how prompts and observations become tokens
     * @param environments what the policy acts in
     * @param options limits
     * @return the rollout
     */
    public static EpisodeRollout of(
            Sampler sampler, EpisodeFormat format, EnvironmentFactory environments, EpisodeOptions options) {
        if (options.maxTurns() > 1) {
            format.requireSameHistory();
        }
        GuardedCalls calls =
                new GuardedCalls("rft4j-environment", options.environmentThreads(), options.mostHangingThreads());
        return new EpisodeRollout(new EpisodeSetup(sampler, format, environments, options, calls));
    }

    /** Prompts and prefixes are made for all requests before any episode begins, so that bad ones are refused at once. */
    @Override
    public List<Trajectory> collect(List<RolloutRequest> requests) {
        Map<Prompt, long[]> prompts = new HashMap<>();
        List<PreparedEpisode> episodes = new ArrayList<>(requests.size());
        for (RolloutRequest request : requests) {
            long[] prompt = prompts.computeIfAbsent(request.task().prompt(), setup.format()::encode);
            long[] prefix = setup.options()
                    .forcedPrefix()
                    .tokens(request, setup.format().tokenizer());
            episodes.add(new PreparedEpisode(episodes.size(), request, prompt, prefix));
        }
        EpisodeLoop loop = new EpisodeLoop(setup, episodes);
        synchronized (loops) {
            Check.that(!closed, "rollout", "closed", "must be open", "make another one");
            loops.add(loop);
        }
        try {
            return loop.run();
        } finally {
            synchronized (loops) {
                loops.remove(loop);
            }
        }
    }

    @Override
    public SamplingOptions sampling() {
        return setup.options().sampling();
    }

    /**
     * How many threads hang in environments whose time is up.
     *
     * @return their number now
     */
    public int hangingThreads() {
        return setup.calls().abandonedThreads();
    }

    /**
     * How many calls of environments ran out of time.
     *
     * @return their number since the rollout was made
     */
    public long hungCalls() {
        return setup.calls().hungCalls();
    }

    /** Cancels what is being collected, waits until its environments are closed, and frees the threads. */
    @Override
    public void close() {
        List<EpisodeLoop> left;
        synchronized (loops) {
            closed = true;
            left = List.copyOf(loops);
        }
        left.forEach(EpisodeLoop::cancelAndWait);
        setup.calls().close();
    }
}
