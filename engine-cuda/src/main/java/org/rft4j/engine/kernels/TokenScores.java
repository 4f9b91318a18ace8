package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.program.NativeOperators;
import org.rft4j.engine.program.ProgramCall;
import org.rft4j.engine.program.TensorProgram;

/**
 * Log-probabilities and entropies of given tokens on [B,T], and the way back: {@link #backward} turns the gradients of a
 * loss with respect to them into the gradient of the hidden states, and adds those of head weight and bias. Chunks of
 * logits are computed again on the way back, so nothing of size [B,T,V] is kept, unless {@link ScoreOptions#keepBytes}
 * leaves room for it.
 */
public final class TokenScores {
    private final LmHead head;
    private final HeadInput input;
    private final ScoreOptions options;
    private final NDManager scope;
    private final long usable;
    private final @Nullable NDArray filterTable;
    private final List<NDArray> shifts;
    private final NDArray logProbs;
    private final NDArray entropies;
    private final NDArray logNormalisers;
    private @Nullable NDArray kept;

    private TokenScores(LmHead head, HeadInput input, ScoreOptions options, NDManager scope) {
        this.head = head;
        this.input = input;
        this.options = options;
        this.scope = scope;
        int sequences = (int) input.ids().getShape().get(0);
        this.usable = options.usable(head.vocabulary());
        boolean plain = options.unrestricted();
        this.filterTable = plain ? null : SamplingFilter.tableFor(options.filters(), sequences, input.hidden(), scope);
        this.shifts =
                plain ? List.of() : TokenRules.tableFor(options.rules(), sequences, usable, input.hidden(), scope);
        ProgramCall call = call("score").with("chunk_rows", chunkRows());
        if (filterTable == null) {
            call.with("entropy", options.entropy());
        }
        if (canKeep()) {
            call.with("keep_bytes", options.keepBytes());
        }
        NDList results = call.run(scope);
        this.logProbs = results.get(0);
        this.entropies = results.get(1);
        this.logNormalisers = results.get(2);
        this.kept = canKeep() && results.get(4).size() > 0 ? results.get(4) : null;
        requireFinite(results.get(3));
    }

    /**
     * Scores tokens.
     *
     * @param head the language-model head
     * @param input hidden states and the tokens they predict
     * @param options filters, entropy, memory budget
     * @param scope owns the results
     * @return the scores, which hold on to the arguments for the way back
     */
    public static TokenScores of(LmHead head, HeadInput input, ScoreOptions options, NDManager scope) {
        input.requireFor(head, options.usable(head.vocabulary()));
        requirePerSequence("filters", options.filters().size(), input);
        requirePerSequence("rules", options.rules().size(), input);
        SeenTokens seen = options.seenTokens();
        if (seen != null) {
            seen.requireFor(input, head.vocabulary());
        }
        return new TokenScores(head, input, options, scope);
    }

    private static void requirePerSequence(String name, int given, HeadInput input) {
        long sequences = input.ids().getShape().get(0);
        Check.that(
                given == 1 || given == sequences,
                "number of " + name,
                given,
                "must be 1 or the number of sequences " + sequences,
                "pass one for all sequences or one per sequence");
    }

    /**
     * The tokens' log-probabilities.
     *
     * @return [B,T] fp32, 0 where the mask is 0
     */
    public NDArray logProbs() {
        return logProbs;
    }

    /**
     * Entropies of the distributions the tokens were drawn from.
     *
     * @return [B,T] fp32, 0 where the mask is 0
     */
    public NDArray entropies() {
        Check.that(
                options.entropy() || filterTable != null,
                "entropies",
                "not computed",
                "must be asked for",
                "score with ScoreOptions.withEntropy()");
        return entropies;
    }

    /**
     * The logarithms of the partition sums, of use for diagnosis and z-losses.
     *
     * @return [B,T] fp32, 0 where the mask is 0
     */
    public NDArray logNormalisers() {
        return logNormalisers;
    }

    /**
     * Runs gradients back through the head. Gradients of weight and bias add up on those that require them. Kept logits are freed by the
     * first time; another one computes them again.
     *
     * @param gradLogProbs [B,T], the loss's gradient with respect to the log-probs
     * @param gradEntropies [B,T], likewise for the entropies, or null
     * @return [B,T,H], the gradient of the hidden states
     */
    public NDArray backward(NDArray gradLogProbs, @Nullable NDArray gradEntropies) {
        input.requireGradient(gradLogProbs, "gradLogProbs");
        if (gradEntropies != null) {
            input.requireGradient(gradEntropies, "gradEntropies");
        }
        head.defineGradients();
        ProgramCall call = call("backward")
                .with("log_norm", logNormalisers)
                .with("entropies", gradEntropies == null ? entropies : entropies())
                .with("grad_log_prob", gradLogProbs)
                .with("grad_entropy", gradEntropies)
                .with("chunk_rows", chunkRows());
        if (canKeep()) {
            call.with("kept", kept);
        }
        NDArray gradHidden = call.run(scope).singletonOrThrow();
        dropKept();
        return gradHidden;
    }

    /** The way back has written over them, and the body's way back has better use for the memory. */
    private void dropKept() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    /** The portable program for unrestricted distributions is the one that can keep logits. */
    private boolean canKeep() {
        return program().equals("head");
    }

    private ProgramCall call(String function) {
        ProgramCall call = TensorProgram.named(program())
                .call(function)
                .with("hidden", input.hidden())
                .with("ids", input.ids())
                .with("mask", input.mask())
                .with("weight", head.weight())
                .with("bias", head.bias())
                .with("softcap", head.softcap())
                .with("usable", usable);
        if (filterTable == null) {
            return call.with("temperature", options.filters().get(0).temperature());
        }
        SeenTokens seen = options.seenTokens();
        return call.with("filters", filterTable)
                .with("shifts", shifts)
                .with("text", seen == null ? List.of() : seen.text())
                .with("penalised", options.penalised())
                .with("keep_target", options.outside() == ScoreOptions.OutsideSupport.KEEP_TARGET)
                .with("sizes", input.supportSizes());
    }

    private String program() {
        if (filterTable != null) {
            return "support";
        }
        return NativeOperators.usableOn(input.hidden().getDevice()) ? "head_native" : "head";
    }

    private long chunkRows() {
        return options.chunkRows(usable);
    }

    private void requireFinite(NDArray problems) {
        long rows = problems.getLong();
        if (rows == 0) {
            return;
        }
        List<String> culprits = new ArrayList<>();
        describeNonFinite("hidden", input.hidden(), culprits);
        describeNonFinite("head weight", head.weight(), culprits);
        NDArray bias = head.bias();
        if (bias != null) {
            describeNonFinite("head bias", bias, culprits);
        }
        throw new InvalidInputException(
                "log-normaliser",
                "not finite at " + rows + " position(s)",
                "must be finite",
                culprits.isEmpty()
                        ? "the logits overflow: lower the learning rate, check the checkpoint"
                        : String.join(", ", culprits) + ": find the step that made them");
    }

    private static void describeNonFinite(String name, NDArray array, List<String> culprits) {
        long count = TensorChecks.countNonFinite(array);
        if (count > 0) {
            culprits.add(name + " has " + count + " NaN or infinite value(s)");
        }
    }
}
