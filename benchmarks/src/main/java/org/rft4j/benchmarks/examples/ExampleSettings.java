package org.rft4j.benchmarks.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What both sides of {@link ExampleComparison} are told.
 *
 * @param kind what is learned
 * @param units examples of a step: answers, or pairs of them
 * @param longest the most tokens of a row; rows have between seven eighths of it and all of it
 * @param recompute whether layers are computed again on the way back, which TRL calls gradient checkpointing
 * @param precomputed whether the reference's log-probs are computed once before training, and not by a copy of the model in each step
 */
record ExampleSettings(Kind kind, int units, int longest, boolean recompute, boolean precomputed) {
    static final double LEARNING_RATE = 1e-6;
    static final double BETA = 0.1;

    /** What is learned. */
    enum Kind {
        /** Answers, by their likelihood. */
        SFT(1),
        /** Pairs of answers, by DPO. */
        DPO(2);

        private final int answers;

        Kind(int answers) {
            this.answers = answers;
        }

        int answers() {
            return answers;
        }
    }

    static ExampleSettings ofJson(String json) throws JsonProcessingException {
        return new ObjectMapper().readValue(json, ExampleSettings.class);
    }

    String toJson() throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(this);
    }

    ExampleSettings withRecompute(boolean chosen) {
        return new ExampleSettings(kind, units, longest, chosen, precomputed);
    }

    int rows() {
        return units * kind.answers();
    }
}
