package org.rft4j.engine.decoder;

import java.util.List;
import java.util.Objects;
import org.rft4j.engine.Check;

/**
 * The attention of a decoder's layers.
 *
 * @param heads query heads N
 * @param keyValueHeads key and value heads M, a divisor of the query heads
 * @param headWidth width of a head D
 * @param scale what scores are multiplied by, usually 1 / sqrt(D)
 * @param softcap cap c of scores, c tanh(score / c); 0 = none
 * @param layout how the matrices of query, key and value are stored
 * @param inputBias whether query, key and value have a bias
 * @param outputBias whether the output has one
 * @param norm which norm queries and keys pass
 * @param windows for each layer how many tokens back it sees, itself included; 0 = all
 */
public record AttentionConfig(
        int heads,
        int keyValueHeads,
        int headWidth,
        double scale,
        double softcap,
        Layout layout,
        boolean inputBias,
        boolean outputBias,
        QueryKeyNorm norm,
        List<Integer> windows) {
    /** How the matrices of query, key and value are stored. */
    public enum Layout {
        /** Three matrices. */
        SEPARATE,
        /** One matrix: all queries, all keys, all values. */
        FUSED,
        /** One matrix: query, key and value of the first head, of the second, and so on. */
        FUSED_BY_HEAD
    }

    /** Which norm queries and keys pass before they are turned. */
    public enum QueryKeyNorm {
        /** None. */
        NONE,
        /** Each head by itself, all with the same weights [D]. */
        PER_HEAD,
        /** All heads together, with weights [N*D] and [M*D]. */
        WHOLE
    }

    public AttentionConfig {
        Check.that(
                windows.stream().allMatch(Objects::nonNull),
                "attention windows",
                windows,
                "must hold a number for each layer",
                "use 0 for no window");
        windows = List.copyOf(windows);
        Check.that(heads > 0, "heads", heads, "must be positive", "read it from the model's configuration");
        Check.that(
                keyValueHeads > 0 && heads % keyValueHeads == 0,
                "keyValueHeads",
                keyValueHeads,
                "must be positive and divide the number of heads " + heads,
                "read it from the model's configuration");
        Check.that(headWidth > 0, "headWidth", headWidth, "must be positive", "it is usually width / heads");
        Check.that(
                (heads + 2L * keyValueHeads) * headWidth <= Integer.MAX_VALUE,
                "heads, keyValueHeads and headWidth",
                heads + ", " + keyValueHeads + " and " + headWidth,
                "must give queries, keys and values of at most 2^31 - 1 numbers together",
                "read them from the model's configuration");
        Check.that(
                scale > 0 && Double.isFinite(scale), "scale", scale, "must be finite and positive", "use 1 / sqrt(D)");
        Check.that(
                softcap >= 0 && Double.isFinite(softcap),
                "attention softcap",
                softcap,
                "must be finite and at least 0",
                "use 0 for none");
        Check.that(
                layout != Layout.FUSED_BY_HEAD || heads == keyValueHeads,
                "keyValueHeads",
                keyValueHeads,
                "must be the number of heads " + heads + " where projections are fused by head",
                "use the layout FUSED");
        for (int window : windows) {
            Check.that(window >= 0, "attention window", window, "must be at least 0", "use 0 for no window");
        }
    }

    int queryWidth() {
        return heads * headWidth;
    }

    int keyWidth() {
        return keyValueHeads * headWidth;
    }
}
