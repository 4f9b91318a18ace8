package org.rft4j.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.AttentionConfig.Layout;
import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.FeedForwardConfig.Activation;
import org.rft4j.engine.decoder.FeedForwardConfig.Gate;
import org.rft4j.engine.decoder.NormConfig.Kind;
import org.rft4j.engine.decoder.NormConfig.Placement;
import org.rft4j.engine.decoder.PositionConfig.Learned;

/** What descriptions of decoders refuse, and in which words. */
class DecoderConfigTest {
    private static final DecoderConfig USUAL =
            DecoderConfig.builder().vocabulary(64).width(16).contextLength(32).build();
    private static final FeedForwardConfig FEED = new FeedForwardConfig(24, Activation.SILU, Gate.SEPARATE, false);
    private static final NormConfig RMS = new NormConfig(Kind.RMS, 1e-5, Placement.BEFORE);
    private static final NormConfig LAYER = new NormConfig(Kind.LAYER, 1e-5, Placement.BEFORE);

    private static AttentionConfig attention(int heads, int few, int width, Layout layout, QueryKeyNorm norm) {
        return new AttentionConfig(heads, few, width, 1, 0, layout, false, false, norm, List.of(0, 0));
    }

    private static AttentionConfig attention(QueryKeyNorm norm) {
        return attention(4, 4, 4, Layout.SEPARATE, norm);
    }

    private static AttentionConfig attention(int heads, int few, int width) {
        return attention(heads, few, width, Layout.SEPARATE, QueryKeyNorm.NONE);
    }

    private static AttentionConfig attention(double scale, double softcap, List<Integer> windows) {
        return new AttentionConfig(4, 4, 4, scale, softcap, Layout.SEPARATE, false, false, QueryKeyNorm.NONE, windows);
    }

    private static DecoderConfig with(AttentionConfig attention, FeedForwardConfig feed, NormConfig norms) {
        return config(attention, feed, norms, USUAL.positions(), 1, false);
    }

    private static DecoderConfig config(
            AttentionConfig attention,
            FeedForwardConfig feed,
            NormConfig norms,
            PositionConfig positions,
            double embeddingScale,
            boolean transposed) {
        return new DecoderConfig(
                64, 16, 2, 32, attention, feed, norms, positions, HeadConfig.TIED, embeddingScale, transposed);
    }

    @Test
    void headsAndTheirScores() {
        String read = "; read it from the model's configuration";
        assertRefused(() -> attention(0, 1, 4), "heads was 0, must be positive" + read);
        assertRefused(
                () -> attention(4, 3, 4),
                "keyValueHeads was 3, must be positive and divide the number of heads 4" + read);
        assertRefused(() -> attention(4, 4, 0), "headWidth was 0, must be positive; it is usually width / heads");
        assertRefused(
                () -> attention(1 << 16, 1 << 16, 1 << 16),
                "heads, keyValueHeads and headWidth was 65536, 65536 and 65536, must give queries, keys and values of at"
                        + " most 2^31 - 1 numbers together; read them from the model's configuration");
        assertRefused(
                () -> attention(4, 2, 4, Layout.FUSED_BY_HEAD, QueryKeyNorm.NONE),
                "keyValueHeads was 2, must be the number of heads 4 where projections are fused by head;"
                        + " use the layout FUSED");
        assertRefused(
                () -> attention(0, 0, List.of(0, 0)), "scale was 0.0, must be finite and positive; use 1 / sqrt(D)");
        assertRefused(
                () -> attention(1, Double.NaN, List.of(0, 0)),
                "attention softcap was NaN, must be finite and at least 0; use 0 for none");
        assertRefused(
                () -> attention(1, 0, List.of(0, -1)),
                "attention window was -1, must be at least 0; use 0 for no window");
        assertRefused(
                () -> attention(1, 0, Arrays.asList(0, null)),
                "attention windows was [0, null], must hold a number for each layer; use 0 for no window");
    }

    @Test
    void partsThatDoNotFitTogether() {
        AttentionConfig plain = attention(QueryKeyNorm.NONE);
        assertRefused(
                () -> new DecoderConfig(64, 16, 0, 32, plain, FEED, RMS, USUAL.positions(), HeadConfig.TIED, 1, false),
                "vocabulary, width, layers and contextLength was 64, 16, 0 and 32, must all be positive;"
                        + " take a small model's sizes, for example 512, 64, 2 and 512");
        assertRefused(
                () -> with(attention(1, 0, List.of(0)), FEED, RMS),
                "number of attention windows was 1, must be the number of layers 2; list one each");
        assertRefused(
                () -> config(plain, FEED, RMS, PositionConfig.rotary(100, 4, 3), 1, false),
                "number of rotary kinds was 3, must be the number of layers 2; list one each");
        assertRefused(
                () -> config(plain, FEED, RMS, PositionConfig.rotary(100, 6, 2), 1, false),
                "rotated width was 6, must be at most the head's width 4; rotary positions turn a part of each head");
        assertRefused(
                () -> config(plain, FEED, RMS, new Learned(31), 1, false),
                "contextLength was 32, must be at most the number of learned positions 31; shorten it");
        assertRefused(
                () -> config(plain, FEED, RMS, USUAL.positions(), 0, false),
                "embeddingScale was 0.0, must be finite and positive; use 1 for none");
    }

    /** Weights for which the layout has no place. */
    @Test
    void combinationsThatNoModelHas() {
        AttentionConfig plain = attention(QueryKeyNorm.NONE);
        String norms = ", must stand before attention and feed-forward only: norms elsewhere have no biases;"
                + " use BEFORE or BEFORE_IN_PARALLEL and the query-key norm NONE, or norms of kind RMS";
        for (Placement placement : List.of(Placement.AFTER, Placement.AROUND)) {
            assertRefused(
                    () -> with(plain, FEED, new NormConfig(Kind.LAYER, 1e-5, placement)),
                    "norms of kind LAYER was placement " + placement + " with query-key norm NONE" + norms);
        }
        for (QueryKeyNorm norm : List.of(QueryKeyNorm.PER_HEAD, QueryKeyNorm.WHOLE)) {
            assertRefused(
                    () -> with(attention(norm), FEED, LAYER),
                    "norms of kind LAYER was placement BEFORE with query-key norm " + norm + norms);
        }
        assertThat(with(plain, FEED, new NormConfig(Kind.LAYER, 1e-5, Placement.BEFORE_IN_PARALLEL)))
                .isNotNull();
        FeedForwardConfig fused = new FeedForwardConfig(24, Activation.SILU, Gate.FUSED, false);
        String gate = ", must be without both; split the matrix and use Gate.SEPARATE";
        assertRefused(
                () -> config(plain, fused, RMS, USUAL.positions(), 1, true),
                "gate FUSED was with transposed true and bias false" + gate);
        assertRefused(
                () -> with(plain, new FeedForwardConfig(24, Activation.SILU, Gate.FUSED, true), RMS),
                "gate FUSED was with transposed false and bias true" + gate);
        assertThat(with(plain, fused, RMS)).isNotNull();
    }

    @Test
    void whatTheBuilderIsGiven() {
        assertRefused(
                () -> DecoderConfig.builder().layers(-1).build(),
                "vocabulary, width, layers and contextLength was 512, 64, -1 and 512, must all be positive;"
                        + " take a small model's sizes, for example 512, 64, 2 and 512");
        assertRefused(
                () -> DecoderConfig.builder().keyValueHeads(-3).build(),
                "keyValueHeads was -3, must be positive and divide the number of heads 4;"
                        + " read it from the model's configuration");
        assertRefused(
                () -> DecoderConfig.builder().headWidth(-1).build(),
                "headWidth was -1, must be positive; it is usually width / heads");
        assertRefused(
                () -> DecoderConfig.builder().inner(-7).build(),
                "inner was -7, must be positive; it is often 4 times the width");
        assertThat(USUAL.attention().keyValueHeads()).isEqualTo(4);
        assertThat(USUAL.attention().headWidth()).isEqualTo(4);
        assertThat(USUAL.feedForward().inner()).isEqualTo(64);
    }

    @Test
    void keysOfWeights() {
        assertRefused(
                () -> WeightKey.of(WeightRole.QUERY), "layer of QUERY was -1, must be at least 0; use WeightKey.of");
        assertRefused(
                () -> WeightKey.of(WeightRole.HEAD, 3),
                "layer of HEAD was 3, must be -1: there is one for all layers; use WeightKey.of");
    }

    @Test
    void scalingsOfRotaryPositions() {
        String none = "; use RopeScaling.None for no scaling";
        assertRefused(
                () -> new RopeScaling.Linear(0.5),
                "factor of a rope scaling was 0.5, must be finite and at least 1" + none);
        assertRefused(
                () -> new RopeScaling.Dynamic(2, 0),
                "originalLength of a rope scaling was 0, must be positive; it is the length of the first training");
        assertRefused(
                () -> new RopeScaling.Llama3(8, 4, 1, 8192),
                "lowFrequencyFactor and highFrequencyFactor was 4.0 and 1.0, must be positive and the second larger;"
                        + " Llama 3.1 has 1 and 4");
        assertRefused(
                () -> new RopeScaling.Yarn(4, 4096, 1, 32, true, 1),
                "slowTurns and fastTurns was 32.0 and 1.0, must be positive and the second larger; use 1 and 32");
        assertRefused(
                () -> new RopeScaling.LongRope(List.of(1.0), List.of(1.0), 4096, 0),
                "attentionFactor was 0.0, must be finite and positive; use 1 for none");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessage(message);
    }
}
