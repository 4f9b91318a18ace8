package org.rft4j.core.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.policy.TokenBatch;
import org.rft4j.engine.Check;

/**
 * All rows of a round with the numbers beside their tokens: what the optimiser steps of the round are made of. Plain host arrays, so that a
 * checkpoint can hold it. The arrays are kept, not copied, and must not be written to.
 *
 * @param ids [rows][tokens]
 * @param trained [rows][tokens], 1 = trained; each row has one
 * @param turnStarts [rows][turns]
 * @param supportSizes [rows][tokens]
 * @param columns [rows][tokens] each; NaN = not known there
 * @param units [rows], rows with the same number stay together in an optimiser step and in a micro-batch
 */
public record TrainingBatch(
        List<long[]> ids,
        List<boolean[]> trained,
        List<int[]> turnStarts,
        List<int[]> supportSizes,
        Map<TokenColumn, float[][]> columns,
        int[] units) {
    /** Copies the lists and checks that everything has a row for each. */
    public TrainingBatch {
        ids = List.copyOf(ids);
        trained = List.copyOf(trained);
        turnStarts = List.copyOf(turnStarts);
        supportSizes = List.copyOf(supportSizes);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        int rows = ids.size();
        Check.that(
                trained.size() == rows
                        && turnStarts.size() == rows
                        && supportSizes.size() == rows
                        && units.length == rows,
                "rows of masks, turns, support sizes and units",
                trained.size() + ", " + turnStarts.size() + ", " + supportSizes.size() + " and " + units.length,
                "must all be the number of sequences " + rows,
                "give one per sequence");
        for (Map.Entry<TokenColumn, float[][]> column : columns.entrySet()) {
            requireFits(column.getKey(), column.getValue(), ids);
        }
    }

    private static void requireFits(TokenColumn column, float[][] values, List<long[]> ids) {
        Check.that(
                values.length == ids.size(),
                "rows of column '" + column.name() + "'",
                values.length,
                "must be the number of sequences " + ids.size(),
                "give one per sequence");
        for (int n = 0; n < values.length; n++) {
            Check.that(
                    values[n].length == ids.get(n).length,
                    "length of row " + n + " of column '" + column.name() + "'",
                    values[n].length,
                    "must be that of its sequence, " + ids.get(n).length,
                    "give one number per token");
        }
    }

    /**
     * How many rows there are.
     *
     * @return their number
     */
    public int rows() {
        return ids.size();
    }

    /**
     * How many tokens of some rows are trained.
     *
     * @param rows which rows
     * @return one count for each
     */
    public int[] trainedTokens(List<Integer> rows) {
        return rows.stream()
                .mapToInt(row -> {
                    int count = 0;
                    for (boolean one : trained.get(row)) {
                        count += one ? 1 : 0;
                    }
                    return count;
                })
                .toArray();
    }

    /**
     * Whether a row is only compared with, see {@link TokenColumn#COMPARED}.
     *
     * @param row which one
     * @return true if it is never trained
     */
    public boolean isCompared(int row) {
        float[][] compared = columns.get(TokenColumn.COMPARED);
        for (int t = 0; compared != null && t < ids.get(row).length; t++) {
            if (trained.get(row)[t]) {
                return compared[row][t] != 0;
            }
        }
        return false;
    }

    /**
     * Some of the rows as a policy scores them.
     *
     * @param rows which rows
     * @return the batch
     */
    public TokenBatch tokens(List<Integer> rows) {
        return TokenBatch.of(
                        rows.stream().map(ids::get).toList(),
                        rows.stream().map(trained::get).toList())
                .withTurns(rows.stream().map(turnStarts::get).toList())
                .withSupportSizes(rows.stream().map(supportSizes::get).toList());
    }

    /**
     * Some of the rows of numbers as a loss sees them.
     *
     * @param values [rows][tokens] of this batch
     * @param rows which rows
     * @param scope owns the result
     * @return [B,T], 0 where a token is not trained or its number is not known
     */
    public NDArray upload(float[][] values, List<Integer> rows, NDManager scope) {
        int columnsOfAll =
                rows.stream().mapToInt(row -> ids.get(row).length).max().orElse(0);
        float[] flat = new float[Math.multiplyExact(rows.size(), columnsOfAll)];
        for (int b = 0; b < rows.size(); b++) {
            boolean[] mask = trained.get(rows.get(b));
            float[] of = values[rows.get(b)];
            for (int t = 0; t < mask.length; t++) {
                flat[b * columnsOfAll + t] = mask[t] && !Float.isNaN(of[t]) ? of[t] : 0;
            }
        }
        return scope.create(flat, new Shape(rows.size(), columnsOfAll));
    }

    /**
     * The same rows with another column.
     *
     * @param column which
     * @param values [rows][tokens]
     * @return a batch with it
     */
    public TrainingBatch with(TokenColumn column, float[][] values) {
        Map<TokenColumn, float[][]> more = new LinkedHashMap<>(columns);
        more.put(column, values);
        return new TrainingBatch(ids, trained, turnStarts, supportSizes, more, units);
    }
}
