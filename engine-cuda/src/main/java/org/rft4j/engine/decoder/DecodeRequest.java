package org.rft4j.engine.decoder;

import java.util.List;
import org.rft4j.engine.Check;
import org.rft4j.engine.kernels.SamplingFilter;
import org.rft4j.engine.kernels.TokenRules;

/**
 * Rows to be continued, and how far.
 *
 * @param rows each row at most once
 * @param returnAfterStopped return as soon as so many of them have stopped, so that others can take their places; at least 1, and as
 *     many as there are rows to wait for all
 */
public record DecodeRequest(List<Row> rows, int returnAfterStopped) {
    public DecodeRequest {
        rows = List.copyOf(rows);
        Check.that(!rows.isEmpty(), "rows to continue", "none", "must be at least one", "skip empty batches");
        Check.that(
                returnAfterStopped >= 1,
                "returnAfterStopped",
                returnAfterStopped,
                "must be at least 1",
                "use the number of rows to wait for all of them");
        Check.that(
                rows.stream().map(Row::row).distinct().count() == rows.size(),
                "rows to continue",
                "one of them twice",
                "must be different rows",
                "draw its tokens one after the other");
    }

    /**
     * A request that returns when all rows have stopped.
     *
     * @param rows each row at most once
     * @return the request
     */
    public static DecodeRequest untilAllStop(List<Row> rows) {
        return new DecodeRequest(rows, Math.max(1, rows.size()));
    }

    /**
     * A row to be continued.
     *
     * @param row which
     * @param filter what is done to the model's distribution
     * @param rules what is done to the logits of single tokens
     * @param uniforms numbers in [0,1), one for each token that it may get
     * @param endIds tokens that end the row
     */
    public record Row(DecodeRow row, SamplingFilter filter, TokenRules rules, double[] uniforms, List<Long> endIds) {
        public Row {
            uniforms = uniforms.clone();
            endIds = List.copyOf(endIds);
            Check.that(uniforms.length > 0, "uniforms", "0 numbers", "must be at least 1", "draw one per new token");
            for (double u : uniforms) {
                Check.that(u >= 0 && u < 1, "uniform", u, "must be at least 0 and below 1", "draw it from a generator");
            }
        }

        /**
         * A row without rules for single tokens.
         *
         * @param row which
         * @param filter what is done to the model's distribution
         * @param uniforms numbers in [0,1), one for each token that it may get
         * @param endIds tokens that end the row
         */
        public Row(DecodeRow row, SamplingFilter filter, double[] uniforms, List<Long> endIds) {
            this(row, filter, TokenRules.NONE, uniforms, endIds);
        }

        @Override
        public double[] uniforms() {
            return uniforms.clone();
        }
    }
}
