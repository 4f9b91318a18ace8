package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.kernels.DistributionKernel;
import org.rft4j.engine.kernels.DistributionOptions;
import org.rft4j.engine.kernels.HeadInput;
import org.rft4j.engine.kernels.LmHead;
import org.rft4j.engine.kernels.ScoreOptions;
import org.rft4j.engine.kernels.SeenTokens;
import org.rft4j.engine.kernels.TokenScores;

/** What a head says on [N,T] from hidden states in any layout, and the hidden states' gradient. */
final class HeadScores {
    private final LmHead head;
    private final HeadInput input;
    private final ScoreOptions options;
    private final NDManager scope;
    private final ScoredPlaces places;
    private final TokenScores scores;
    private final NDArray logProbs;
    private final @Nullable NDArray entropies;
    private @Nullable DistributionKernel comparison;
    private @Nullable NDArray divergences;

    private HeadScores(LmHead head, HeadInput input, ScoreOptions options, ScoredPlaces places, NDManager scope) {
        this.head = head;
        this.input = input;
        this.options = options;
        this.scope = scope;
        this.places = places;
        this.scores = TokenScores.of(head, input, options, scope);
        this.logProbs = places.toTokens(scores.logProbs());
        this.entropies = options.entropy() ? places.toTokens(scores.entropies()) : null;
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
        return new HeadScores(head, places.headInput(hidden), kernel, places, scope);
    }

    /** Compares with distributions of another model, whose hidden states lie as this one's do. Once, before anything is run back. */
    void compareWith(Comparison with, NDArray otherHidden) {
        DistributionKernel kernel = DistributionKernel.divergence(
                with.divergence(),
                head,
                input.hidden(),
                with.reference().decoder().head(),
                places.ofCells(otherHidden),
                input.mask(),
                DistributionOptions.like(options),
                scope);
        comparison = kernel;
        divergences = places.toTokens(kernel.values());
    }

    NDArray logProbs() {
        return logProbs;
    }

    @Nullable
    NDArray entropies() {
        return entropies;
    }

    @Nullable
    NDArray divergences() {
        return divergences;
    }

    /** The logarithm of the sum of squared probabilities, without a way back. */
    NDArray logSquareSums() {
        NDArray sums = places.toTokens(DistributionKernel.sumOfSquares(
                        head, input.hidden(), input.mask(), DistributionOptions.like(options), scope)
                .values());
        return sums.add(sums.eq(0).toType(DataType.FLOAT32, false)).log(); // a sum is 0 where no token is scored
    }

    /** Gradients as the head takes them. Refuses wrong shapes and types; {@link #backward} what is not finite. */
    Gradients toCells(NDArray gradLogProbs, @Nullable NDArray gradEntropies, @Nullable NDArray gradDivergences) {
        return new Gradients(
                places.toCells(gradLogProbs, "gradLogProbs"),
                gradEntropies == null ? null : places.toCells(gradEntropies, "gradEntropies"),
                gradDivergences == null ? null : places.toFiniteCells(gradDivergences, "gradDivergences"));
    }

    /** The gradient of the hidden states, in the layout in which they came. */
    NDArray backward(Gradients ofCells) {
        NDArray ofHidden = scores.backward(ofCells.logProbs(), ofCells.entropies());
        if (comparison != null && ofCells.divergences() != null) {
            try (NDArray ofComparison = comparison.backward(ofCells.divergences())) {
                ofHidden.addi(ofComparison);
            }
        }
        return places.hiddenGradient(ofHidden);
    }

    /** Gradients of what the head computes, at its cells. */
    record Gradients(
            NDArray logProbs,
            @Nullable NDArray entropies,
            @Nullable NDArray divergences) {}
}
