package org.rft4j.benchmarks.grpo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * What both sides of {@link GrpoComparison} are told.
 *
 * @param prompts of a step
 * @param group completions of each
 * @param newTokens at most, of a completion
 * @param microBatch completions in one pass forward and back
 * @param loss how token losses are averaged: {@code grpo} or {@code dapo}
 * @param recompute whether layers are computed again on the way back, which TRL calls gradient checkpointing
 * @param loraRank of an adapter on all linear layers; 0 = all weights are trained
 * @param klCoefficient of a penalty for leaving the reference; 0 = there is no reference
 */
record GrpoSettings(
        int prompts,
        int group,
        int newTokens,
        int microBatch,
        String loss,
        boolean recompute,
        int loraRank,
        double klCoefficient) {
    static GrpoSettings ofJson(String json) throws JsonProcessingException {
        return new ObjectMapper().readValue(json, GrpoSettings.class);
    }

    String toJson() throws JsonProcessingException {
        return new ObjectMapper().writeValueAsString(this);
    }

    GrpoSettings withRecompute(boolean chosen) {
        return new GrpoSettings(prompts, group, newTokens, microBatch, loss, chosen, loraRank, klCoefficient);
    }
}
