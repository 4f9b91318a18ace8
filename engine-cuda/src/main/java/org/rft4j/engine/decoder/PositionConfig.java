package org.rft4j.engine.decoder;

import java.util.List;
import org.rft4j.engine.Check;

/** How a decoder knows where a token stands. */
public sealed interface PositionConfig {
    /** The number in {@link Rotary#kindOfLayer} that stands for no positions at all. */
    int NO_POSITIONS = -1;

    /**
     * A learned vector per position is added to the embedding: GPT-2.
     *
     * @param count positions there are
     */
    record Learned(int count) implements PositionConfig {
        public Learned {
            Check.that(count > 0, "number of learned positions", count, "must be positive", "GPT-2 has 1024");
        }
    }

    /**
     * Queries and keys are turned by angles that grow with the position.
     *
     * @param kinds the different frequencies of the model; most have one
     * @param kindOfLayer for each layer the index of its kind, or {@link #NO_POSITIONS}
     */
    record Rotary(List<Kind> kinds, List<Integer> kindOfLayer) implements PositionConfig {
        public Rotary {
            kinds = List.copyOf(kinds);
            kindOfLayer = List.copyOf(kindOfLayer);
            int count = kinds.size();
            for (int kind : kindOfLayer) {
                Check.that(
                        kind >= NO_POSITIONS && kind < count,
                        "rotary kind of a layer",
                        kind,
                        "must be at least -1 and below the number of kinds " + count,
                        "list the kind, or use NO_POSITIONS");
            }
        }
    }

    /**
     * One set of rotary frequencies.
     *
     * @param theta base of the frequencies
     * @param width how many numbers of each head are turned, even
     * @param scaling for texts longer than those of the first training
     */
    record Kind(double theta, int width, RopeScaling scaling) {
        public Kind {
            Check.that(theta > 1 && Double.isFinite(theta), "theta", theta, "must be finite and above 1", "use 10000");
            Check.that(
                    width > 0 && width % 2 == 0,
                    "rotated width",
                    width,
                    "must be positive and even",
                    "rotary positions turn pairs");
        }
    }

    /**
     * The same frequencies in all layers, not scaled.
     *
     * @param theta base of the frequencies
     * @param width rotated width, usually the head's
     * @param layers number of layers
     * @return the positions
     */
    static Rotary rotary(double theta, int width, int layers) {
        return new Rotary(
                List.of(new Kind(theta, width, new RopeScaling.None())), java.util.Collections.nCopies(layers, 0));
    }
}
