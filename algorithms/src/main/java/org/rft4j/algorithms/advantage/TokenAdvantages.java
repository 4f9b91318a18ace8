package org.rft4j.algorithms.advantage;

/**
 * One advantage for each token of a grid.
 *
 * @param mask the tokens whose advantage was estimated: the policy tokens without the excluded rows
 * @param advantages B * T advantages, row-major; 0 where the mask is 0
 * @param returns B * T returns before any whitening, the target of a value head; 0 where the mask is 0; may be the same
 *     array as the advantages, so neither is to be written to
 * @param excludedRows rows left out because their reward is not applicable
 */
public record TokenAdvantages(TokenMask mask, double[] advantages, double[] returns, int excludedRows) {
    /**
     * Checks that both arrays fill the grid.
     *
     * @param mask the tokens whose advantage was estimated
     * @param advantages B * T advantages
     * @param returns B * T returns
     * @param excludedRows rows left out
     */
    public TokenAdvantages {
        mask.requireGrid(advantages, "advantages");
        mask.requireGrid(returns, "returns");
    }

    /**
     * The advantages in the layout that is uploaded once for each batch.
     *
     * @return B * T floats, row-major
     */
    public float[] toFloats() {
        float[] floats = new float[advantages.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) advantages[i];
        }
        return floats;
    }
}
