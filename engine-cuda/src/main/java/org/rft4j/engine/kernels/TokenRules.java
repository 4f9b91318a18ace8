package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rft4j.engine.Check;

/**
 * What a sampler does to the logits of single tokens, before everything that a {@link SamplingFilter} does: transformers and vLLM
 * have the same order.
 *
 * @param bias added to the logits of these tokens
 * @param minNewTokens while fewer tokens have been generated, none of {@code endIds} may be
 * @param endIds tokens that end a text; those beyond the usable tokens cannot be drawn anyway, and do not count
 */
public record TokenRules(Map<Long, Double> bias, long minNewTokens, List<Long> endIds) {
    /** No rules. */
    public static final TokenRules NONE = new TokenRules(Map.of(), 0, List.of());

    /** A bias holds for a whole text. */
    private static final long ALWAYS = Long.MAX_VALUE;

    /** Copies map and list, and checks the numbers. */
    public TokenRules {
        bias = Collections.unmodifiableMap(new TreeMap<>(bias));
        endIds = List.copyOf(endIds);
        bias.forEach((id, value) -> Check.that(
                Double.isFinite(value) && Math.abs(value) <= 1000,
                "bias of token " + id,
                value,
                "must be finite and between -1000 and 1000",
                "-100 all but forbids a token, 100 all but forces it"));
        bias.keySet().forEach(id -> requireToken("token of a bias", id));
        endIds.forEach(id -> requireToken("end token", id));
        Check.that(minNewTokens >= 0, "minNewTokens", minNewTokens, "must be at least 0", "use 0 for no minimum");
    }

    /**
     * Whether nothing is changed.
     *
     * @return true if there is no bias, and no end token that is ever forbidden
     */
    public boolean changesNothing() {
        return bias.isEmpty() && !forbidsEnds();
    }

    /** Whether the distribution depends on how many tokens have been generated. */
    boolean forbidsEnds() {
        return minNewTokens > 0 && !endIds.isEmpty();
    }

    private static void requireToken(String name, long id) {
        Check.that(id >= 0, name, id, "must be at least 0", "pass a token id");
    }

    private void requireBiasesBelow(long usable) {
        bias.keySet()
                .forEach(id -> Check.that(
                        id < usable,
                        "token of a bias",
                        id,
                        "must be below the number of usable tokens " + usable,
                        "check that tokenizer and model belong together"));
    }

    /**
     * The rules as the programs read them.
     *
     * @param rules one for all rows or one per row
     * @param rows number of rows N
     * @param usable the number of tokens that logits are computed of; a bias may name no other
     * @param beside the tables go to this array's device
     * @param scope owns the result
     * @return ids, values and until [N,K], or nothing if no rule changes anything
     */
    public static List<NDArray> tableFor(
            List<TokenRules> rules, int rows, long usable, NDArray beside, NDManager scope) {
        Check.that(
                rules.size() == 1 || rules.size() == rows,
                "number of token rules",
                rules.size(),
                "must be 1 or the number of rows " + rows,
                "pass one for all rows or one per row");
        rules.forEach(each -> each.requireBiasesBelow(usable));
        List<List<Shift>> shifts =
                rules.stream().map(each -> each.shifts(usable)).toList();
        int width = shifts.stream().mapToInt(List::size).max().orElse(0);
        if (width == 0) {
            return List.of();
        }
        long[] ids = new long[rows * width];
        float[] values = new float[ids.length];
        long[] until = new long[ids.length];
        for (int n = 0; n < rows; n++) {
            List<Shift> row = shifts.get(shifts.size() == 1 ? 0 : n);
            for (int k = 0; k < row.size(); k++) {
                ids[n * width + k] = row.get(k).id;
                values[n * width + k] = row.get(k).value;
                until[n * width + k] = row.get(k).until;
            }
        }
        Shape shape = new Shape(rows, width);
        return List.of(
                scope.create(ids, shape).toDevice(beside.getDevice(), false),
                scope.create(values, shape).toDevice(beside.getDevice(), false),
                scope.create(until, shape).toDevice(beside.getDevice(), false));
    }

    private List<Shift> shifts(long usable) {
        List<Shift> shifts = new ArrayList<>();
        bias.forEach((id, value) -> shifts.add(new Shift(id, value.floatValue(), ALWAYS)));
        if (forbidsEnds()) {
            endIds.stream()
                    .filter(id -> id < usable)
                    .distinct()
                    .forEach(id -> shifts.add(new Shift(id, Float.NEGATIVE_INFINITY, minNewTokens)));
        }
        return shifts;
    }

    /** What is added to a token's logit while fewer than so many have been generated. */
    private record Shift(long id, float value, long until) {}
}
