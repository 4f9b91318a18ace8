package org.rft4j.algorithms.unpaired;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.rft4j.core.loss.LossInput;
import org.rft4j.engine.Check;

/** Which rows of a micro-batch belong together, as arrays: B rows. */
final class Units {
    private final LossInput input;

    private final int[] units;

    private final int[] sizes;

    Units(LossInput input) {
        this.input = input;
        this.units = input.units();
        this.sizes = sizes(units);
    }

    /** How many rows the unit of each row has. */
    static int[] sizes(int[] units) {
        int[] sizes = new int[units.length];
        for (int row = 0; row < units.length; row++) {
            for (int other : units) {
                sizes[row] += other == units[row] ? 1 : 0;
            }
        }
        return sizes;
    }

    /** Refuses units of another size, and such whose rows do not follow one another. */
    static void requireSize(int[] units, int size, String objective) {
        boolean fits = units.length % size == 0;
        for (int row = 0; fits && row < units.length; row++) {
            boolean begins = row % size == 0;
            fits = begins ? row == 0 || units[row] != units[row - 1] : units[row] == units[row - 1];
        }
        Check.that(
                fits,
                "units of rows of " + objective,
                java.util.Arrays.toString(units),
                "must be of " + size + " rows each, which follow one another",
                "arrange a chosen and a rejected answer in each unit");
    }

    /** [B] how many rows the unit of each row has. */
    NDArray sizes() {
        float[] values = new float[sizes.length];
        for (int row = 0; row < values.length; row++) {
            values[row] = sizes[row];
        }
        return array(values, new Shape(values.length));
    }

    /** [B] sums over the unit of each row. */
    NDArray sums(NDArray perRow) {
        float[] same = new float[units.length * units.length];
        for (int row = 0; row < units.length; row++) {
            for (int other = 0; other < units.length; other++) {
                same[row * units.length + other] = units[row] == units[other] ? 1 : 0;
            }
        }
        return array(same, new Shape(units.length, units.length)).matMul(perRow);
    }

    /**
     * All pairs of rows of the same unit.
     *
     * @param differences [P,B], applied to numbers of rows it gives those of the earlier row less those of the later one
     * @param shares [P], what a pair counts in the mean over its unit's pairs
     */
    record Pairs(NDArray differences, NDArray shares) {
        /** [P] numbers of the earlier rows less those of the later ones. */
        NDArray of(NDArray perRow) {
            return differences.matMul(perRow);
        }
    }

    /** All pairs; units of a single row have none. */
    Pairs pairs() {
        List<int[]> pairs = new ArrayList<>();
        for (int row = 0; row < units.length; row++) {
            for (int other = row + 1; other < units.length; other++) {
                if (units[row] == units[other]) {
                    pairs.add(new int[] {row, other});
                }
            }
        }
        int count = Math.max(1, pairs.size()); // an array without a row cannot be made
        float[] differences = new float[count * units.length];
        float[] shares = new float[count];
        for (int p = 0; p < pairs.size(); p++) {
            int[] pair = pairs.get(p);
            differences[p * units.length + pair[0]] = 1;
            differences[p * units.length + pair[1]] = -1;
            shares[p] = 2f / (sizes[pair[0]] * (sizes[pair[0]] - 1f));
        }
        return new Pairs(array(differences, new Shape(count, units.length)), array(shares, new Shape(count)));
    }

    private NDArray array(float[] values, Shape shape) {
        NDArray mask = input.mask();
        return mask.getManager().create(values, shape).toType(mask.getDataType(), false);
    }
}
