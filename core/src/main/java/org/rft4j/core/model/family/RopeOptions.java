package org.rft4j.core.model.family;

import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.decoder.PositionConfig;
import org.rft4j.engine.decoder.RopeScaling;

/**
 * Rotary positions as configurations have them: {@code rope_parameters} of transformers 5, or {@code rope_theta} and
 * {@code rope_scaling} of earlier ones.
 */
final class RopeOptions {
    static final double USUAL_THETA = 10_000;

    private final ConfigOptions model;
    private final int headWidth;
    private final int contextLength;
    private final int longRopeOriginal;

    RopeOptions(ConfigOptions model, int headWidth, int contextLength) {
        this(model, headWidth, contextLength, 0);
    }

    private RopeOptions(ConfigOptions model, int headWidth, int contextLength, int longRopeOriginal) {
        this.model = model;
        this.headWidth = headWidth;
        this.contextLength = contextLength;
        this.longRopeOriginal = longRopeOriginal;
    }

    /** The same for a family whose only scaling is the long one, whatever name a file has for it: Phi-3. */
    RopeOptions longRopeFrom(int original) {
        return new RopeOptions(model, headWidth, contextLength, original);
    }

    /** One set of frequencies, over whole heads. */
    PositionConfig.Kind wholeHeads(double defaultTheta) {
        ConfigOptions rope = nested();
        PositionConfig.Kind kind =
                read(rope, rope.number("rope_theta", model.number("rope_theta", defaultTheta)), headWidth);
        refusePartial(rope);
        rope.requireNothingLeft("rope_parameters in config.json");
        return kind;
    }

    /** One set of frequencies, over a part of each head. */
    PositionConfig.Kind partOfHeads(double theta, double defaultPart) {
        ConfigOptions rope = nested();
        double part = rope.number("partial_rotary_factor", model.number("partial_rotary_factor", defaultPart));
        PositionConfig.Kind kind = read(rope, rope.number("rope_theta", theta), (int) (headWidth * part));
        rope.requireNothingLeft("rope_parameters in config.json");
        return kind;
    }

    /** The set of one type of layers, nested under its name. */
    PositionConfig.Kind ofLayerType(ConfigOptions rope, double defaultTheta) {
        PositionConfig.Kind kind = read(rope, rope.number("rope_theta", defaultTheta), headWidth);
        refusePartial(rope);
        rope.requireNothingLeft("rope_parameters in config.json");
        return kind;
    }

    /** {@code rope_parameters}, or {@code rope_scaling} where that is the older spelling. */
    ConfigOptions nested() {
        ConfigOptions scaling = model.nested("rope_scaling");
        ConfigOptions parameters = model.nested("rope_parameters");
        return scaling.isEmpty() ? parameters : scaling;
    }

    private void refusePartial(ConfigOptions rope) {
        double part = rope.number("partial_rotary_factor", model.number("partial_rotary_factor", 1));
        Check.that(
                part == 1,
                "partial_rotary_factor in config.json",
                part,
                "must be 1 for this family: rft4j does not honour it",
                "use a checkpoint without it");
    }

    private PositionConfig.Kind read(ConfigOptions rope, double theta, int width) {
        return new PositionConfig.Kind(theta, width, scaling(rope));
    }

    private RopeScaling scaling(ConfigOptions rope) {
        String type = rope.text("rope_type", rope.text("type", "default"));
        rope.pass("type");
        if (longRopeOriginal > 0 && (type.equals("yarn") || type.equals("su"))) {
            return longRope(rope);
        }
        return switch (type) {
            case "default" -> new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(rope.number("factor"));
            case "dynamic" -> new RopeScaling.Dynamic(rope.number("factor"), contextLength);
            case "llama3" ->
                new RopeScaling.Llama3(
                        rope.number("factor"),
                        rope.number("low_freq_factor"),
                        rope.number("high_freq_factor"),
                        originalLength(rope));
            case "yarn" -> yarn(rope);
            case "longrope" -> longRope(rope);
            default ->
                throw new InvalidInputException(
                        "rope_type in config.json",
                        type,
                        "must be one of default, linear, dynamic, llama3, yarn and longrope",
                        "use a checkpoint with one of these");
        };
    }

    /** Families that keep the original length beside the rotary options mean that one first, as in transformers. */
    private int originalLength(ConfigOptions rope) {
        int nested = rope.integer("original_max_position_embeddings", contextLength);
        return longRopeOriginal > 0 ? longRopeOriginal : model.integer("original_max_position_embeddings", nested);
    }

    private RopeScaling yarn(ConfigOptions rope) {
        int original = originalLength(rope);
        double factor = rope.number("factor", (double) contextLength / original);
        double mscale = rope.number("mscale", 0);
        double mscaleAll = rope.number("mscale_all_dim", 0);
        double usual = mscale != 0 && mscaleAll != 0
                ? yarnScale(factor, mscale) / yarnScale(factor, mscaleAll)
                : yarnScale(factor, 1);
        return new RopeScaling.Yarn(
                factor,
                original,
                rope.number("beta_fast", 32),
                rope.number("beta_slow", 1),
                rope.flag("truncate", true),
                rope.number("attention_factor", usual));
    }

    private static double yarnScale(double factor, double mscale) {
        return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
    }

    private RopeScaling longRope(ConfigOptions rope) {
        int original = originalLength(rope);
        double factor = rope.number("factor", (double) contextLength / original);
        double usual = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
        return new RopeScaling.LongRope(
                rope.numbers("short_factor"),
                rope.numbers("long_factor"),
                original,
                rope.number("attention_factor", usual));
    }
}
