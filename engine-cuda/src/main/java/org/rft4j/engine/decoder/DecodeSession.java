package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;

/**
 * Writes many texts at once with a key-value cache: rows come and go while others are written. A prompt is read once, however many
 * rows continue it. The weights are used where they stand; a session knows nothing of changes to them, so close it before a step
 * of training. One thread at a time.
 *
 * <pre>{@code
 * try (DecodeSession session = DecodeSession.open(decoder, DecodeOptions.ofRows(8))) {
 *     Prefix prompt = session.prefill(List.of(ids)).get(0);
 *     DecodeRow row = session.take(prompt);
 *     DecodedRow made = session.decode(DecodeRequest.untilAllStop(
 *             List.of(new DecodeRequest.Row(row, SamplingFilter.NONE, uniforms, endIds)))).get(0);
 *     session.release(row);
 * }
 * }</pre>
 */
public final class DecodeSession implements AutoCloseable {
    /** Other widths were seen to round differently in other company. */
    private static final int STRICT_WIDTH_UNIT = 4;

    private final Decoder decoder;
    private final DecodeOptions options;
    private final NDManager manager;
    private final DecodeProgram program;
    private final Slabs slabs;
    private final Set<Prefix> prefixes = new LinkedHashSet<>();
    private final Set<DecodeRow> rows = new LinkedHashSet<>();
    private long steps;
    private boolean usable = true;

    private DecodeSession(Decoder decoder, DecodeOptions options, NDManager manager) {
        this.decoder = decoder;
        this.options = options;
        this.manager = manager;
        this.program = new DecodeProgram(decoder, options, manager);
        this.slabs = new Slabs(decoder, manager);
    }

    /**
     * Opens a session.
     *
     * @param decoder the model, with a head
     * @param options how the session works
     * @return a session that holds nothing yet
     */
    public static DecodeSession open(Decoder decoder, DecodeOptions options) {
        decoder.head();
        int vocabulary = decoder.config().vocabulary();
        Check.that(
                options.usableTokens() <= vocabulary,
                "usableTokens",
                options.usableTokens(),
                "must be at least 0 and at most the model's vocabulary size " + vocabulary,
                "pass the tokenizer's vocabulary size, or 0 to draw from all");
        Check.that(
                !options.strict() || decoder.config().width() % STRICT_WIDTH_UNIT == 0,
                "width of the model",
                decoder.config().width(),
                "must be a multiple of " + STRICT_WIDTH_UNIT + " for a strict session",
                "use a session that is not strict");
        decoder.releaseSpareMemory(); // the cache needs it more
        NDManager manager = decoder.newManagerBeside();
        try {
            return new DecodeSession(decoder, options, manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Reads prompts, each by itself: how a prompt is read depends on no other.
     *
     * @param prompts tokens, at least one each; a prompt that many rows continue is given once
     * @return a prefix per prompt, in their order
     */
    public List<Prefix> prefill(List<long[]> prompts) {
        requireUsable();
        for (long[] prompt : prompts) {
            requireText(prompt, "prompt");
            decoder.requireLength(prompt.length, "cut the prompt");
        }
        if (prompts.isEmpty()) {
            return List.of();
        }
        List<NDArray> caches = program.prefill(prompts);
        List<Prefix> made = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            made.add(new Prefix(prompts.get(i).clone(), caches.get(i)));
        }
        prefixes.addAll(made);
        return made;
    }

    /**
     * Begins a row. The prefix stays for others, which share its memory.
     *
     * @param prefix what it continues
     * @return the row
     */
    public DecodeRow admit(Prefix prefix) {
        requireAdmissible(prefix);
        DecodeRow row = prefix.cached() == 0 ? DecodeRow.copying(prefix) : DecodeRow.sharing(prefix);
        rows.add(row);
        return row;
    }

    /**
     * Begins the last row of a prefix, and releases the prefix. A prefix that no other row has used becomes the row's own, which is
     * a little faster.
     *
     * @param prefix what it continues
     * @return the row
     */
    public DecodeRow take(Prefix prefix) {
        requireAdmissible(prefix);
        DecodeRow row = prefix.isShared() ? DecodeRow.sharing(prefix) : DecodeRow.copying(prefix);
        rows.add(row);
        release(prefix);
        return row;
    }

    /**
     * Gives up a prefix: no further rows begin with it. Those that have begun go on. Does nothing to one that is released.
     *
     * @param prefix a prefix of this session
     */
    public void release(Prefix prefix) {
        if (prefixes.contains(prefix) && !prefix.isReleased()) {
            prefix.release();
        }
        prefixes.removeIf(held -> !held.isHeld());
    }

    /**
     * Gives up a row and frees its memory. Does nothing to one that is released.
     *
     * @param row a row of this session
     */
    public void release(DecodeRow row) {
        if (rows.remove(row)) {
            row.leave();
            slabs.tidy();
            prefixes.removeIf(held -> !held.isHeld());
        }
    }

    /**
     * Appends given tokens to a row's text, which reads nothing but them: what an environment answers in between. What is written
     * after that is a turn of its own, in which presence and frequency penalties and the least number of new tokens count anew.
     *
     * @param row a row of this session
     * @param tokens at least one
     */
    public void extend(DecodeRow row, long[] tokens) {
        requireUsable();
        requireHeld(row);
        requireText(tokens, "tokens to append");
        decoder.requireLength(row.length() + tokens.length, "append fewer tokens");
        slabs.make(Map.of(row, placesFor(row, tokens.length)));
        long[] unread = new long[tokens.length];
        unread[0] = row.pending();
        System.arraycopy(tokens, 0, unread, 1, tokens.length - 1);
        program.extend(row, Objects.requireNonNull(row.slab()), unread);
        row.append(tokens, tokens.length);
        row.beginTurn();
    }

    /**
     * Continues rows by as many tokens as they have uniforms, a block of tokens per native call. A row stops after an end id, at
     * unusable logits, and when its uniforms are used up.
     *
     * @param request which rows, and how
     * @return what each row got, in their order
     */
    public List<DecodedRow> decode(DecodeRequest request) {
        requireUsable();
        for (DecodeRequest.Row row : request.rows()) {
            requireHeld(row.row());
            decoder.requireLength(row.row().length() + row.uniforms().length, "ask for fewer tokens");
        }
        Map<DecodeRow, RowProgress> all = new LinkedHashMap<>();
        request.rows().forEach(row -> all.put(row.row(), new RowProgress(row)));
        int wanted = Math.min(request.returnAfterStopped(), all.size());
        usable = false; // until it has come back: a call that fails may have moved rows
        long stopped = 0;
        while (stopped < wanted) {
            decodeBlock(all, wanted - (int) stopped);
            stopped = all.values().stream().filter(RowProgress::stopped).count();
        }
        usable = true;
        return request.rows().stream()
                .map(row -> Objects.requireNonNull(all.get(row.row())).result())
                .toList();
    }

    private void decodeBlock(Map<DecodeRow, RowProgress> all, int returnAfter) {
        Map<DecodeRow, Integer> places = new LinkedHashMap<>();
        int most = stepsAtOnce(all);
        all.forEach((row, progress) -> {
            if (!progress.stopped()) {
                places.put(row, placesFor(row, Math.min(most, progress.remaining())));
            }
        });
        slabs.make(places);
        long[] counts = slabs.bringForward(places.keySet());
        List<Slab> used = new ArrayList<>();
        List<RowProgress> ordered = new ArrayList<>();
        for (int s = 0; s < counts.length; s++) {
            Slab slab = slabs.all().get(s);
            if (counts[s] > 0) {
                used.add(slab);
                slab.rows().subList(0, (int) counts[s]).forEach(row -> ordered.add(all.get(row)));
            }
        }
        long[] usedCounts = Arrays.stream(counts).filter(count -> count > 0).toArray();
        steps += program.decode(used, usedCounts, ordered, most, returnAfter);
    }

    /** At most a block, so that caches grow block by block. Strict rows change their places exactly at the borders of blocks. */
    private int stepsAtOnce(Map<DecodeRow, RowProgress> all) {
        int block = options.blockTokens();
        int most = 0;
        int toBorder = block;
        for (RowProgress progress : all.values()) {
            if (!progress.stopped()) {
                most = Math.max(most, progress.remaining());
                toBorder = Math.min(toBorder, block - progress.row().used() % block);
            }
        }
        return Math.min(most, options.strict() ? toBorder : block);
    }

    private int placesFor(DecodeRow row, int more) {
        int block = options.blockTokens();
        return (row.used() + more + block - 1) / block * block;
    }

    /**
     * What it holds and has done.
     *
     * @return the numbers of this moment
     */
    public DecodeStatistics statistics() {
        AttentionConfig attention = decoder.config().attention();
        NDArray weight = decoder.head().weight();
        long number = Shapes.typeOf(weight) == DataType.BFLOAT16 ? 2 : Float.BYTES;
        long perToken = 2L * decoder.config().layers() * attention.keyWidth() * number;
        long tokens = prefixes.stream().mapToLong(Prefix::cached).sum();
        long held = tokens;
        for (DecodeRow row : rows) {
            tokens += row.slab() == null ? 0 : row.used();
        }
        for (Slab slab : slabs.all()) {
            held += (long) slab.slots() * slab.places();
        }
        return new DecodeStatistics(tokens, held * perToken, perToken, steps, program.times());
    }

    private void requireUsable() {
        Check.that(usable, "session", "closed, or left by a call that failed", "must be open", "open another one");
    }

    private void requireAdmissible(Prefix prefix) {
        requireUsable();
        Check.that(
                prefixes.contains(prefix) && !prefix.isReleased(),
                "prefix",
                "released",
                "must be one that this session holds",
                "read the prompt again");
        Check.that(
                rows.size() < options.maxRows(),
                "number of rows",
                rows.size() + 1,
                "must be at most maxRows " + options.maxRows(),
                "release a row first");
    }

    private void requireHeld(DecodeRow row) {
        Check.that(rows.contains(row), "row", "released", "must be one that this session holds", "admit it first");
    }

    private void requireText(long[] tokens, String what) {
        Check.that(tokens.length > 0, what, "empty", "must have at least one token", "begin with the start token");
        int vocabulary = decoder.config().vocabulary();
        for (int i = 0; i < tokens.length; i++) {
            Check.that(
                    tokens[i] >= 0 && tokens[i] < vocabulary,
                    "token " + i + " of the " + what,
                    tokens[i],
                    "must be at least 0 and below the vocabulary size " + vocabulary,
                    "check that tokenizer and model belong together");
        }
    }

    /** Frees everything that the session holds. */
    @Override
    public void close() {
        usable = false;
        rows.clear();
        prefixes.clear();
        manager.close();
    }
}
