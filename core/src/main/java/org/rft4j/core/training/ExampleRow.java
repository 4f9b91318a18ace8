package org.rft4j.core.training;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.Check;

/**
 * A sequence of an example. The arrays are kept, not copied, and must not be written to.
 *
 * <p>What a whole sequence has one number of, such as its reward, stands beside each of its tokens, see {@link #withNumber}.
 *
 * @param ids its tokens
 * @param trained which of them are trained, the first never: nothing predicts it
 * @param unit rows of a round with the same number stay together in an optimiser step and in a micro-batch, such as the two answers of a
 *     preference. If one of them has no trained token, all are left out
 * @param columns numbers beside the tokens; all rows of a round have the same ones
 */
public record ExampleRow(long[] ids, boolean[] trained, int unit, Map<TokenColumn, float[]> columns) {
    /** Copies the map and checks that everything fits the tokens. */
    public ExampleRow {
        Check.that(
                trained.length == ids.length,
                "mask of a row of an example",
                trained.length + " tokens",
                "must have the tokens of its sequence, " + ids.length,
                "say of each token whether it is trained");
        Check.that(
                unit >= 0, "unit of a row of an example", unit, "must be at least 0", "number a round's units from 0");
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /**
     * Whether there is something to learn from it.
     *
     * @return true if a token is trained
     */
    public boolean hasTrained() {
        for (boolean one : trained) {
            if (one) {
                return true;
            }
        }
        return false;
    }

    /**
     * The same with a number of the whole sequence.
     *
     * @param column what it is
     * @param number the number
     * @return a row with it beside each token
     */
    public ExampleRow withNumber(TokenColumn column, double number) {
        float[] beside = new float[ids.length];
        Arrays.fill(beside, (float) number);
        return with(column, beside);
    }

    /**
     * The same with numbers of its tokens.
     *
     * @param column what they are
     * @param beside one number for each token
     * @return a row with them
     */
    public ExampleRow with(TokenColumn column, float[] beside) {
        Map<TokenColumn, float[]> more = new LinkedHashMap<>(columns);
        more.put(column, beside);
        return new ExampleRow(ids, trained, unit, more);
    }
}
