package org.rft4j.core.model;

import java.util.HashSet;
import java.util.Set;
import org.rft4j.engine.Check;
import org.rft4j.engine.program.Precision;

/**
 * How a model is loaded.
 *
 * @param precision the format of the weights in memory; the processor is at home in fp32, GPUs in bf16
 * @param contextLength the longest text that the model will meet, 0 = what its configuration says. Matters for models whose
 *     rotary positions depend on it (dynamic and long scaling), which otherwise start with their original length
 * @param ignored options of {@code config.json} that rft4j does not know and the caller is sure of
 */
public record LoadOptions(Precision precision, int contextLength, Set<String> ignored) {
    /** Weights in fp32, the configuration's own length, no option ignored. */
    public static final LoadOptions DEFAULT = new LoadOptions(Precision.FP32, 0, Set.of());

    public LoadOptions {
        ignored = Set.copyOf(ignored);
        Check.that(
                contextLength >= 0,
                "contextLength",
                contextLength,
                "must be at least 0",
                "use 0 for what the configuration says");
    }

    /**
     * The same with another format of the weights.
     *
     * @param format fp32 or bf16
     * @return changed options
     */
    public LoadOptions in(Precision format) {
        return new LoadOptions(format, contextLength, ignored);
    }

    /**
     * The same for texts of another length.
     *
     * @param length the longest text that the model will meet
     * @return changed options
     */
    public LoadOptions withContextLength(int length) {
        return new LoadOptions(precision, length, ignored);
    }

    /**
     * The same with further options passed over that rft4j does not know.
     *
     * @param options names in {@code config.json}, at any depth
     * @return changed options
     */
    public LoadOptions ignoring(String... options) {
        Set<String> all = new HashSet<>(ignored);
        all.addAll(Set.of(options));
        return new LoadOptions(precision, contextLength, all);
    }
}
