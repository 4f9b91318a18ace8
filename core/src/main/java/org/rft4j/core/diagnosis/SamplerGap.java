package org.rft4j.core.diagnosis;

import java.util.Map;

/** The sampler gives tokens other log-probs than the trainer. */
record SamplerGap(double limit) implements Symptom {
    @Override
    public String code() {
        return "sampler_gap";
    }

    @Override
    public Sign look(Map<String, Double> metrics) {
        return Symptom.above(
                metrics,
                "sampling/sampling_logp_difference/max",
                limit,
                "sampler and trainer disagree about a token by that much, so that training is off-policy unseen; check that "
                        + "the sampler has the newest weights and the same number format, tokenizer and sampling options, or "
                        + "correct it with importance weights");
    }
}
