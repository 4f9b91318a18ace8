package org.rft4j.core.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.rft4j.engine.Check;

/** How sequences lie in the rows that the model sees. Scores do not depend on it, but for rounding. */
public sealed interface BatchLayout {
    /**
     * Arranges sequences.
     *
     * @param batch the sequences
     * @return where each of them lies
     */
    Placement place(TokenBatch batch);

    /** One sequence a row, filled up at the end: the fastest where lengths are alike. */
    record RightPadded() implements BatchLayout {
        @Override
        public Placement place(TokenBatch batch) {
            return Placement.onePerRow(batch, new int[batch.sequences()]);
        }
    }

    /** One sequence a row, filled up at the beginning. */
    record LeftPadded() implements BatchLayout {
        @Override
        public Placement place(TokenBatch batch) {
            return Placement.onePerRow(
                    batch,
                    IntStream.range(0, batch.sequences())
                            .map(n -> batch.columns() - batch.length(n))
                            .toArray());
        }
    }

    /**
     * Several sequences behind one another in a row, the longest first, each in the first row that has room for it.
     *
     * @param rowLength the most tokens of a row
     */
    record Packed(int rowLength) implements BatchLayout {
        public Packed {
            Check.that(rowLength > 0, "rowLength", rowLength, "must be positive", "2048 is usual");
        }

        @Override
        public Placement place(TokenBatch batch) {
            Check.that(
                    batch.columns() <= rowLength,
                    "length of the longest sequence",
                    batch.columns(),
                    "must be at most the length of a packed row " + rowLength,
                    "pack into longer rows, or cut the sequence");
            int[] rows = new int[batch.sequences()];
            int[] starts = new int[batch.sequences()];
            List<Integer> filled = new ArrayList<>();
            List<Integer> longestFirst = IntStream.range(0, batch.sequences())
                    .boxed()
                    .sorted(Comparator.comparing(batch::length).reversed())
                    .toList();
            for (int n : longestFirst) {
                int row = 0;
                while (row < filled.size() && filled.get(row) + batch.length(n) > rowLength) {
                    row++;
                }
                if (row == filled.size()) {
                    filled.add(0);
                }
                rows[n] = row;
                starts[n] = filled.get(row);
                filled.set(row, filled.get(row) + batch.length(n));
            }
            int columns = filled.stream().mapToInt(length -> length).max().orElseThrow();
            return Placement.packed(filled.size(), columns, rows, starts);
        }
    }

    /**
     * One sequence a row, filled up at the end.
     *
     * @return the layout
     */
    static BatchLayout rightPadded() {
        return new RightPadded();
    }

    /**
     * One sequence a row, filled up at the beginning.
     *
     * @return the layout
     */
    static BatchLayout leftPadded() {
        return new LeftPadded();
    }

    /**
     * Several sequences a row.
     *
     * @param rowLength the most tokens of a row
     * @return the layout
     */
    static BatchLayout packed(int rowLength) {
        return new Packed(rowLength);
    }
}
