package org.rft4j.core.model.family;

import java.util.Collections;
import java.util.List;
import org.rft4j.engine.decoder.AttentionConfig;
import org.rft4j.engine.decoder.AttentionConfig.Layout;
import org.rft4j.engine.decoder.AttentionConfig.QueryKeyNorm;
import org.rft4j.engine.decoder.DecoderConfig;
import org.rft4j.engine.decoder.FeedForwardConfig;
import org.rft4j.engine.decoder.FeedForwardConfig.Activation;
import org.rft4j.engine.decoder.FeedForwardConfig.Gate;
import org.rft4j.engine.decoder.HeadConfig;
import org.rft4j.engine.decoder.NormConfig;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.RopeScaling;

/** What the families share that grew out of Llama. A family changes what it must before it builds. */
final class LlamaLike {
    private static final double USUAL_EPS = 1e-6;

    final ReadSizes sizes;
    Layout layout = Layout.SEPARATE;
    QueryKeyNorm queryKeyNorm = QueryKeyNorm.NONE;
    double attentionScale;
    double attentionSoftcap;
    boolean inputBias;
    boolean outputBias;
    List<Integer> windows;
    Activation activation;
    Gate gate = Gate.SEPARATE;
    boolean feedForwardBias;
    NormConfig norms;
    PositionConfig positions;
    HeadConfig head;
    double embeddingScale = 1;

    /** Reads what is spelled the same way everywhere. */
    LlamaLike(ConfigOptions options, ReadSizes.Usual usual) {
        sizes = ReadSizes.of(options, usual);
        CommonOptions.pass(options);
        attentionScale = 1 / Math.sqrt(sizes.headWidth());
        windows = Collections.nCopies(sizes.layers(), 0);
        activation = CommonOptions.activation(options, "hidden_act", "silu");
        norms = new NormConfig(
                NormConfig.Kind.RMS, options.number("rms_norm_eps", USUAL_EPS), NormConfig.Placement.BEFORE);
        positions = new PositionConfig.Rotary(List.of(), Collections.nCopies(sizes.layers(), -1));
        head = HeadConfig.UNTIED;
    }

    void setBias(boolean bias) {
        inputBias = bias;
        outputBias = bias;
    }

    void setTied(boolean tied) {
        head = tied ? HeadConfig.TIED : HeadConfig.UNTIED;
    }

    void setNorms(NormConfig.Kind kind, NormConfig.Placement placement) {
        norms = new NormConfig(kind, norms.eps(), placement);
    }

    RopeOptions rope(ConfigOptions options) {
        return new RopeOptions(options, sizes.headWidth(), sizes.contextLength());
    }

    void setRope(PositionConfig.Kind everywhere) {
        positions = new PositionConfig.Rotary(List.of(everywhere), Collections.nCopies(sizes.layers(), 0));
    }

    /** Long scaling starts with the frequencies of the original length, see {@link RopeScaling}. */
    private int contextLength() {
        if (positions instanceof PositionConfig.Rotary rotary
                && !rotary.kinds().isEmpty()
                && rotary.kinds().get(0).scaling() instanceof RopeScaling.LongRope scaling) {
            return Math.min(scaling.originalLength(), sizes.contextLength());
        }
        return sizes.contextLength();
    }

    DecoderConfig build() {
        AttentionConfig attention = new AttentionConfig(
                sizes.heads(),
                sizes.keyValueHeads(),
                sizes.headWidth(),
                attentionScale,
                attentionSoftcap,
                layout,
                inputBias,
                outputBias,
                queryKeyNorm,
                windows);
        return new DecoderConfig(
                sizes.vocabulary(),
                sizes.width(),
                sizes.layers(),
                contextLength(),
                attention,
                new FeedForwardConfig(sizes.inner(), activation, gate, feedForwardBias),
                norms,
                positions,
                head,
                embeddingScale,
                false);
    }
}
