package org.rft4j.engine.kernels;

import org.rft4j.engine.Check;

/**
 * How whole-distribution kernels run.
 *
 * @param temperature divides the student's logits
 * @param teacherTemperature divides the teacher's logits
 * @param usableTokens only ids below this have a probability, for student and teacher alike, see {@link ScoreOptions}; 0 = all
 * @param chunkBytes about how much memory one chunk with its temporaries may take
 */
public record DistributionOptions(double temperature, double teacherTemperature, long usableTokens, long chunkBytes) {
    public DistributionOptions {
        requireTemperature("temperature", temperature);
        requireTemperature("teacherTemperature", teacherTemperature);
        Check.that(usableTokens >= 0, "usableTokens", usableTokens, "must be at least 0", "use 0 for all tokens");
        Check.that(
                chunkBytes > 0, "chunkBytes", chunkBytes, "must be positive", "use ScoreOptions.DEFAULT_CHUNK_BYTES");
    }

    /**
     * Both distributions as the models give them.
     *
     * @return the options
     */
    public static DistributionOptions plain() {
        return new DistributionOptions(1, 1, 0, ScoreOptions.DEFAULT_CHUNK_BYTES);
    }

    /**
     * Distributions as {@link TokenScores} see them.
     *
     * @param scores how tokens are scored
     * @return options for the same temperature and tokens, of student and teacher
     */
    public static DistributionOptions like(ScoreOptions scores) {
        Check.that(
                scores.unrestricted(),
                "filters and rules",
                scores.filters() + " and " + scores.rules(),
                "must be one temperature for all tokens where whole distributions are compared",
                "leave top-k, top-p, min-p, penalties, biases and least numbers of tokens out");
        double temperature = scores.filters().get(0).temperature();
        return new DistributionOptions(temperature, temperature, scores.usableTokens(), scores.chunkBytes());
    }

    /** How many tokens of a vocabulary have a probability. */
    long usable(long vocabulary) {
        Check.that(
                usableTokens <= vocabulary,
                "usableTokens",
                usableTokens,
                "must be at most the model's vocabulary size " + vocabulary,
                "pass the tokenizer's vocabulary size, or 0 for all tokens");
        return usableTokens == 0 ? vocabulary : usableTokens;
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
