package org.rft4j.core.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.rft4j.core.selection.RunProgress;
import org.rft4j.core.tokenizer.Tokenizer;
import org.rft4j.core.trajectory.TrajectoryGroup;
import org.rft4j.core.trajectory.codec.TrajectoryCodec;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;

/**
 * Batches that a thread of its own samples ahead, at most as many as the staleness bound. The copy of the policy takes up new weights when a
 * batch is taken and nothing is being sampled, so that what is sampled does not depend on how fast either side is. A checkpoint waits for
 * what is on its way and holds it.
 */
final class OverlappedBatches implements BatchSource {
    private final DirectBatches direct;

    private final Overlap overlap;

    private final long rounds;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "rft4j-sampling-ahead");
        made.setDaemon(true);
        return made;
    });

    private final Deque<CompletableFuture<Optional<CollectedBatch>>> ahead = new ArrayDeque<>();

    private long nextRound = -1;

    OverlappedBatches(DirectBatches direct, Overlap overlap, long rounds) {
        this.direct = direct;
        this.overlap = overlap;
        this.rounds = rounds;
    }

    @Override
    public Optional<CollectedBatch> next(RunProgress now) {
        if (nextRound < 0) {
            nextRound = now.round();
        }
        if (ahead.isEmpty()) {
            overlap.copy().sync();
            launch();
        }
        ahead.forEach(OverlappedBatches::waitFor); // weights must not change while samples are on their way
        Optional<CollectedBatch> batch = waitFor(ahead.remove());
        overlap.copy().sync();
        while (ahead.size() < overlap.staleness() && nextRound < rounds) {
            launch();
        }
        return batch;
    }

    /** Checked while the copy has the weights that sample: a resumed run's copy takes them up later than the batches it begins with. */
    private Optional<CollectedBatch> sampled(RunProgress at) {
        Optional<CollectedBatch> batch = direct.next(at);
        batch.ifPresent(this::requireFromCopy);
        return batch;
    }

    private void requireFromCopy(CollectedBatch batch) {
        for (TrajectoryGroup group : batch.groups()) {
            Check.that(
                    group.policyVersion() <= overlap.copy().version(),
                    "version of the weights that wrote a sample of task "
                            + group.task().id(),
                    group.policyVersion(),
                    "must be at most that of the copy, " + overlap.copy().version(),
                    "sample from the copy that overlap(...) was given: PolicySampler.of(copy, model, options)");
        }
    }

    private void launch() {
        RunProgress at = RunProgress.of(nextRound++, rounds);
        ahead.add(CompletableFuture.supplyAsync(() -> sampled(at), thread));
    }

    private static <T> T waitFor(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public Tokenizer tokenizer() {
        return direct.tokenizer();
    }

    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        ArrayNode batches = state.putArray("ahead");
        for (CompletableFuture<Optional<CollectedBatch>> future : ahead) {
            ObjectNode node = batches.addObject();
            waitFor(future).ifPresent(batch -> {
                ArrayNode groups = node.putArray("groups");
                batch.groups().forEach(group -> groups.add(TrajectoryCodec.GROUP.encode(group)));
                ObjectNode metrics = node.putObject("metrics");
                batch.metrics().forEach(metrics::put);
            });
        }
        state.put("nextRound", nextRound);
        state.set("direct", direct.state());
        return state;
    }

    @Override
    public void restore(JsonNode state) {
        direct.restore(state.path("direct"));
        nextRound = state.path("nextRound").asLong();
        ahead.clear();
        for (JsonNode node : state.path("ahead")) {
            ahead.add(CompletableFuture.completedFuture(decoded(node)));
        }
    }

    private static Optional<CollectedBatch> decoded(JsonNode node) {
        if (!node.has("groups")) {
            return Optional.empty();
        }
        List<TrajectoryGroup> groups = new ArrayList<>();
        try {
            for (JsonNode group : node.path("groups")) {
                groups.add(TrajectoryCodec.GROUP.decode(group.binaryValue()));
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "group in a state", "no Base64", "must be Base64", "restore a state that state() gave");
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        node.path("metrics")
                .properties()
                .forEach(entry -> metrics.put(entry.getKey(), entry.getValue().asDouble()));
        return Optional.of(new CollectedBatch(groups, metrics, Map.of()));
    }

    /** Waits for what is being sampled: it must not outlive the copy. */
    @Override
    public void close() {
        thread.shutdownNow();
        boolean interrupted = false;
        while (!thread.isTerminated()) {
            try {
                if (thread.awaitTermination(1, TimeUnit.HOURS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
