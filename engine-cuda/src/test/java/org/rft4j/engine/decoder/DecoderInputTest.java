package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.NativeScope;
import org.rft4j.engine.decoder.PositionConfig.Learned;
import org.rft4j.engine.kernels.TokenIds;
import org.rft4j.engine.random.KeyedRandom;
import org.rft4j.engine.testing.TestEngine;

class DecoderInputTest {
    @Test
    void positionsCountWithinSequencesAndPaddingIsAtZero() {
        assertThat(positions(DecoderInput.rightPadded(TokenIds.of(new long[] {5, 5, 5}))))
                .containsExactly(0, 1, 2);
        assertThat(positions(packed(0, 0, 0, 1, 1, 2, 2, 2, 0, 0, 0))).containsExactly(0, 0, 0, 0, 1, 0, 1, 2, 0, 0, 0);
    }

    @Test
    void refusesSegmentsThatTellNoSequences() {
        assertThatThrownBy(() -> packed(-1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("segment was -1, must be at least 0; use 0 for padding");
        assertThatThrownBy(() -> packed(1, 2, 1))
                .hasMessage("segment at row 0, column 2 was 1, must stand in one piece in its row;"
                        + " give each sequence a number of its own");
        assertThatThrownBy(() -> DecoderInput.packed(TokenIds.of(new long[2]), TokenIds.of(new long[3])))
                .hasMessage("shape of segments was 1 x 3, must be that of the ids, 1 x 2; give each token a segment");
    }

    /** A row may be longer than the model's context if its sequences are not. */
    @Test
    void paddingCountsTowardsNoLength() {
        DecoderConfig learned = withPositions(new Learned(4), 4);
        DecoderConfig dynamic = withPositions(rotary(new RopeScaling.Dynamic(2, 2)), 4);
        DecoderConfig ofTwoFactors =
                withPositions(rotary(new RopeScaling.LongRope(List.of(1.0, 1.0), List.of(2.0, 2.0), 2, 1)), 4);
        for (DecoderConfig config : List.of(learned, dynamic, ofTwoFactors)) {
            try (NativeScope scope = TestEngine.scope();
                    Decoder decoder = FreshDecoder.create(config, KeyedRandom.ofSeed(1), scope.manager())) {
                decoder.forward(packed(1, 1, 1, 2, 0, 0, 0, 0, 0), ActivationMemory.KEEP_NOTHING, scope.manager());
                String rule = "length of a sequence was 5, must be at most the length that the model is set up for, 4;"
                        + " cut the texts";
                assertThatThrownBy(() ->
                                decoder.forward(packed(1, 1, 1, 1, 1), ActivationMemory.KEEP_NOTHING, scope.manager()))
                        .hasMessage(
                                config.equals(learned)
                                        ? rule
                                        : rule + ", or load or make the model for a longer context length");
            }
        }
    }

    private static PositionConfig rotary(RopeScaling scaling) {
        return new PositionConfig.Rotary(List.of(new PositionConfig.Kind(100, 4, scaling)), List.of(0, 0));
    }

    private static DecoderConfig withPositions(PositionConfig positions, int length) {
        DecoderConfig usual = DecoderConfig.builder()
                .vocabulary(16)
                .width(16)
                .contextLength(length)
                .build();
        return new DecoderConfig(
                usual.vocabulary(),
                usual.width(),
                usual.layers(),
                length,
                usual.attention(),
                usual.feedForward(),
                usual.norms(),
                positions,
                usual.head(),
                1,
                false);
    }

    private static DecoderInput packed(long... segments) {
        return DecoderInput.packed(TokenIds.of(new long[segments.length]), TokenIds.of(segments));
    }

    private static long[] positions(DecoderInput input) {
        TokenIds positions = input.positions();
        long[] row = new long[positions.columns()];
        java.util.Arrays.setAll(row, t -> positions.get(0, t));
        return row;
    }
}
