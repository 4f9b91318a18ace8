package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.SeenTokens;
import org.rft4j.engine.kernels.TokenScores;

/** Log-probs and entropies on [N,T] from hidden states in any layout, and the hidden states' gradient. */
final class HeadScores {
    private final ScoredPlaces places;
    private final TokenScores scores;
    private final NDArray logProbs;
    private final @Nullable NDArray entropies;

    private HeadScores(ScoredPlaces places, TokenScores scores, boolean entropy) {
        this.places = places;
        this.scores = scores;
        this.logProbs = places.toTokens(scores.logProbs());
        this.entropies = entropy ? places.toTokens(scores.entropies()) : null;
    }

    static HeadScores of(
            LmHead head,
            NDArray hidden,
            TokenBatch batch,
            Placement placement,
            PolicyScoreOptions options,
            NDManager scope) {
        boolean inPlace = placement.onePerRow() || !options.perSequence();
        ScoredPlaces places = inPlace
                ? ScoredPlaces.inPlace(batch, placement, hidden.getDevice(), scope)
                : ScoredPlaces.gathered(batch, placement, hidden.getDevice(), scope);
        SeenTokens seen = options.dependsOnText() ? places.seenTokens() : null;
        boolean keeps = options.memory() == ActivationMemory.KEEP_PRODUCTS
                || options.memory() == ActivationMemory.KEEP_ALL; // whoever recomputes layers is short of memory
        long keepBytes = keeps ? ScoreOptions.DEFAULT_KEEP_BYTES : 0;
        ScoreOptions kernel = new ScoreOptions(
                options.filters(),
                options.rules(),
                options.usableTokens(),
                seen,
                options.outside(),
                options.entropy(),
                keepBytes,
                options.chunkBytes());
        TokenScores scores = TokenScores.of(head, places.headInput(hidden), kernel, scope);
        return new HeadScores(places, scores, options.entropy());
    }

    NDArray logProbs() {
        return logProbs;
    }

    @Nullable
    NDArray entropies() {
        return entropies;
    }

    /** Gradients as the head takes them. Refuses wrong shapes and types; {@link #backward} what is not finite. */
    Gradients toCells(NDArray gradLogProbs, @Nullable NDArray gradEntropies) {
        return new Gradients(
                places.toCells(gradLogProbs, "gradLogProbs"),
                gradEntropies == null ? null : places.toCells(gradEntropies, "gradEntropies"));
    }

    /** The gradient of the hidden states, in the layout in which they came. */
    NDArray backward(Gradients ofCells) {
        return places.hiddenGradient(scores.backward(ofCells.logProbs(), ofCells.entropies()));
    }

    /** Gradients of what the head computes, at its cells. */
    record Gradients(NDArray logProbs, @Nullable NDArray entropies) {}
}
