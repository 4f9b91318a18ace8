package org.rft4j.algorithms.correction;

/** What becomes of a ratio outside its bounds. */
public enum OutOfBounds {
    /** It is brought to the bound: bias for less variance. */
    TRUNCATED {
        @Override
        double apply(double ratio, double low, double high) {
            return Math.min(high, Math.max(low, ratio));
        }
    },

    /** It becomes 0: what lies so far off teaches nothing. */
    MASKED {
        @Override
        double apply(double ratio, double low, double high) {
            return ratio >= low && ratio <= high ? ratio : 0;
        }
    };

    abstract double apply(double ratio, double low, double high);
}
