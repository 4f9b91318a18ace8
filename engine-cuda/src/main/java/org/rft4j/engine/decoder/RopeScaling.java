package org.rft4j.engine.decoder;

import java.util.List;
import org.rft4j.engine.Check;

/**
 * How rotary frequencies are changed so that a model reads texts longer than those it was first trained on. The formulas are
 * those of transformers; angles per position are computed in double precision and rounded once.
 *
 * <p>Dynamic and long scaling depend on a length. It is the length that the model is set up for
 * ({@link DecoderConfig#contextLength}), never the longest text that happens to be in a batch: a token's log-prob must not
 * depend on its neighbours, and a sampler must rotate as the scorer does.
 */
public sealed interface RopeScaling {
    /**
     * The angles by which one position turns each pair of numbers.
     *
     * @param theta base of the frequencies
     * @param width how many numbers of a head are rotated
     * @param contextLength the length that the model is set up for
     * @return width / 2 frequencies
     */
    float[] frequencies(double theta, int width, int contextLength);

    /**
     * What cosines and sines are multiplied by.
     *
     * @return the factor, 1 for most
     */
    default double attentionFactor() {
        return 1;
    }

    /** No scaling. */
    record None() implements RopeScaling {
        @Override
        public float[] frequencies(double theta, int width, int contextLength) {
            return map(theta, width, (frequency, i) -> frequency);
        }
    }

    /**
     * Positions are divided by a factor.
     *
     * @param factor how many times longer texts may be
     */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            requireFactor(factor);
        }

        @Override
        public float[] frequencies(double theta, int width, int contextLength) {
            return map(theta, width, (frequency, i) -> frequency / factor);
        }
    }

    /**
     * The base grows with the length ("dynamic NTK").
     *
     * @param factor how fast it grows
     * @param originalLength the length up to which nothing changes
     */
    record Dynamic(double factor, int originalLength) implements RopeScaling {
        public Dynamic {
            requireFactor(factor);
            requireLength(originalLength);
        }

        @Override
        public float[] frequencies(double theta, int width, int contextLength) {
            double length = Math.max(contextLength, originalLength);
            double stretch = factor * length / originalLength - (factor - 1);
            double base = theta * Math.pow(stretch, width / (width - 2.0));
            return map(base, width, (frequency, i) -> frequency);
        }
    }

    /**
     * Slow frequencies are divided, fast ones stay, those between are blended: Llama 3.1 and later.
     *
     * @param factor by how much slow frequencies are divided
     * @param lowFrequencyFactor original length over the wavelength above which a frequency is slow
     * @param highFrequencyFactor original length over the wavelength below which it is fast
     * @param originalLength the length of the first training
     */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalLength)
            implements RopeScaling {
        public Llama3 {
            requireFactor(factor);
            requireLength(originalLength);
            Check.that(
                    lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor,
                    "lowFrequencyFactor and highFrequencyFactor",
                    lowFrequencyFactor + " and " + highFrequencyFactor,
                    "must be positive and the second larger",
                    "Llama 3.1 has 1 and 4");
        }

        @Override
        public float[] frequencies(double theta, int width, int contextLength) {
            return map(theta, width, (frequency, i) -> {
                double turns = originalLength * frequency / (2 * Math.PI);
                double fast = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
                double share = Math.min(1, Math.max(0, fast));
                return (1 - share) * frequency / factor + share * frequency;
            });
        }
    }

    /**
     * As {@link Llama3} with a ramp over the frequencies' numbers ("YaRN").
     *
     * @param factor by how much slow frequencies are divided
     * @param originalLength the length of the first training
     * @param fastTurns turns over the original length above which a frequency stays
     * @param slowTurns turns below which it is divided
     * @param roundRamp whether the ramp starts and ends at whole numbers
     * @param attentionFactor what cosines and sines are multiplied by
     */
    record Yarn(
            double factor,
            int originalLength,
            double fastTurns,
            double slowTurns,
            boolean roundRamp,
            double attentionFactor)
            implements RopeScaling {
        private static final double WIDEN = 0.001;

        public Yarn {
            requireFactor(factor);
            requireLength(originalLength);
            requireAttentionFactor(attentionFactor);
            Check.that(
                    slowTurns > 0 && fastTurns > slowTurns,
                    "slowTurns and fastTurns",
                    slowTurns + " and " + fastTurns,
                    "must be positive and the second larger",
                    "use 1 and 32");
        }

        @Override
        public float[] frequencies(double theta, int width, int contextLength) {
            double low = numberAt(fastTurns, theta, width);
            double high = numberAt(slowTurns, theta, width);
            double first = Math.max(roundRamp ? Math.floor(low) : low, 0);
            double end = Math.min(roundRamp ? Math.ceil(high) : high, width - 1);
            double last = first == end ? end + WIDEN : end;
            return map(theta, width, (frequency, i) -> {
                double slow = Math.min(1, Math.max(0, (i - first) / (last - first)));
                return frequency / factor * slow + frequency * (1 - slow);
            });
        }

        /** The (broken) number of the frequency that turns so often over the original length. */
        private double numberAt(double turns, double theta, int width) {
            return width * Math.log(originalLength / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /**
     * A divisor per frequency, one list for short texts and one for long ones: Phi-3.
     *
     * @param shortFactors divisors while the context length is at most the original one
     * @param longFactors divisors beyond it
     * @param originalLength the length of the first training
     * @param attentionFactor what cosines and sines are multiplied by
     */
    record LongRope(List<Double> shortFactors, List<Double> longFactors, int originalLength, double attentionFactor)
            implements RopeScaling {
        public LongRope {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
            requireLength(originalLength);
            requireAttentionFactor(attentionFactor);
        }

        @Override
        public float[] frequencies(double theta, int width, int contextLength) {
            List<Double> factors = contextLength > originalLength ? longFactors : shortFactors;
            Check.that(
                    factors.size() == width / 2,
                    "number of long-rope factors",
                    factors.size(),
                    "must be half the rotated width, " + width / 2,
                    "check rope_scaling in config.json");
            return map(theta, width, (frequency, i) -> frequency / factors.get(i));
        }
    }

    /** A frequency as a function of the unscaled one and its number. */
    @FunctionalInterface
    interface Change {
        /**
         * Scales one frequency.
         *
         * @param frequency unscaled
         * @param number counted from 0
         * @return scaled
         */
        double apply(double frequency, int number);
    }

    private static float[] map(double theta, int width, Change change) {
        float[] frequencies = new float[width / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) change.apply(Math.pow(theta, -2.0 * i / width), i);
        }
        return frequencies;
    }

    private static void requireFactor(double factor) {
        Check.that(
                factor >= 1 && Double.isFinite(factor),
                "factor of a rope scaling",
                factor,
                "must be finite and at least 1",
                "use RopeScaling.None for no scaling");
    }

    private static void requireLength(int originalLength) {
        Check.that(
                originalLength > 0,
                "originalLength of a rope scaling",
                originalLength,
                "must be positive",
                "it is the length of the first training");
    }

    private static void requireAttentionFactor(double factor) {
        Check.that(
                factor > 0 && Double.isFinite(factor),
                "attentionFactor",
                factor,
                "must be finite and positive",
                "use 1 for none");
    }
}
