package org.rft4j.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rft4j.core.testing.TestEngine;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;

/** What a loss reads of whole sequences and of units. */
class LossInputTest {
    private static final TokenColumn MARGIN = new TokenColumn("margin");

    private final NativeScope scope = TestEngine.scope();
    private final NDManager manager = scope.manager();

    @AfterEach
    void free() {
        scope.close();
    }

    private NDArray rows(float... values) {
        return manager.create(values, new Shape(values.length / 3, 3));
    }

    private LossInput input(int units, int... unitOf) {
        return new LossInput(
                ModelOutputs.of(rows(0, -1, -2, 0, -3, 0, 0, 0, 0)),
                rows(0, 1, 1, 0, 1, 0, 0, 0, 0),
                rows(0, 0.5f, 0.5f, 0, 1, 0, 0, 0, 0),
                Map.of(MARGIN, rows(0, -2.25f, -2.25f, 0, 1e-30f, 0, 0, 0, 0)),
                unitOf,
                new WindowTotals(2, 3, units));
    }

    @Test
    void aSequencesNumberIsExact() {
        LossInput input = input(4, 0, 0, 1);
        assertThat(input.ofSequence(MARGIN).toFloatArray()).containsExactly(-2.25f, 1e-30f, -1e30f);
        assertThat(input.sequenceSums(input.logProbs()).toFloatArray()).containsExactly(-3, -3, 0);
        assertThat(input.sequenceLengths().toFloatArray()).containsExactly(2, 1, 0);
    }

    @Test
    void meansOverUnitsAreSharesOfTheWholeStep() {
        LossInput input = input(4, 0, 0, 1);
        assertThat(input.unitMean(manager.create(new float[] {3, 5})).getFloat())
                .isEqualTo(2);
        assertThat(input(0, 0, 0, 1).unitMean(manager.create(new float[] {3})).getFloat())
                .as("of a step without units")
                .isEqualTo(3);
        assertThat(input.tokenMean(input.logProbs()).getFloat()).isEqualTo(-2);
        assertThat(input.weighted(input.logProbs()).getFloat()).isEqualTo(-4.5f);
    }

    @Test
    void unitsBelongToTheInput() {
        int[] units = {0, 0, 1};
        LossInput input = input(4, units);
        units[0] = 7;
        input.units()[1] = 7;
        assertThat(input.units()).containsExactly(0, 0, 1);
        assertThatThrownBy(() -> input(4, 0, 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("units of a micro-batch was 2, must be the number of its sequences 3; say of each sequence"
                        + " which unit it belongs to");
    }

    @Test
    void whatIsAbsentIsNamed() {
        LossInput input = input(4, 0, 0, 1);
        assertThat(input.has(MARGIN)).isTrue();
        assertThat(input.has(TokenColumn.COMPARED)).isFalse();
        assertThatThrownBy(() -> input.ofSequence(TokenColumn.FACTOR))
                .hasMessage(
                        "column 'factor' was absent, must be there, the batch has [margin]; let the algorithm's needs()"
                                + " ask for it, or its estimate() compute it");
        assertThatThrownBy(input::requireDivergences)
                .hasMessage("divergences was absent, must be there; let the objective's needs() ask for them");
    }
}
