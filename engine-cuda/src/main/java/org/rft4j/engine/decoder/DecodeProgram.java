package org.rft4j.engine.decoder;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.DecodedRow.State;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenHistory;
import org.rft4j.engine.kernels.TokenRules;
import org.rft4j.engine.program.ProgramCall;

/** The native calls of a session: what {@code decoding.py} wants and gives. */
final class DecodeProgram {
    private static final String NAME = "decoding";
    private static final int STRICT_ROWS = 8;
    private static final int TIMES = 4;
    private static final List<State> STATES = List.of(State.RUNNING, State.ENDED, State.BROKEN);

    private final Decoder decoder;
    private final DecodeOptions options;
    private final NDManager manager;
    private final NDArray rowsAtATime;
    private final NDArray noPrefix;
    private final long[] nanoseconds = new long[TIMES];

    DecodeProgram(Decoder decoder, DecodeOptions options, NDManager manager) {
        this.decoder = decoder;
        this.options = options;
        this.manager = manager;
        NDManager host = manager.newSubManager(Device.cpu());
        try (NDArray aliasing = host.create(options.strict() ? (double) STRICT_ROWS : 0.0)) {
            rowsAtATime = NativeScope.leaveToManager(aliasing.duplicate());
        }
        noPrefix = NativeScope.leaveToManager(call("prefill")
                .with("ids", decoder.onDevice(manager.create(new long[] {0})))
                .with("lengths", new long[] {0})
                .run(manager)
                .singletonOrThrow());
    }

    private ProgramCall call(String function) {
        return decoder.callForFewRows(NAME, function, rowsAtATime);
    }

    /** Keys and values of all tokens of each prompt but the last. */
    List<NDArray> prefill(List<long[]> prompts) {
        long[] ids = prompts.stream()
                .flatMapToLong(prompt -> Arrays.stream(prompt, 0, prompt.length - 1))
                .toArray();
        try (NDManager scope = manager.newSubManager()) {
            NDArray flat = decoder.onDevice(scope.create(ids.length == 0 ? new long[] {0} : ids));
            NDList caches = call("prefill")
                    .with("ids", flat)
                    .with(
                            "lengths",
                            prompts.stream()
                                    .mapToLong(prompt -> prompt.length - 1L)
                                    .toArray())
                    .run(manager);
            caches.forEach(NativeScope::leaveToManager);
            return List.copyOf(caches);
        }
    }

    /** Reads tokens that follow what a row has, into its slab. */
    void extend(DecodeRow row, Slab slab, long[] tokens) {
        Prefix shared = row.shared();
        try (NDManager scope = manager.newSubManager()) {
            call("extend")
                    .with("ids", decoder.onDevice(scope.create(tokens)))
                    .with("prefix", shared == null ? null : shared.cache())
                    .with("slab", slab.cache())
                    .with("slot", row.slot())
                    .with("used", row.used())
                    .run(scope);
        }
    }

    /** One native call: rows in the order of their slabs and slots. Returns the steps done. */
    int decode(List<Slab> slabs, long[] counts, List<RowProgress> rows, int steps, int returnAfter) {
        LmHead head = decoder.head();
        NDArray weight = head.weight();
        try (NDManager scope = manager.newSubManager()) {
            NDList results = call("decode")
                    .with("head", weight)
                    .with("head_bias", head.bias())
                    .with("softcap", head.softcap())
                    .with("usable", options.usableTokens())
                    .with("caches", slabs.stream().map(Slab::cache).toList())
                    .with("prefixes", slabs.stream().map(this::prefixCache).toList())
                    .with("counts", counts)
                    .with("pending", longs(rows.stream().mapToLong(r -> r.row().pending()), scope))
                    .with(
                            "positions",
                            longs(rows.stream().mapToLong(r -> r.row().length() - 1L), scope))
                    .with("filters", filters(rows, weight, scope))
                    .with("uniforms", uniforms(rows, steps, scope))
                    .with("limits", longs(rows.stream().mapToLong(RowProgress::remaining), scope))
                    .with("ends", ends(rows, scope))
                    .with("written", longs(rows.stream().mapToLong(r -> r.row().written()), scope))
                    .with("shifts", shifts(rows, weight, scope))
                    .with("past", past(rows, steps, weight, scope))
                    .with("return_after", returnAfter)
                    .with("timed", options.timed())
                    .run(scope);
            return take(results, slabs, counts, rows, steps);
        }
    }

    private int take(NDList results, List<Slab> slabs, long[] counts, List<RowProgress> rows, int steps) {
        long[] tokens = results.get(0).toLongArray();
        float[] logProbs = results.get(1).toFloatArray();
        long[] states = results.get(2).toLongArray();
        long[] order = results.get(3).toLongArray();
        long[] times = results.get(4).toLongArray();
        long[] supportSizes = results.get(5).toLongArray();
        int next = 0;
        for (int s = 0; s < counts.length; s++) {
            for (int slot = 0; slot < counts[s]; slot++) {
                slabs.get(s).put(rows.get((int) order[next++]).row(), slot);
            }
        }
        int done = 0;
        for (int i = 0; i < states.length; i++) {
            State state = STATES.get((int) states[i]);
            int made = rows.get(i).take(tokens, logProbs, supportSizes, i * steps, steps, state);
            done = Math.max(done, state == State.BROKEN ? made + 1 : made);
        }
        for (int i = 0; i < TIMES; i++) {
            nanoseconds[i] += times[i];
        }
        return done;
    }

    DecodeStatistics.Times times() {
        return new DecodeStatistics.Times(seconds(0), seconds(1), seconds(2), seconds(3));
    }

    private double seconds(int part) {
        return nanoseconds[part] / 1e9;
    }

    private NDArray prefixCache(Slab slab) {
        Prefix prefix = slab.prefix();
        return prefix == null ? noPrefix : prefix.cache();
    }

    private NDArray longs(java.util.stream.LongStream values, NDManager scope) {
        return decoder.onDevice(scope.create(values.toArray()));
    }

    private static NDArray filters(List<RowProgress> rows, NDArray beside, NDManager scope) {
        List<SamplingFilter> filters =
                rows.stream().map(row -> row.request().filter()).toList();
        return SamplingFilter.tableFor(filters, rows.size(), beside, scope);
    }

    private NDArray uniforms(List<RowProgress> rows, int steps, NDManager scope) {
        double[] flat = new double[rows.size() * steps];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = rows.get(i / steps).uniform(i % steps);
        }
        return decoder.onDevice(scope.create(flat, new Shape(rows.size(), steps)));
    }

    private NDArray ends(List<RowProgress> rows, NDManager scope) {
        int most = rows.stream()
                .mapToInt(row -> row.request().endIds().size())
                .max()
                .orElse(0);
        int width = Math.max(1, most);
        long[] flat = new long[rows.size() * width];
        Arrays.fill(flat, -1);
        for (int i = 0; i < rows.size(); i++) {
            List<Long> ids = rows.get(i).request().endIds();
            for (int j = 0; j < ids.size(); j++) {
                flat[i * width + j] = ids.get(j);
            }
        }
        return decoder.onDevice(scope.create(flat, new Shape(rows.size(), width)));
    }

    private List<NDArray> shifts(List<RowProgress> rows, NDArray beside, NDManager scope) {
        List<TokenRules> rules = rows.stream().map(row -> row.request().rules()).toList();
        return TokenRules.tableFor(rules, rows.size(), usable(), beside, scope);
    }

    /** What has been seen so far, where a filter looks at it. */
    private List<NDArray> past(List<RowProgress> rows, int steps, NDArray beside, NDManager scope) {
        if (rows.stream().noneMatch(row -> row.request().filter().penalised())) {
            return List.of();
        }
        List<TokenHistory> histories =
                rows.stream().map(row -> row.row().history()).toList();
        return TokenHistory.tableFor(histories, steps, usable(), beside, scope);
    }

    private long usable() {
        return options.usableTokens() == 0 ? decoder.config().vocabulary() : options.usableTokens();
    }
}
