package org.rft4j.engine.kernels;

import org.rft4j.engine.Check;

/**
 * How whole-distribution kernels run.
 *
 * @param temperature divides the student's logits
 * @param teacherTemperature divides the teacher's logits
 * @param chunkBytes about how much memory one chunk with its temporaries may take
 */
public record DistributionOptions(double temperature, double teacherTemperature, long chunkBytes) {
    public DistributionOptions {
        requireTemperature("temperature", temperature);
        requireTemperature("teacherTemperature", teacherTemperature);
        Check.that(
                chunkBytes > 0, "chunkBytes", chunkBytes, "must be positive", "use ScoreOptions.DEFAULT_CHUNK_BYTES");
    }

    /**
     * Both distributions as the models give them.
     *
     * @return the options
     */
    public static DistributionOptions plain() {
        return new DistributionOptions(1, 1, ScoreOptions.DEFAULT_CHUNK_BYTES);
    }

    /** Rows of a chunk: student and teacher logits and about four temporaries of the same size are alive at once. */
    long chunkRows(long vocabulary) {
        return Math.max(1, chunkBytes / (6 * Float.BYTES * vocabulary));
    }

    private static void requireTemperature(String name, double value) {
        Check.that(
                value >= 1e-3 && value <= 1e3,
                name,
                value,
                "must be between 0.001 and 1000",
                "use 1 for the model's own distribution");
    }
}
