package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.trajectory.Trajectory;
import org.rft4j.core.trajectory.Turn;
import org.rft4j.engine.Check;

/**
 * Texts as token ids, and which of their tokens are scored. Whoever computes with scores sees [N,T] arrays: a row per
 * sequence, column t for its token t, 0 at tokens that are not scored and after the end, whatever layout the model saw.
 *
 * <p>A sampler's presence and frequency penalties and its least number of new tokens count from where it began to write a turn: what
 * it was given, earlier turns included, is prompt. A batch of trajectories knows their turns; any other takes each run of scored
 * tokens for a turn, unless {@link #withTurns} says better.
 *
 * <p>A batch may also know among how many tokens each was drawn, see {@link #withSupportSizes}.
 */
public final class TokenBatch {
    private final List<long[]> ids;
    private final List<boolean[]> scored;
    private final List<int[]> turnStarts;
    private final List<int[]> supportSizes;
    private final int columns;

    private TokenBatch(List<long[]> ids, List<boolean[]> scored, List<int[]> turnStarts, List<int[]> supportSizes) {
        this.ids = ids;
        this.scored = scored;
        this.turnStarts = turnStarts;
        this.supportSizes = supportSizes;
        this.columns = ids.stream().mapToInt(sequence -> sequence.length).max().orElse(0);
    }

    /**
     * A batch.
     *
     * @param ids the tokens of each sequence
     * @param scored for each of them whether it is scored; the first token of a sequence never can be
     * @return the batch, which keeps copies
     */
    public static TokenBatch of(List<long[]> ids, List<boolean[]> scored) {
        Check.that(!ids.isEmpty(), "token batch", "empty", "must hold a sequence", "skip empty batches");
        Check.that(
                scored.size() == ids.size(),
                "number of masks",
                scored.size(),
                "must be the number of sequences " + ids.size(),
                "say of each token whether it is scored");
        for (int n = 0; n < ids.size(); n++) {
            Check.that(ids.get(n).length > 0, "sequence " + n, "empty", "must hold a token", "leave it out");
            Check.that(
                    scored.get(n).length == ids.get(n).length,
                    "length of mask " + n,
                    scored.get(n).length,
                    "must be that of sequence " + n + ", " + ids.get(n).length,
                    "say of each token whether it is scored");
            Check.that(
                    !scored.get(n)[0],
                    "mask of the first token of sequence " + n,
                    1,
                    "must be 0, nothing comes before it that could predict it",
                    "begin texts with a prompt or a token that marks the beginning");
        }
        return new TokenBatch(
                ids.stream().map(long[]::clone).toList(),
                scored.stream().map(boolean[]::clone).toList(),
                scored.stream().map(TokenBatch::runs).toList(),
                ids.stream().map(sequence -> new int[sequence.length]).toList());
    }

    /**
     * A batch of prompts and what followed them, which is scored.
     *
     * @param prompts the tokens of each prompt
     * @param responses the tokens of each response
     * @return the batch
     */
    public static TokenBatch ofResponses(List<long[]> prompts, List<long[]> responses) {
        Check.that(
                prompts.size() == responses.size(),
                "number of responses",
                responses.size(),
                "must be the number of prompts " + prompts.size(),
                "repeat the prompt for each of its responses");
        List<long[]> ids = new ArrayList<>();
        List<boolean[]> scored = new ArrayList<>();
        for (int n = 0; n < prompts.size(); n++) {
            int start = prompts.get(n).length;
            long[] sequence = java.util.Arrays.copyOf(prompts.get(n), start + responses.get(n).length);
            System.arraycopy(responses.get(n), 0, sequence, start, responses.get(n).length);
            boolean[] mask = new boolean[sequence.length];
            java.util.Arrays.fill(mask, start, mask.length, true);
            ids.add(sequence);
            scored.add(mask);
        }
        return of(ids, scored);
    }

    /**
     * A batch of what a policy did: its trained tokens are scored, and it knows the turns and the sizes of supports.
     *
     * @param trajectories at least one
     * @return the batch
     */
    public static TokenBatch ofTrajectories(List<Trajectory> trajectories) {
        return of(
                        trajectories.stream().map(one -> one.trace().ids()).toList(),
                        trajectories.stream().map(one -> one.trace().trained()).toList())
                .withTurns(trajectories.stream()
                        .map(one ->
                                one.turns().stream().mapToInt(Turn::firstToken).toArray())
                        .toList())
                .withSupportSizes(trajectories.stream()
                        .map(one -> one.trace().supportSizes())
                        .toList());
    }

    /**
     * The same with turns that the mask does not show, such as two that follow one another.
     *
     * @param starts for each sequence where its turns begin, in order; a scored token is part of the last turn that begins at or
     *     before it
     * @return a batch with these turns
     */
    public TokenBatch withTurns(List<int[]> starts) {
        Check.that(
                starts.size() == ids.size(),
                "number of lists of turns",
                starts.size(),
                "must be the number of sequences " + ids.size(),
                "say of each sequence where its turns begin");
        List<int[]> of = new ArrayList<>();
        for (int n = 0; n < ids.size(); n++) {
            of.add(turnOfEach(n, starts.get(n), scored.get(n)));
        }
        return new TokenBatch(ids, scored, of, supportSizes);
    }

    /**
     * The same, scored on supports of the sizes that a sampler had. Where filters leave tokens out, the support of a token of size
     * n is itself and the n - 1 best others, whatever the filters would leave now: rounding moves no token across a boundary.
     *
     * @param sizes for each sequence among how many tokens each of its tokens was drawn, 0 = not known: the filters decide
     * @return a batch with these sizes
     */
    public TokenBatch withSupportSizes(List<int[]> sizes) {
        Check.that(
                sizes.size() == ids.size(),
                "number of lists of support sizes",
                sizes.size(),
                "must be the number of sequences " + ids.size(),
                "give one per sequence");
        for (int n = 0; n < ids.size(); n++) {
            Check.that(
                    sizes.get(n).length == ids.get(n).length,
                    "number of support sizes of sequence " + n,
                    sizes.get(n).length,
                    "must be that of its tokens, " + ids.get(n).length,
                    "give one per token, 0 where none is known");
        }
        return new TokenBatch(
                ids, scored, turnStarts, sizes.stream().map(int[]::clone).toList());
    }

    private static int[] turnOfEach(int sequence, int[] starts, boolean[] scored) {
        int[] turns = new int[scored.length];
        int begun = 0;
        for (int t = 0; t < scored.length; t++) {
            while (begun < starts.length && starts[begun] <= t) {
                begun++;
            }
            Check.that(
                    !scored[t] || begun > 0,
                    "first turn of sequence " + sequence,
                    starts.length == 0 ? "none" : starts[0],
                    "must begin at or before the first scored token, " + t,
                    "name the start of every turn");
            turns[t] = begun == 0 ? 0 : starts[begun - 1];
        }
        return turns;
    }

    private static int[] runs(boolean[] scored) {
        int[] starts = new int[scored.length];
        for (int t = 1; t < scored.length; t++) {
            starts[t] = scored[t] && scored[t - 1] ? starts[t - 1] : t;
        }
        return starts;
    }

    /**
     * Where the turn of a token begins.
     *
     * @param sequence which sequence
     * @param token which of its scored tokens
     * @return the place of the first token that was generated in the same turn
     */
    public int turnStart(int sequence, int token) {
        return turnStarts.get(sequence)[token];
    }

    /**
     * Among how many tokens a token was drawn.
     *
     * @param sequence which sequence
     * @param token which of its tokens
     * @return the size of its support, 0 = not known
     */
    public int supportSize(int sequence, int token) {
        return supportSizes.get(sequence)[token];
    }

    /**
     * The number of sequences.
     *
     * @return N
     */
    public int sequences() {
        return ids.size();
    }

    /**
     * The length of the longest sequence.
     *
     * @return T
     */
    public int columns() {
        return columns;
    }

    /**
     * The length of a sequence.
     *
     * @param sequence which one
     * @return its number of tokens
     */
    public int length(int sequence) {
        return ids.get(sequence).length;
    }

    /**
     * The lengths of all sequences, for {@link MicroBatches#plan}.
     *
     * @return their numbers of tokens
     */
    public int[] lengths() {
        return ids.stream().mapToInt(sequence -> sequence.length).toArray();
    }

    /**
     * A token.
     *
     * @param sequence which sequence
     * @param token which of its tokens
     * @return its id
     */
    public long id(int sequence, int token) {
        return ids.get(sequence)[token];
    }

    /**
     * Whether a token is scored.
     *
     * @param sequence which sequence
     * @param token which of its tokens
     * @return true if its log-prob is computed
     */
    public boolean isScored(int sequence, int token) {
        return scored.get(sequence)[token];
    }

    /**
     * How many tokens are scored.
     *
     * @return their number in all sequences
     */
    public int scoredTokens() {
        int count = 0;
        for (int n = 0; n < scored.size(); n++) {
            count += scoredTokens(n);
        }
        return count;
    }

    /** How many tokens of a sequence are scored. */
    int scoredTokens(int sequence) {
        int count = 0;
        for (boolean one : scored.get(sequence)) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /**
     * Some of the sequences, in the given order. The longest of them sets T.
     *
     * @param sequences their numbers
     * @return a batch of these
     */
    public TokenBatch select(List<Integer> sequences) {
        Check.that(!sequences.isEmpty(), "selection", "empty", "must name a sequence", "skip empty batches");
        for (int number : sequences) {
            Check.that(
                    number >= 0 && number < ids.size(),
                    "sequence number",
                    number,
                    "must be at least 0 and below the number of sequences " + ids.size(),
                    "plan micro-batches from this batch's lengths()");
        }
        return new TokenBatch(
                sequences.stream().map(ids::get).toList(),
                sequences.stream().map(scored::get).toList(),
                sequences.stream().map(turnStarts::get).toList(),
                sequences.stream().map(supportSizes::get).toList());
    }

    /**
     * The mask as losses need it.
     *
     * @param scope owns the result
     * @return [N,T] fp32, 1 = this token is scored
     */
    public NDArray mask(NDManager scope) {
        float[] mask = new float[Math.multiplyExact(sequences(), columns)];
        for (int n = 0; n < sequences(); n++) {
            for (int t = 0; t < length(n); t++) {
                mask[n * columns + t] = isScored(n, t) ? 1 : 0;
            }
        }
        return scope.create(mask, shape());
    }

    Shape shape() {
        return new Shape(sequences(), columns);
    }
}
