package org.rft4j.rollout.episode;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.rft4j.core.sampling.SampleHandle;
import org.rft4j.core.sampling.SampleListener;
import org.rft4j.core.sampling.SampleRequest;
import org.rft4j.core.trajectory.EndReason;
import org.rft4j.core.trajectory.Trajectory;

/**
 * Runs episodes in the thread that collects them. Results of samplers and environments come as events; turns that become ready
 * together are submitted together.
 */
final class EpisodeLoop implements EpisodeHost {
    private final EpisodeSetup setup;
    private final Deque<PreparedEpisode> waiting;
    private final Trajectory[] trajectories;
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Set<Episode> underWay = new LinkedHashSet<>();
    private final Map<Episode, SampleRequest> ready = new LinkedHashMap<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private boolean cancelled;

    EpisodeLoop(EpisodeSetup setup, List<PreparedEpisode> episodes) {
        this.setup = setup;
        waiting = new ArrayDeque<>(episodes);
        trajectories = new Trajectory[episodes.size()];
    }

    /** Runs until every episode is over. */
    List<Trajectory> run() {
        try {
            return runAll();
        } finally {
            over.complete(null);
        }
    }

    /** Cancels what is under way and waits until it is over. Called from another thread than the loop's. */
    void cancelAndWait() {
        post(this::cancel);
        over.join();
    }

    private List<Trajectory> runAll() {
        boolean interrupted = false;
        while (true) {
            startMore();
            for (Runnable event = events.poll(); event != null; event = events.poll()) {
                event.run();
            }
            submit();
            if (underWay.isEmpty() && waiting.isEmpty()) {
                break;
            }
            if (mayStart()) {
                continue;
            }
            try {
                events.take().run();
            } catch (InterruptedException e) {
                interrupted = true;
                cancel();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return Arrays.asList(trajectories);
    }

    private boolean mayStart() {
        return !waiting.isEmpty()
                && (cancelled || underWay.size() < setup.options().concurrentEpisodes());
    }

    private void startMore() {
        while (mayStart()) {
            Episode episode = new Episode(setup, this, waiting.remove());
            underWay.add(episode);
            if (cancelled) {
                episode.neverBegan();
            } else {
                episode.begin();
            }
        }
    }

    private void cancel() {
        cancelled = true;
        List.copyOf(underWay).forEach(episode -> episode.stop(EndReason.CANCELLED));
    }

    /** One refused request refuses all that are submitted with it, so then each goes alone. */
    private void submit() {
        if (ready.isEmpty()) {
            return;
        }
        List<Episode> episodes = new ArrayList<>(ready.keySet());
        List<SampleRequest> requests = new ArrayList<>(ready.values());
        ready.clear();
        try {
            handOver(episodes, requests);
        } catch (RuntimeException together) {
            for (int i = 0; i < episodes.size(); i++) {
                try {
                    handOver(List.of(episodes.get(i)), List.of(requests.get(i)));
                } catch (RuntimeException alone) {
                    episodes.get(i).notWritten(alone);
                }
            }
        }
    }

    private void handOver(List<Episode> episodes, List<SampleRequest> requests) {
        List<SampleHandle> handles = setup.sampler().submit(requests, SampleListener.NONE);
        for (int i = 0; i < episodes.size(); i++) {
            episodes.get(i).writing(handles.get(i));
        }
    }

    @Override
    public void post(Runnable event) {
        events.add(event);
    }

    @Override
    public void write(Episode episode, SampleRequest request) {
        ready.put(episode, request);
    }

    @Override
    public void finished(Episode episode, Trajectory trajectory) {
        underWay.remove(episode);
        trajectories[episode.index()] = trajectory;
    }
}
