package org.rft4j.core.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The scaling of rotary positions in a GGUF file, as {@code rope_scaling} of a Hugging Face model. */
final class GgufRope {
    /** Every Llama from 3.1 on has these, and GGUF keeps only their result. */
    private static final double LOW_FREQUENCY_FACTOR = 1;

    private static final double HIGH_FREQUENCY_FACTOR = 4;
    private static final int ORIGINAL_POSITIONS = 8192;
    private static final int MAX_ROPE_DIVISORS = 1 << 12;
    private static final double ROPE_FACTOR_TOLERANCE = 1e-3;

    private static final String DIVISORS = "rope_freqs.weight";
    private static final String TYPE = "rope.scaling.type";
    private static final String FACTOR = "rope.scaling.factor";
    private static final String ORIGINAL_LENGTH = "rope.scaling.original_context_length";
    private static final String NONE = "none";
    private static final String LINEAR = "linear";
    private static final String YARN = "yarn";

    private GgufRope() {}

    static void add(GgufValues values, ObjectNode config) {
        String type = values.text(TYPE).orElse(values.has(FACTOR) ? LINEAR : NONE); // llama.cpp's rule
        if (type.equals(NONE)) {
            values.pass(FACTOR, ORIGINAL_LENGTH);
            if (values.hasTensor(DIVISORS)) {
                addLlama3Scaling(values, config);
            }
            return;
        }
        values.check(type.equals(LINEAR) || type.equals(YARN), TYPE, type, "must be none, linear or yarn");
        values.check(
                !values.hasTensor(DIVISORS), TYPE, type + " beside " + DIVISORS, "must be the only scaling of angles");
        ObjectNode scaling = config.putObject("rope_scaling");
        scaling.put("rope_type", type);
        scaling.put("factor", values.real(FACTOR));
        values.requireUnread("rope.scaling.attn_factor", 1);
        if (type.equals(YARN)) {
            addYarn(values, scaling);
        } else {
            values.pass(ORIGINAL_LENGTH);
        }
    }

    private static void addYarn(GgufValues values, ObjectNode scaling) {
        values.requireUnread("rope.scaling.yarn_ext_factor", 1);
        values.optionalWhole(ORIGINAL_LENGTH)
                .ifPresent(length -> scaling.put("original_max_position_embeddings", length));
        values.optionalReal("rope.scaling.yarn_attn_factor")
                .ifPresent(factor -> scaling.put("attention_factor", factor));
        values.optionalReal("rope.scaling.yarn_beta_fast").ifPresent(beta -> scaling.put("beta_fast", beta));
        values.optionalReal("rope.scaling.yarn_beta_slow").ifPresent(beta -> scaling.put("beta_slow", beta));
    }

    /** GGUF has the divisor of each frequency instead of the rule that gave it: the rule is recovered, and checked. */
    private static void addLlama3Scaling(GgufValues values, ObjectNode config) {
        float[] divisors = values.file().smallFloats(DIVISORS, MAX_ROPE_DIVISORS);
        double factor = 1;
        for (float divisor : divisors) {
            factor = Math.max(factor, divisor);
        }
        double theta = config.get("rope_theta").asDouble();
        for (int i = 0; i < divisors.length; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / divisors.length);
            double expected = llama3Divisor(wavelength, factor);
            values.checkEntry(
                    Math.abs(divisors[i] - expected) <= ROPE_FACTOR_TOLERANCE * expected,
                    "entry " + i + " of " + DIVISORS,
                    divisors[i],
                    "must be " + expected + ", as in Llama 3.1 and later");
        }
        ObjectNode scaling = config.putObject("rope_scaling");
        scaling.put("rope_type", "llama3");
        scaling.put("factor", factor);
        scaling.put("low_freq_factor", LOW_FREQUENCY_FACTOR);
        scaling.put("high_freq_factor", HIGH_FREQUENCY_FACTOR);
        scaling.put("original_max_position_embeddings", ORIGINAL_POSITIONS);
    }

    private static double llama3Divisor(double wavelength, double factor) {
        double turns = ORIGINAL_POSITIONS / wavelength;
        double kept = (turns - LOW_FREQUENCY_FACTOR) / (HIGH_FREQUENCY_FACTOR - LOW_FREQUENCY_FACTOR);
        double share = Math.min(1, Math.max(0, kept));
        return 1 / (share + (1 - share) / factor);
    }
}
