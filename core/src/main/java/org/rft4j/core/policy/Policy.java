package org.rft4j.core.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.rft4j.core.lora.LoraAdapter;
import org.rft4j.core.model.ModelWeights;
import org.rft4j.engine.decoder.ActivationMemory;
import org.rft4j.engine.decoder.Decoder;
import org.rft4j.engine.optimizer.Parameter;

/**
 * A language model that is trained: it scores given tokens, and turns the gradient of a loss with respect to their log-probs
 * into gradients of its parameters, without ever holding logits of the whole batch. The weights under it stay their owner's;
 * closing the policy frees a fresh adapter and what else was made for it.
 *
 * <p>Several threads may score at once, each in a scope of its own, also while one of them runs back. Gradients are shared and
 * add up, so one thread at a time may be in {@link PolicyScores#backward}. While an optimiser steps, or the policy is closed,
 * no other thread may score or run back. The version may be read and raised at any time.
 *
 * <pre>{@code
 * try (NativeScope step = engine.openScope()) {
 *     PolicyScores scores = policy.score(batch, PolicyScoreOptions.DEFAULT, step.manager());
 *     NDArray gradient = ...; // of the loss with respect to scores.logProbs(), [N,T]
 *     scores.backward(gradient, null);
 *     optimizer.step(learningRate);
 *     policy.raiseVersion();
 * }
 * }</pre>
 */
public final class Policy implements AutoCloseable {
    private final Trunk trunk;
    private final AtomicLong version = new AtomicLong();

    private Policy(Trunk trunk) {
        this.trunk = trunk;
    }

    /**
     * A policy over weights. They are marked as requiring gradients or not, as was chosen.
     *
     * @param model a causal language model
     * @param trainable what is trained
     * @return the policy
     */
    public static Policy of(ModelWeights model, Trainable trainable) {
        Trunk trunk = Trunk.withHead(model, trainable);
        try {
            trunk.decoder().head(); // refuses models that cannot score tokens
            return new Policy(trunk);
        } catch (RuntimeException | Error e) {
            trunk.close();
            throw e;
        }
    }

    /**
     * Scores the batch's tokens.
     *
     * @param batch texts and which of their tokens are scored
     * @param options layout, memory, filters
     * @param scope owns the results and what is kept for the way back
     * @return log-probs on [N,T], and the way back
     */
    public PolicyScores score(TokenBatch batch, PolicyScoreOptions options, NDManager scope) {
        Placement placement = options.layout().place(batch);
        BodyPass pass = trunk.forward(batch, placement, options.memory(), scope);
        HeadScores scores = HeadScores.of(trunk.decoder().head(), pass.hidden(), batch, placement, options, scope);
        return new PolicyScores(pass, scores);
    }

    /**
     * Scores the batch's tokens, and how far the policy's distributions are from a reference's, whose body runs first, without a way back.
     *
     * @param batch texts and which of their tokens are scored
     * @param options layout, memory, a temperature; nothing may restrict the distributions
     * @param comparison with what
     * @param scope owns the results and what is kept for the way back
     * @return log-probs and divergences on [N,T], and the way back
     */
    public PolicyScores score(TokenBatch batch, PolicyScoreOptions options, Comparison comparison, NDManager scope) {
        Placement placement = options.layout().place(batch);
        NDArray ofReference;
        try (NDManager work = scope.newSubManager()) {
            ofReference = comparison
                    .reference()
                    .decoder()
                    .forward(placement.input(batch), ActivationMemory.KEEP_NOTHING, work)
                    .hidden();
            ofReference.attach(scope);
        }
        BodyPass pass = trunk.forward(batch, placement, options.memory(), scope);
        HeadScores scores = HeadScores.of(trunk.decoder().head(), pass.hidden(), batch, placement, options, scope);
        scores.compareWith(comparison, ofReference);
        return new PolicyScores(pass, scores);
    }

    /**
     * What an optimiser trains.
     *
     * @return parameters under the names of the checkpoint, LoRA matrices under PEFT's
     */
    public List<Parameter> parameters() {
        return trunk.parameters();
    }

    /**
     * How often the weights have changed.
     *
     * @return a number that {@link #raiseVersion} raises
     */
    public long version() {
        return version.get();
    }

    /**
     * To be called by whoever has changed the weights.
     *
     * @return the new version
     */
    public long raiseVersion() {
        return version.incrementAndGet();
    }

    /**
     * Takes up the version of a resumed run.
     *
     * @param resumed the version of the loaded weights
     */
    public void restoreVersion(long resumed) {
        version.set(resumed);
    }

    /**
     * The decoder as it is trained, adapter included, for generation.
     *
     * @return the decoder, which lives as long as the policy
     */
    public Decoder decoder() {
        return trunk.decoder();
    }

    /**
     * The model under the adapter, or the model itself where there is none.
     *
     * @return what the policy was made of
     */
    public ModelWeights model() {
        return trunk.model();
    }

    /**
     * The adapter that is trained.
     *
     * @return the adapter; empty where the model's own weights are trained
     */
    public Optional<LoraAdapter> adapter() {
        return trunk.adapter();
    }

    /** Frees memory that is held for the next pass that keeps products; it is taken anew when needed. */
    public void releaseSpareMemory() {
        trunk.decoder().releaseSpareMemory();
    }

    /**
     * What the policy takes of the device's memory.
     *
     * @return bytes of weights, of those that are trained, and of their gradients
     */
    public ModelMemory memory() {
        return trunk.memory();
    }

    @Override
    public void close() {
        trunk.close();
    }

    Trunk trunk() {
        return trunk;
    }
}
