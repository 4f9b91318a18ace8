package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.engine.Check;

/**
 * What a row has seen: which tokens, and how often it has generated each of them. For penalties, and for the least number of new
 * tokens. Not to be used by two threads at once.
 */
public final class TokenHistory {
    private final Map<Long, Integer> times = new LinkedHashMap<>();
    private long written;

    private TokenHistory() {}

    /**
     * The history of a row that has generated nothing yet.
     *
     * @param prompt what comes before
     * @return the history
     */
    public static TokenHistory of(long... prompt) {
        TokenHistory history = new TokenHistory();
        for (long id : prompt) {
            history.times.putIfAbsent(id, 0);
        }
        return history;
    }

    /**
     * Adds tokens that the row has generated.
     *
     * @param generated the tokens
     */
    public void add(long... generated) {
        for (long id : generated) {
            times.merge(id, 1, Integer::sum);
        }
        written += generated.length;
    }

    /**
     * How many tokens the row has generated.
     *
     * @return their number
     */
    public long written() {
        return written;
    }

    /**
     * How many tokens rows have generated, as the programs read it.
     *
     * @param histories one per row
     * @param beside the result goes to this array's device
     * @param scope owns the result
     * @return [N] int64
     */
    public static NDArray written(List<TokenHistory> histories, NDArray beside, NDManager scope) {
        long[] counts = histories.stream().mapToLong(TokenHistory::written).toArray();
        return scope.create(counts).toDevice(beside.getDevice(), false);
    }

    /**
     * Histories as the programs read them: needed where a filter has a penalty.
     *
     * @param histories one per row
     * @param room how many tokens will be generated before the next call
     * @param vocabulary the number of tokens that logits are computed of; others, which cannot be generated, are left out
     * @param beside the tables go to this array's device
     * @param scope owns the result, which the program changes
     * @return ids [N,S], -1 = no token, and times [N,S]
     */
    public static List<NDArray> tableFor(
            List<TokenHistory> histories, int room, long vocabulary, NDArray beside, NDManager scope) {
        Check.that(room >= 0, "room", room, "must be at least 0", "count the tokens of a call");
        int width = room
                + histories.stream()
                        .mapToInt(history -> history.times.size())
                        .max()
                        .orElse(0);
        long[] ids = new long[histories.size() * width];
        float[] times = new float[ids.length];
        Arrays.fill(ids, -1);
        for (int n = 0; n < histories.size(); n++) {
            int place = n * width;
            for (Map.Entry<Long, Integer> seen : histories.get(n).times.entrySet()) {
                if (seen.getKey() >= 0 && seen.getKey() < vocabulary) {
                    ids[place] = seen.getKey();
                    times[place++] = seen.getValue();
                }
            }
        }
        Shape shape = new Shape(histories.size(), width);
        return List.of(
                scope.create(ids, shape).toDevice(beside.getDevice(), false),
                scope.create(times, shape).toDevice(beside.getDevice(), false));
    }
}
