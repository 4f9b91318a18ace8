package org.rft4j.engine.decoder;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.TokenIds;

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
    private final Decoder decoder;
    private final DecodeOptions options;
    private final Set<DecodeRow> rows = new LinkedHashSet<>();

    private DecodeSession(Decoder decoder, DecodeOptions options) {
        this.decoder = decoder;
        this.options = options;
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
        return new DecodeSession(decoder, options);
    }

    /**
     * Reads prompts.
     *
     * @param prompts tokens, at least one each; a prompt that many rows continue is given once
     * @return a prefix per prompt, in their order
     */
    public List<Prefix> prefill(List<long[]> prompts) {
        List<Prefix> prefixes = new ArrayList<>();
        for (long[] prompt : prompts) {
            requireText(prompt, "prompt");
            decoder.requireLength(prompt.length, "cut the prompt");
            prefixes.add(new Prefix(prompt.clone()));
        }
        return prefixes;
    }

    /**
     * Begins a row. The prefix stays for others.
     *
     * @param prefix what it continues
     * @return the row
     */
    public DecodeRow admit(Prefix prefix) {
        Check.that(!prefix.isReleased(), "prefix", "released", "must be one that is held", "read the prompt again");
        Check.that(
                rows.size() < options.maxRows(),
                "number of rows",
                rows.size() + 1,
                "must be at most maxRows " + options.maxRows(),
                "release a row first");
        DecodeRow row = new DecodeRow(prefix.tokens());
        rows.add(row);
        return row;
    }

    /**
     * Begins the last row of a prefix, and releases the prefix. A prefix that no other row uses becomes the row's own.
     *
     * @param prefix what it continues
     * @return the row
     */
    public DecodeRow take(Prefix prefix) {
        DecodeRow row = admit(prefix);
        release(prefix);
        return row;
    }

    /**
     * Gives up a prefix: no further rows begin with it. Those that have begun go on. Does nothing to one that is released.
     *
     * @param prefix a prefix of this session
     */
    public void release(Prefix prefix) {
        prefix.release();
    }

    /**
     * Gives up a row and frees its memory. Does nothing to one that is released.
     *
     * @param row a row of this session
     */
    public void release(DecodeRow row) {
        rows.remove(row);
    }

    /**
     * Appends given tokens to a row's text, which reads nothing but them: what an environment answers in between.
     *
     * @param row a row of this session
     * @param tokens at least one
     */
    public void extend(DecodeRow row, long[] tokens) {
        requireHeld(row);
        requireText(tokens, "tokens to append");
        decoder.requireLength(row.length() + tokens.length, "append fewer tokens");
        row.append(tokens);
    }

    /**
     * Continues rows by as many tokens as they have uniforms, in one native call. A row stops after an end id, at unusable logits, and
     * when its uniforms are used up.
     *
     * @param request which rows, and how
     * @return what each row got, in their order
     */
    public List<DecodedRow> decode(DecodeRequest request) {
        request.rows().forEach(row -> {
            requireHeld(row.row());
            decoder.requireLength(row.row().length() + row.uniforms().length, "ask for fewer tokens");
        });
        List<long[]> tokens = new ArrayList<>();
        List<float[]> logProbs = new ArrayList<>();
        for (DecodeRequest.Row row : request.rows()) {
            generate(row, tokens, logProbs);
        }
        int[] stops = tokens.stream().mapToInt(made -> made.length).sorted().toArray();
        int steps = stops[Math.min(request.returnAfterStopped(), stops.length) - 1];
        List<DecodedRow> decoded = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            DecodeRequest.Row row = request.rows().get(i);
            long[] made = Arrays.copyOf(tokens.get(i), Math.min(steps, tokens.get(i).length));
            boolean ended = row.endIds().contains(made[made.length - 1]);
            row.row().append(made);
            decoded.add(new DecodedRow(
                    row.row(),
                    made,
                    Arrays.copyOf(logProbs.get(i), made.length),
                    ended ? DecodedRow.State.ENDED : DecodedRow.State.RUNNING));
        }
        return decoded;
    }

    private void generate(DecodeRequest.Row row, List<long[]> tokens, List<float[]> logProbs) {
        long[] text = row.row().tokens();
        Generator.Request request = new Generator.Request(
                TokenIds.of(text),
                new long[] {text.length},
                List.of(row.filter()),
                new double[][] {row.uniforms()},
                row.endIds(),
                options.usableTokens());
        try (NDManager scope = decoder.head().weight().getManager().newSubManager()) {
            Generator.Continuation made = Generator.generate(decoder, request, scope);
            long[] ids = made.tokens().toLongArray();
            int count = (int) Arrays.stream(ids).takeWhile(id -> id >= 0).count();
            tokens.add(Arrays.copyOf(ids, count));
            logProbs.add(Arrays.copyOf(made.logProbs().toFloatArray(), count));
        }
    }

    /**
     * What it holds and has done.
     *
     * @return the numbers of this moment
     */
    public DecodeStatistics statistics() {
        long tokens = rows.stream().mapToLong(DecodeRow::length).sum();
        AttentionConfig attention = decoder.config().attention();
        long bytes = 2L * Float.BYTES * decoder.config().layers() * attention.keyWidth();
        return new DecodeStatistics(tokens, 0, bytes, 0, DecodeStatistics.Times.NONE);
    }

    private void requireHeld(DecodeRow row) {
        Check.that(rows.contains(row), "row", "released", "must be one that is held", "admit it first");
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
        rows.clear();
    }
}
