package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.program.TensorProgram;

/** Checks of tensor contents: one reduction each, so that native code never meets what it would crash on. */
final class TensorChecks {
    private TensorChecks() {}

    /** Native code indexes memory with ids; none outside [lowest, vocabulary) may reach it. */
    static void requireIds(String name, NDArray ids, @Nullable NDArray mask, long lowest, long vocabulary) {
        for (long id : range(ids, mask)) {
            if (id < lowest || id >= vocabulary) {
                throw new InvalidInputException(
                        name,
                        id,
                        "must be " + (lowest == 0 ? "at least 0 and " : "") + "below the vocabulary size " + vocabulary,
                        "check that tokenizer and model belong together, and mask out padding");
            }
        }
    }

    static void requireSizes(NDArray sizes, @Nullable NDArray mask, long usable) {
        for (long size : range(sizes, mask)) {
            Check.that(
                    size >= 0 && size <= usable,
                    "support size",
                    size,
                    "must be at least 0 and at most the number of usable tokens " + usable,
                    "score among the tokens that the sampler drew from");
        }
    }

    /** The smallest and the largest of the numbers that are looked at. */
    private static long[] range(NDArray numbers, @Nullable NDArray mask) {
        NDList range = TensorProgram.named("chunks")
                .call("id_range")
                .with("ids", numbers)
                .with("mask", mask)
                .run(numbers.getManager());
        try (range) {
            return range.singletonOrThrow().toLongArray();
        }
    }

    static void requireDistinct(NDArray ids, @Nullable NDArray mask) {
        long duplicates = count(TensorProgram.named("chunks")
                .call("count_duplicates")
                .with("x", ids)
                .with("mask", mask)
                .run(ids.getManager()));
        if (duplicates > 0) {
            throw new InvalidInputException(
                    "ids",
                    duplicates + " repeated token(s)",
                    "must be distinct within a position",
                    "pass the teacher's best tokens, each once");
        }
    }

    static void requireFinite(String name, NDArray array) {
        long problems = countNonFinite(array);
        if (problems > 0) {
            throw new InvalidInputException(
                    name, problems + " NaN or infinite value(s)", "must be finite", "find the step that made them");
        }
    }

    static long countNonFinite(NDArray array) {
        return count(TensorProgram.named("chunks")
                .call("count_non_finite")
                .with("x", array)
                .run(array.getManager()));
    }

    private static long count(NDList result) {
        try (result) {
            return result.singletonOrThrow().getLong();
        }
    }
}
