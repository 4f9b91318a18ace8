package org.rft4j.core.policy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.Rows;
import org.rft4j.engine.kernels.SeenTokens;

/**
 * The way between tokens [N,T] and the cells in which a head computes them. Cells are the model's own rows where that will
 * do: a token is scored at the place of the token before it. Where a head needs a row per sequence and the model's rows hold
 * several, the hidden states of scored tokens are copied into a rectangle of their own.
 */
final class ScoredPlaces {
    private final TokenBatch batch;
    private final Shape cells;
    private final long[] cellOf;
    private final @Nullable Rows hiddenRows;
    private final Rows tokens;
    private final Device device;
    private final NDManager scope;

    private ScoredPlaces(
            TokenBatch batch, Shape cells, long[] cellOf, @Nullable Rows hiddenRows, Device device, NDManager scope) {
        this.batch = batch;
        this.cells = cells;
        this.cellOf = cellOf;
        this.hiddenRows = hiddenRows;
        this.tokens = Rows.of(cells, batch.shape(), cellOf, scope);
        this.device = device;
        this.scope = scope;
    }

    /** Cells are the places of the model's rows. */
    static ScoredPlaces inPlace(TokenBatch batch, Placement placement, Device device, NDManager scope) {
        long[] cellOf = noCells(batch);
        for (int n = 0; n < batch.sequences(); n++) {
            for (int t = 1; t < batch.length(n); t++) {
                if (batch.isScored(n, t)) {
                    cellOf[n * batch.columns() + t] = placement.placeOf(n, t - 1);
                }
            }
        }
        return new ScoredPlaces(batch, placement.shape(), cellOf, null, device, scope);
    }

    /** Cells are [N,S]: the scored tokens of each sequence side by side. */
    static ScoredPlaces gathered(TokenBatch batch, Placement placement, Device device, NDManager scope) {
        int most = 1;
        for (int n = 0; n < batch.sequences(); n++) {
            most = Math.max(most, batch.scoredTokens(n));
        }
        long[] cellOf = noCells(batch);
        long[] placeOf = new long[batch.sequences() * most];
        Arrays.fill(placeOf, Rows.NONE);
        for (int n = 0; n < batch.sequences(); n++) {
            int cell = n * most;
            for (int t = 1; t < batch.length(n); t++) {
                if (batch.isScored(n, t)) {
                    cellOf[n * batch.columns() + t] = cell;
                    placeOf[cell++] = placement.placeOf(n, t - 1);
                }
            }
        }
        Shape cells = new Shape(batch.sequences(), most);
        Rows hiddenRows = Rows.of(placement.shape(), cells, placeOf, scope);
        return new ScoredPlaces(batch, cells, cellOf, hiddenRows, device, scope);
    }

    /** What a language-model head computes: hidden states, the tokens they predict, where, and on supports of which size. */
    HeadInput headInput(NDArray hidden) {
        long[] ids = new long[(int) cells.size()];
        float[] mask = new float[ids.length];
        long[] sizes = new long[ids.length];
        forEachScored((n, t, cell) -> {
            ids[cell] = batch.id(n, t);
            mask[cell] = 1;
            sizes[cell] = batch.supportSize(n, t);
        });
        boolean known = Arrays.stream(sizes).anyMatch(size -> size != 0);
        return new HeadInput(
                ofCells(hidden),
                upload(scope.create(ids, cells)),
                upload(scope.create(mask, cells)),
                known ? upload(scope.create(sizes, cells)) : null);
    }

    /** The model's hidden states at the cells. */
    NDArray ofCells(NDArray hidden) {
        return hiddenRows == null ? hidden : hiddenRows.gather(hidden, scope);
    }

    /** The tokens before each scored one; the cells must have a row per sequence. */
    SeenTokens seenTokens() {
        long[] text = new long[(int) batch.shape().size()];
        Arrays.fill(text, -1);
        for (int n = 0; n < batch.sequences(); n++) {
            for (int t = 0; t < batch.length(n); t++) {
                text[n * batch.columns() + t] = batch.id(n, t);
            }
        }
        long[] positions = new long[(int) cells.size()];
        long[] begins = new long[positions.length];
        forEachScored((n, t, cell) -> {
            positions[cell] = t;
            begins[cell] = batch.turnStart(n, t);
        });
        return new SeenTokens(
                upload(scope.create(text, batch.shape())),
                upload(scope.create(positions, cells)),
                upload(scope.create(begins, cells)));
    }

    /** The gradient of the model's hidden states from that of the head's. */
    NDArray hiddenGradient(NDArray ofHead) {
        return hiddenRows == null ? ofHead : hiddenRows.scatter(ofHead, scope);
    }

    /** [N,T] from cells; 0 at tokens that are not scored. */
    NDArray toTokens(NDArray ofCells) {
        return tokens.gather(ofCells, scope);
    }

    /** Cells from [N,T]; what stands at tokens that are not scored is not looked at. */
    NDArray toCells(NDArray ofTokens, String name) {
        Shapes.require(ofTokens, name + " [N,T]", batch.sequences(), batch.columns());
        Shapes.requireType(ofTokens, name, DataType.FLOAT32);
        Check.that(
                ofTokens.getDevice().equals(device),
                "device of " + name,
                ofTokens.getDevice(),
                "must be that of the hidden states, " + device,
                "move it there with toDevice");
        return tokens.scatter(ofTokens, scope);
    }

    /** As {@link #toCells}; refuses what is not finite at a scored token. */
    NDArray toFiniteCells(NDArray ofTokens, String name) {
        NDArray ofCells = toCells(ofTokens, name);
        try (NDArray zeros = ofCells.mul(0); // NaN where a number is not finite
                NDArray sum = zeros.sum()) {
            Check.that(
                    sum.getFloat() == 0,
                    name,
                    "NaN or infinite at a scored token",
                    "must be finite",
                    "find the step that made it");
        }
        return ofCells;
    }

    private NDArray upload(NDArray array) {
        return array.toDevice(device, false);
    }

    private void forEachScored(Visitor visitor) {
        for (int n = 0; n < batch.sequences(); n++) {
            for (int t = 1; t < batch.length(n); t++) {
                long cell = cellOf[n * batch.columns() + t];
                if (cell != Rows.NONE) {
                    visitor.visit(n, t, (int) cell);
                }
            }
        }
    }

    private static long[] noCells(TokenBatch batch) {
        long[] cellOf = new long[(int) batch.shape().size()];
        Arrays.fill(cellOf, Rows.NONE);
        return cellOf;
    }

    /** What to do with a scored token and its cell. */
    @FunctionalInterface
    private interface Visitor {
        void visit(int sequence, int token, int cell);
    }
}
