package org.rft4j.rollout.sampler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import org.rft4j.core.sampling.StopReason;
import org.rft4j.engine.decoder.DecodeOptions;

/**
 * Decides which texts are written next, and by how much. Requests begin in the order in which they came, as soon as there is a row and
 * room for them; one that has begun goes on to its end. One thread.
 */
final class Scheduler implements AutoCloseable {
    /** Prompts of so many tokens are read between two looks at cancellations and deadlines, or one that is longer. */
    static final int READ_AT_ONCE = 256;

    private final RowModel model;
    private final SamplerOptions options;
    private final LongSupplier clock;
    private final CacheRoom room;
    private final PromptPool prompts;
    private final Counters counters = new Counters();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<ActiveRow> active = new ArrayList<>();
    private final List<Job> ended = new ArrayList<>();
    private long version;
    private volatile SamplerStatistics statistics = SamplerStatistics.NONE;

    private record Waiting(Job job, PromptPool.Entry prompt) {}

    /**
     * A scheduler without work.
     *
     * @param model which it closes
     * @param options limits
     * @param clock nanoseconds
     */
    Scheduler(RowModel model, SamplerOptions options, LongSupplier clock) {
        this.model = model;
        this.options = options;
        this.clock = clock;
        version = model.version();
        room = CacheRoom.of(
                options.cacheBytes(),
                DecodeOptions.DEFAULT_BLOCK_TOKENS,
                model.statistics().bytesPerToken());
        prompts = new PromptPool(room, !options.strict());
    }

    /** What fits into the cache. */
    CacheRoom room() {
        return room;
    }

    /** Takes a request. */
    void add(Job job) {
        if (job.prepared().room() == 0) {
            end(job, Ending.of(StopReason.CONTEXT_FULL));
            deliver();
        } else {
            waiting.add(new Waiting(job, prompts.expect(job.prepared().prompt())));
        }
    }

    /** Whether anything is written or waits. */
    boolean isBusy() {
        return !waiting.isEmpty() || !active.isEmpty();
    }

    /** Begins what can begin, and goes on with what has begun by one chunk. */
    void step() {
        long start = clock.getAsLong();
        takeUpVersion();
        do {
            endWhatIsDue();
        } while (begin());
        if (!active.isEmpty()) {
            write();
        }
        counters.busy(clock.getAsLong() - start);
        deliver();
    }

    /** Ends everything, whatever state it is in. */
    void endAll(Ending ending) {
        endActive(ending);
        waiting.forEach(one -> end(one.job(), ending));
        waiting.clear();
        try {
            prompts.clear();
            model.reset();
        } finally {
            deliver();
        }
    }

    /** What has been done up to the last samples that were delivered. Any thread may ask. */
    SamplerStatistics statistics() {
        return statistics;
    }

    @Override
    public void close() {
        endAll(Ending.of(StopReason.CANCELLED));
        model.close();
    }

    private void deliver() {
        statistics = counters.snapshot(model.statistics());
        ended.forEach(Job::deliver);
        ended.clear();
    }

    private void takeUpVersion() {
        long now = model.version();
        if (now != version) {
            loseCache(
                    Ending.broken(
                            "the policy's weights changed from version " + version + " to " + now
                                    + " while the sample was written; wait for samples before a step of the optimiser, or cancel them"));
            version = now;
        }
    }

    private void endWhatIsDue() {
        long now = clock.getAsLong();
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            due(one.job(), now).ifPresent(ending -> {
                all.remove();
                prompts.giveUp(one.prompt());
                end(one.job(), ending);
            });
        }
        for (ActiveRow row : List.copyOf(active)) {
            due(row.job(), now).ifPresent(ending -> {
                active.remove(row);
                finish(row, ending);
                release(row);
            });
        }
    }

    private static Optional<Ending> due(Job job, long now) {
        if (job.isCancelled()) {
            return Optional.of(Ending.of(StopReason.CANCELLED));
        }
        OptionalLong deadline = job.deadline();
        return deadline.isPresent() && now - deadline.getAsLong() >= 0
                ? Optional.of(Ending.of(StopReason.DEADLINE))
                : Optional.empty();
    }

    /** Begins requests that there is room for. True if more may follow: enough was to be read for now. */
    private boolean begin() {
        Deque<Waiting> chosen = new ArrayDeque<>();
        Set<PromptPool.Entry> unread = new LinkedHashSet<>();
        boolean enough = false;
        while (!waiting.isEmpty() && active.size() + chosen.size() < options.maxRows()) {
            Waiting next = waiting.element();
            PromptPool.Entry prompt = next.prompt();
            boolean toRead = !prompt.isRead() && !unread.contains(prompt);
            enough = toRead && !unread.isEmpty() && lengthOf(unread) + prompt.tokens().length > READ_AT_ONCE;
            if (enough || !prompts.reserve(prompt, next.job().prepared().room())) {
                break;
            }
            if (toRead) {
                unread.add(prompt);
            }
            chosen.add(waiting.remove());
        }
        if (!chosen.isEmpty()) {
            begin(chosen, List.copyOf(unread));
        }
        return enough;
    }

    private void begin(Deque<Waiting> chosen, List<PromptPool.Entry> unread) {
        try {
            readPrompts(chosen, unread);
            while (!chosen.isEmpty()) {
                Waiting one = chosen.element();
                active.add(new ActiveRow(one.job(), one.prompt(), prompts.begin(one.prompt())));
                chosen.remove();
            }
        } catch (RuntimeException | Error e) {
            chosen.forEach(one -> {
                prompts.end(one.prompt(), one.job().prepared().room());
                end(one.job(), Ending.broken("reading prompts", e));
            });
        }
    }

    private void readPrompts(Deque<Waiting> chosen, List<PromptPool.Entry> unread) {
        long before = clock.getAsLong();
        List<RowModel.ReadPrompt> read = unread.isEmpty()
                ? List.of()
                : model.read(unread.stream().map(PromptPool.Entry::tokens).toList());
        for (int i = 0; i < unread.size(); i++) {
            prompts.wasRead(unread.get(i), read.get(i));
        }
        long readTokens = lengthOf(unread);
        counters.read(readTokens, clock.getAsLong() - before);
        counters.shared(lengthOf(chosen.stream().map(Waiting::prompt).toList()) - readTokens);
    }

    private static long lengthOf(Collection<PromptPool.Entry> prompts) {
        return prompts.stream().mapToLong(prompt -> prompt.tokens().length).sum();
    }

    private void write() {
        int steps = steps();
        List<RowModel.Wanted> wanted =
                active.stream().map(row -> row.wanted(steps)).toList();
        long before = clock.getAsLong();
        List<RowModel.Written> written;
        try {
            written = model.write(wanted, waiting.isEmpty() ? active.size() : 1);
        } catch (RuntimeException | Error e) {
            loseCache(Ending.broken("writing tokens", e));
            return;
        }
        count(written, clock.getAsLong() - before);
        takeUpVersion();
        List<ActiveRow> rows = List.copyOf(active);
        for (int i = 0; i < rows.size(); i++) {
            takeOver(rows.get(i), written.get(i));
        }
    }

    private void takeOver(ActiveRow row, RowModel.Written written) {
        Optional<Ending> ending = row.take(written);
        if (ending.isEmpty()) {
            ending = row.tell();
            if (ending.isEmpty()) {
                return;
            }
        }
        active.remove(row);
        finish(row, ending.get());
        release(row);
    }

    /** Few enough that those who watch hear in time, and that the next deadline is met as well as the speed so far tells. */
    private int steps() {
        boolean watched = active.stream().anyMatch(row -> row.job().isWatched());
        long steps = watched ? options.watchedSteps() : options.chunkSteps();
        OptionalLong deadline = active.stream()
                .flatMapToLong(row -> row.job().deadline().stream())
                .min();
        if (deadline.isPresent() && counters.nanosPerStep() > 0) {
            steps = Math.min(steps, (deadline.getAsLong() - clock.getAsLong()) / counters.nanosPerStep());
        }
        return (int) Math.max(1, steps);
    }

    private void count(List<RowModel.Written> written, long nanos) {
        int most = 0;
        long tokens = 0;
        for (RowModel.Written one : written) {
            most = Math.max(most, one.tokens().length);
            tokens += one.tokens().length;
        }
        counters.wrote(most, tokens, nanos);
    }

    /** Ends what is being written, and forgets the cache. */
    private void loseCache(Ending ending) {
        endActive(ending);
        prompts.clear();
        model.reset();
    }

    private void endActive(Ending ending) {
        List<ActiveRow> rows = List.copyOf(active);
        active.clear();
        rows.forEach(row -> finish(row, ending));
    }

    private void release(ActiveRow row) {
        row.row().release();
        prompts.end(row.prompt(), row.job().prepared().room());
    }

    private void finish(ActiveRow row, Ending ending) {
        row.job().prepared().text().end();
        Ending last = row.tell().orElse(ending);
        row.end(last, version);
        ended.add(row.job());
        counters.ended(row.count());
    }

    private void end(Job job, Ending ending) {
        job.end(ending, model.version());
        ended.add(job);
        counters.ended(0);
    }
}
