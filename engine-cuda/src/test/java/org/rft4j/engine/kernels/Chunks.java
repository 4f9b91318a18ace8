package org.rft4j.engine.kernels;

/** Memory budgets that force chunks of a certain number of rows. */
enum Chunks {
    ONE_ROW(1),
    THREE_ROWS(3),
    ALL_ROWS(1000);

    private final int rows;

    Chunks(int rows) {
        this.rows = rows;
    }

    ScoreOptions in(ScoreOptions options, int vocabulary) {
        ScoreOptions result = options.withChunkBytes(rows * options.rowBytes(vocabulary));
        if (result.chunkRows(vocabulary) != rows) {
            throw new IllegalStateException("the rule for the rows of a chunk has changed: change it here too");
        }
        return result;
    }

    DistributionOptions in(DistributionOptions options, int vocabulary) {
        DistributionOptions result = new DistributionOptions(
                options.temperature(),
                options.teacherTemperature(),
                options.usableTokens(),
                6L * Float.BYTES * rows * vocabulary);
        if (result.chunkRows(vocabulary) != rows) {
            throw new IllegalStateException("the rule for the rows of a chunk has changed: change it here too");
        }
        return result;
    }
}
