package org.rft4j.algorithms.correction;

/** Over how many tokens a ratio between trainer and sampler is taken. */
public enum RatioOver {
    /** Each token has its own. TRL's {@code token_truncate} and {@code token_mask}; TIS; IcePop. */
    TOKEN {
        @Override
        double[] of(double[] logRatios) {
            return logRatios;
        }
    },

    /**
     * Those of a sequence share the geometric mean, whose size does not depend on length. OpenRLHF's {@code seq-mask-tis} masks by it too, but
     * leaves each token its own ratio.
     */
    SEQUENCE_MEAN {
        @Override
        double[] of(double[] logRatios) {
            return filled(logRatios.length, sum(logRatios) / logRatios.length);
        }
    },

    /**
     * Those of a sequence share the product: exact, but it vanishes or explodes with length. TRL's {@code sequence_truncate} and
     * {@code sequence_mask}.
     */
    SEQUENCE_PRODUCT {
        @Override
        double[] of(double[] logRatios) {
            return filled(logRatios.length, sum(logRatios));
        }
    };

    /** Log-ratios that act, from those of the trained tokens of a sequence, of which there is at least one. */
    abstract double[] of(double[] logRatios);

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    private static double[] filled(int length, double value) {
        double[] filled = new double[length];
        java.util.Arrays.fill(filled, value);
        return filled;
    }
}
