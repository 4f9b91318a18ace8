package org.rft4j.core.training;

import java.util.Map;
import java.util.Optional;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.engine.random.KeyedRandom;

/**
 * The rows of an optimiser step, before it is taken.
 *
 * @param trained [rows][tokens], which tokens are trained
 * @param columns [rows][tokens] each
 * @param units [rows], which unit each row belongs to
 * @param currentLogProbs [rows][tokens] under the weights of this moment; empty unless the objective needs them
 * @param random draws of this optimiser step
 */
public record WindowRows(
        boolean[][] trained,
        Map<TokenColumn, float[][]> columns,
        int[] units,
        Optional<float[][]> currentLogProbs,
        KeyedRandom random) {}
