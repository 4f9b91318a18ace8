package org.rft4j.core.data.encode;

import org.rft4j.core.chat.RenderOptions;
import org.rft4j.engine.Check;

/**
 * How examples become tokens.
 *
 * @param maxTokens the most tokens of a sequence, prompt included
 * @param overLength what becomes of longer ones
 * @param trained which tokens are trained
 * @param boundary where the answer begins if tokens would merge with the prompt's
 * @param turns how it is known what the assistant said, if that is asked
 * @param endToken whether plain texts end with the tokenizer's end token; conversations end as the template says
 * @param rendering variables, limits and choice of the chat template; how a conversation ends is not taken from here
 */
public record EncodeOptions(
        int maxTokens,
        OverLength overLength,
        TrainedTokens trained,
        Boundary boundary,
        AssistantTurns turns,
        boolean endToken,
        RenderOptions rendering) {
    /** Checks the number. */
    public EncodeOptions {
        Check.that(maxTokens >= 2, "maxTokens", maxTokens, "must be at least 2", "use 1024, or the model's context");
    }

    /**
     * Answers are trained, plain ones with the end token, behind the prompt as the model is given it.
     *
     * @param maxTokens the most tokens of a sequence, prompt included
     * @param overLength what becomes of longer ones
     * @return the options
     */
    public static EncodeOptions of(int maxTokens, OverLength overLength) {
        return new EncodeOptions(
                maxTokens,
                overLength,
                TrainedTokens.ANSWER,
                Boundary.PROMPT_KEPT,
                AssistantTurns.GENERATION_BLOCKS,
                true,
                RenderOptions.TRAINING);
    }

    /**
     * The same, training other tokens.
     *
     * @param which which tokens
     * @return options with it
     */
    public EncodeOptions training(TrainedTokens which) {
        return new EncodeOptions(maxTokens, overLength, which, boundary, turns, endToken, rendering);
    }

    /**
     * The same with another place where the answer begins.
     *
     * @param where if tokens would merge with the prompt's
     * @return options with it
     */
    public EncodeOptions withBoundary(Boundary where) {
        return new EncodeOptions(maxTokens, overLength, trained, where, turns, endToken, rendering);
    }

    /**
     * The same with another way to find what the assistant said.
     *
     * @param how how it is found
     * @return options with it
     */
    public EncodeOptions withTurns(AssistantTurns how) {
        return new EncodeOptions(maxTokens, overLength, trained, boundary, how, endToken, rendering);
    }

    /**
     * The same without the end token behind plain texts, for those that go on.
     *
     * @return options without it
     */
    public EncodeOptions withoutEndToken() {
        return new EncodeOptions(maxTokens, overLength, trained, boundary, turns, false, rendering);
    }

    /**
     * The same, rendering conversations otherwise.
     *
     * @param options variables, limits and choice of the chat template
     * @return options with it
     */
    public EncodeOptions withRendering(RenderOptions options) {
        return new EncodeOptions(maxTokens, overLength, trained, boundary, turns, endToken, options);
    }
}
