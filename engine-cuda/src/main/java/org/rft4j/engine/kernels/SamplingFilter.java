package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.rft4j.engine.Check;

/**
 * What a sampler does to the model's distribution, beside the {@link TokenRules}. In the order of application, which is that of
 * transformers for what it has and that of vLLM for the penalties: repetition penalty, presence and frequency penalty,
 * temperature, top-k, top-p (of what top-k left), min-p. Ties at a boundary are kept, so a support may hold a few tokens more than
 * top-k says; the best token is always kept, so a support is never empty.
 *
 * @param temperature divides the logits; 0 = greedy, whose log-probs are those of temperature 1 unfiltered
 * @param topK keeps the k best tokens, 0 = off
 * @param topP keeps the best tokens that together hold this probability, 1 = off
 * @param minP keeps tokens with at least this share of the best token's probability, 0 = off
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens in the prompt or generated before, 1 = off
 * @param presencePenalty taken from the logits of tokens generated before, 0 = off
 * @param frequencyPenalty taken from the logits of tokens as often as they were generated before, 0 = off
 */
public record SamplingFilter(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty) {
    /** The model's own distribution. */
    public static final SamplingFilter NONE = new SamplingFilter(1, 0, 1, 0, 1);

    private static final int COLUMNS = 7;

    public SamplingFilter {
        Check.that(
                temperature == 0 || (temperature >= 1e-3 && temperature <= 1e3),
                "temperature",
                temperature,
                "must be 0 (greedy) or between 0.001 and 1000",
                "use 1 for the model's own distribution");
        Check.that(topK >= 0, "topK", topK, "must be at least 0", "use 0 to switch it off");
        Check.that(topP > 0 && topP <= 1, "topP", topP, "must be above 0 and at most 1", "use 1 to switch it off");
        Check.that(minP >= 0 && minP <= 1, "minP", minP, "must be between 0 and 1", "use 0 to switch it off");
        Check.that(
                repetitionPenalty >= 1e-2 && repetitionPenalty <= 1e2,
                "repetitionPenalty",
                repetitionPenalty,
                "must be between 0.01 and 100",
                "use 1 to switch it off");
        requirePenalty("presencePenalty", presencePenalty);
        requirePenalty("frequencyPenalty", frequencyPenalty);
    }

    /**
     * A filter without presence and frequency penalty.
     *
     * @param temperature divides the logits; 0 = greedy
     * @param topK keeps the k best tokens, 0 = off
     * @param topP keeps the best tokens that together hold this probability, 1 = off
     * @param minP keeps tokens with at least this share of the best token's probability, 0 = off
     * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen before, 1 = off
     */
    public SamplingFilter(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
        this(temperature, topK, topP, minP, repetitionPenalty, 0, 0);
    }

    private static void requirePenalty(String name, double penalty) {
        Check.that(
                penalty >= -100 && penalty <= 100,
                name,
                penalty,
                "must be between -100 and 100",
                "use 0 to switch it off; OpenAI allows -2 to 2");
    }

    /**
     * Only a temperature.
     *
     * @param temperature divides the logits
     * @return the filter
     */
    public static SamplingFilter temperature(double temperature) {
        return new SamplingFilter(temperature, 0, 1, 0, 1);
    }

    /**
     * The same with penalties on what the model has generated.
     *
     * @param presence taken from the logits of tokens generated before
     * @param frequency taken from them as often as they were generated
     * @return the filter
     */
    public SamplingFilter withPenalties(double presence, double frequency) {
        return new SamplingFilter(temperature, topK, topP, minP, repetitionPenalty, presence, frequency);
    }

    /**
     * Whether the tokens seen so far change the distribution.
     *
     * @return true if there is a penalty
     */
    public boolean penalised() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }

    /**
     * Whether the support is the whole vocabulary and only a temperature applies.
     *
     * @return true if no token is filtered or penalised
     */
    public boolean keepsWholeVocabulary() {
        return topK == 0 && topP == 1 && minP == 0 && !penalised();
    }

    /**
     * The filters as the programs read them.
     *
     * @param filters one for all rows or one per row
     * @param rows number of rows
     * @param beside the table goes to this array's device
     * @param scope owns the result
     * @return [N,7]: temperature, top-k, top-p, min-p, repetition, presence and frequency penalty
     */
    public static NDArray tableFor(List<SamplingFilter> filters, int rows, NDArray beside, NDManager scope) {
        Check.that(
                filters.size() == 1 || filters.size() == rows,
                "number of filters",
                filters.size(),
                "must be 1 or the number of rows " + rows,
                "pass one filter for all rows or one per row");
        float[] table = new float[rows * COLUMNS];
        for (int i = 0; i < rows; i++) {
            SamplingFilter f = filters.get(filters.size() == 1 ? 0 : i);
            table[i * COLUMNS] = (float) f.temperature;
            table[i * COLUMNS + 1] = f.topK;
            table[i * COLUMNS + 2] = (float) f.topP;
            table[i * COLUMNS + 3] = (float) f.minP;
            table[i * COLUMNS + 4] = (float) f.repetitionPenalty;
            table[i * COLUMNS + 5] = (float) f.presencePenalty;
            table[i * COLUMNS + 6] = (float) f.frequencyPenalty;
        }
        return scope.create(table, new Shape(rows, COLUMNS)).toDevice(beside.getDevice(), false);
    }
}
