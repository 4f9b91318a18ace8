package org.rft4j.engine.decoder;

import org.rft4j.engine.Check;

/**
 * The numbers that, with the weights, describe a Llama-style decoder.
 *
 * @param layers number of layers
 * @param heads query heads
 * @param keyValueHeads key and value heads, a divisor of the query heads
 * @param headWidth width of a head, even
 * @param normEps added under the root of the norms
 * @param ropeTheta base of the rotary frequencies
 */
public record DecoderShape(int layers, int heads, int keyValueHeads, int headWidth, double normEps, double ropeTheta) {
    public DecoderShape {
        Check.that(layers > 0, "layers", layers, "must be positive", "read it from the model's configuration");
        Check.that(heads > 0, "heads", heads, "must be positive", "read it from the model's configuration");
        Check.that(
                keyValueHeads > 0 && heads % keyValueHeads == 0,
                "keyValueHeads",
                keyValueHeads,
                "must divide the number of heads " + heads,
                "read it from the model's configuration");
        Check.that(
                headWidth > 0 && headWidth % 2 == 0,
                "headWidth",
                headWidth,
                "must be positive and even",
                "rotary positions turn pairs");
        Check.that(normEps >= 0, "normEps", normEps, "must be at least 0", "use 1e-5");
        Check.that(ropeTheta > 0, "ropeTheta", ropeTheta, "must be positive", "use 10000");
    }

    long[] toProgram() {
        return new long[] {layers, heads, keyValueHeads, headWidth};
    }
}
