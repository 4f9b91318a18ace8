package org.rft4j.algorithms.likelihood;

import java.util.Arrays;

/** What the log-probs of a candidate are divided by, in its ranking score and in the loss of the best one. */
public enum RrhfLength {
    /** How many of its own tokens are trained, as the paper has it. */
    OWN {
        @Override
        double[] of(int[] trained, int[] whole, int[] units) {
            return Arrays.stream(trained).mapToDouble(length -> length).toArray();
        }
    },

    /**
     * How many tokens the longest candidate of the unit has, prompt included: what the released code (GanjinZero/RRHF) does, because it overwrites the
     * labels by which it counts. Only to reproduce it.
     */
    PADDED {
        @Override
        double[] of(int[] trained, int[] whole, int[] units) {
            double[] widths = new double[units.length];
            for (int row = 0; row < units.length; row++) {
                for (int other = 0; other < units.length; other++) {
                    if (units[other] == units[row]) {
                        widths[row] = Math.max(widths[row], whole[other]);
                    }
                }
            }
            return widths;
        }
    };

    /** One length for each row. */
    abstract double[] of(int[] trained, int[] whole, int[] units);
}
