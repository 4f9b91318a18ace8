package org.rft4j.engine.kernels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;
import org.rft4j.engine.Check;
import org.rft4j.engine.InvalidInputException;
import org.rft4j.engine.Shapes;
import org.rft4j.engine.program.ProgramCall;
import org.rft4j.engine.program.TensorProgram;

/**
 * Losses that need the whole distribution of a position: one number on [B,T] each, and {@link #backward} from its
 * gradient to hidden states and head. Both passes work in chunks; nothing of size [B,T,V] is ever kept.
 */
public final class DistributionKernel {
    private final LmHead head;
    private final NDArray hidden;
    private final @Nullable NDArray mask;
    private final Extra extra;
    private final DistributionOptions options;
    private final NDManager scope;
    private final NDArray values;

    /** What the kinds of kernels in distribution.py differ in. */
    private record Extra(
            int kind,
            double[] numbers,
            @Nullable LmHead teacherHead,
            @Nullable NDArray teacherHidden,
            @Nullable NDArray ids,
            @Nullable NDArray teacherLogProbs) {}

    private DistributionKernel(
            LmHead head,
            NDArray hidden,
            @Nullable NDArray mask,
            Extra extra,
            DistributionOptions options,
            NDManager scope) {
        requirePositions(head, hidden, mask);
        this.head = head;
        this.hidden = hidden;
        this.mask = mask;
        this.extra = extra;
        this.options = options;
        this.scope = scope;
        NDList results = call("values").run(scope);
        this.values = results.get(0);
        long problems = results.get(1).getLong();
        if (problems > 0) {
            throw new InvalidInputException(
                    "value",
                    "not finite at " + problems + " position(s)",
                    "must be finite",
                    "check hidden states and weights of student and teacher for NaN, and teacher log-probs for -infinity");
        }
    }

    /**
     * A divergence between the student's and a teacher's (or reference policy's) distribution over the whole vocabulary.
     *
     * @param divergence which
     * @param head the student's head
     * @param hidden the student's hidden states [B,T,H]
     * @param teacherHead the teacher's head, over the same vocabulary
     * @param teacherHidden the teacher's hidden states [B,T,H'] at the same positions
     * @param mask [B,T], 1 = compute, or null
     * @param options temperatures and memory budget
     * @param scope owns the results
     * @return the divergences
     */
    public static DistributionKernel divergence(
            Divergence divergence,
            LmHead head,
            NDArray hidden,
            LmHead teacherHead,
            NDArray teacherHidden,
            @Nullable NDArray mask,
            DistributionOptions options,
            NDManager scope) {
        teacherHead.requireHidden(teacherHidden, "teacher hidden");
        Shapes.require(
                teacherHidden,
                "teacher hidden [B,T,H']",
                hidden.getShape().get(0),
                hidden.getShape().get(1),
                teacherHead.width());
        Shapes.requireSameDevice(teacherHidden, "teacher hidden", hidden);
        Check.that(
                teacherHead.vocabulary() == head.vocabulary(),
                "teacher vocabulary",
                teacherHead.vocabulary(),
                "must be the student's " + head.vocabulary(),
                "distil between models of one tokenizer");
        double[] numbers = {divergence.code()};
        Extra extra = new Extra(0, numbers, teacherHead, teacherHidden, null, null);
        return new DistributionKernel(head, hidden, mask, extra, options, scope);
    }

    /**
     * A divergence over given tokens plus one bucket for all others, for teachers of which only the best log-probs are
     * known.
     *
     * @param divergence which
     * @param head the student's head
     * @param hidden the student's hidden states [B,T,H]
     * @param ids [B,T,K] int64, distinct within a position, fewer than the vocabulary
     * @param teacherLogProbs [B,T,K] fp32, the teacher's log-probs of these tokens
     * @param mask [B,T], 1 = compute, or null
     * @param options temperatures (the teacher's is not applied) and memory budget
     * @param scope owns the results
     * @return the divergences
     */
    public static DistributionKernel topKDivergence(
            Divergence divergence,
            LmHead head,
            NDArray hidden,
            NDArray ids,
            NDArray teacherLogProbs,
            @Nullable NDArray mask,
            DistributionOptions options,
            NDManager scope) {
        requireTopIds(head, hidden, ids, mask, options.usable(head.vocabulary()));
        TensorChecks.requireDistinct(ids, mask);
        Shapes.require(
                teacherLogProbs, "teacher log-probs [B,T,K]", ids.getShape().getShape());
        Shapes.requireType(teacherLogProbs, "teacher log-probs", DataType.FLOAT32);
        Shapes.requireSameDevice(teacherLogProbs, "teacher log-probs", hidden);
        double[] numbers = {divergence.code()};
        Extra extra = new Extra(1, numbers, null, null, ids, teacherLogProbs);
        return new DistributionKernel(head, hidden, mask, extra, options, scope);
    }

    /**
     * The sum of squared probabilities, which the optimal token baseline needs.
     *
     * @param head the head
     * @param hidden [B,T,H]
     * @param mask [B,T], 1 = compute, or null
     * @param options temperature and memory budget
     * @param scope owns the results
     * @return the sums
     */
    public static DistributionKernel sumOfSquares(
            LmHead head, NDArray hidden, @Nullable NDArray mask, DistributionOptions options, NDManager scope) {
        return new DistributionKernel(
                head, hidden, mask, new Extra(2, new double[0], null, null, null, null), options, scope);
    }

    /**
     * One-token rollout in exact expectation: {@code -sum_a w_a log p(a)} with constant weights
     * {@code w_a = p^(1/kappa)(a) * (1 if a is the gold token, else beta)}.
     *
     * @param head the head
     * @param input hidden states, gold tokens and mask
     * @param beta the reward of every other token, usually slightly negative
     * @param kappa temperature of the imagined draw; at 1 this is DFT times (1 - beta)
     * @param options temperature and memory budget
     * @param scope owns the results
     * @return the losses
     */
    public static DistributionKernel oneTokenRollout(
            LmHead head, HeadInput input, double beta, double kappa, DistributionOptions options, NDManager scope) {
        Check.that(Double.isFinite(beta) && beta <= 1, "beta", beta, "must be finite and at most 1", "use -0.1");
        Check.that(kappa > 0 && kappa <= 1e3, "kappa", kappa, "must be positive", "use 1 for the policy itself");
        input.requireFor(head, options.usable(head.vocabulary()));
        NDArray gold;
        try (NDArray view = input.ids().expandDims(2)) { // of the caller's array, which may be gone before the way back
            gold = view.duplicate();
        }
        gold.attach(scope);
        double[] numbers = {beta, kappa};
        return new DistributionKernel(
                head, input.hidden(), input.mask(), new Extra(3, numbers, null, null, gold, null), options, scope);
    }

    /**
     * Log-probabilities of several tokens per position, without a way back: for teachers.
     *
     * @param head the teacher's head
     * @param hidden [B,T,H]
     * @param ids [B,T,K] int64
     * @param mask [B,T], 1 = compute, or null
     * @param options temperature and memory budget
     * @param scope owns the result
     * @return [B,T,K] fp32
     */
    public static NDArray gatherLogProbs(
            LmHead head,
            NDArray hidden,
            NDArray ids,
            @Nullable NDArray mask,
            DistributionOptions options,
            NDManager scope) {
        requireTopIds(head, hidden, ids, mask, options.usable(head.vocabulary()));
        return headCall("gather_log_probs", head, hidden, mask, options)
                .with("ids", ids)
                .run(scope)
                .singletonOrThrow();
    }

    /**
     * The best tokens of each position, best first.
     *
     * @param tokens [B,T,K] int64
     * @param logProbs [B,T,K] fp32
     */
    public record TopTokens(NDArray tokens, NDArray logProbs) {}

    /**
     * Finds the best tokens of each position, without a way back.
     *
     * @param head the head
     * @param hidden [B,T,H]
     * @param k how many
     * @param mask [B,T], 1 = compute, or null
     * @param options temperature and memory budget
     * @param scope owns the results
     * @return tokens and their log-probs
     */
    public static TopTokens topTokens(
            LmHead head, NDArray hidden, int k, @Nullable NDArray mask, DistributionOptions options, NDManager scope) {
        requirePositions(head, hidden, mask);
        long usable = options.usable(head.vocabulary());
        Check.that(
                k >= 1 && k <= usable,
                "k",
                k,
                "must be between 1 and the vocabulary size " + usable,
                "ask for fewer tokens");
        NDList results = headCall("top_log_probs", head, hidden, mask, options)
                .with("k", (long) k)
                .run(scope);
        return new TopTokens(results.get(0), results.get(1));
    }

    /**
     * The numbers.
     *
     * @return [B,T] fp32, 0 where the mask is 0
     */
    public NDArray values() {
        return values;
    }

    /**
     * Runs gradients back through the student's head. Gradients of weight and bias add up on those that require them.
     *
     * @param gradValues [B,T] fp32, the loss's gradient with respect to the values
     * @return [B,T,H], the gradient of the student's hidden states
     */
    public NDArray backward(NDArray gradValues) {
        new HeadInput(hidden, gradValues).requireGradient(gradValues, "gradValues");
        head.defineGradients();
        return call("backward").with("grad_values", gradValues).run(scope).singletonOrThrow();
    }

    private ProgramCall call(String function) {
        LmHead teacher = extra.teacherHead();
        return headCall(function, head, hidden, mask, options)
                .with("kind", (long) extra.kind())
                .with("numbers", extra.numbers())
                .with("teacher_hidden", extra.teacherHidden())
                .with("teacher_weight", teacher == null ? null : teacher.weight())
                .with("teacher_bias", teacher == null ? null : teacher.bias())
                .with("teacher_softcap", teacher == null ? 0.0 : teacher.softcap())
                .with("teacher_temperature", options.teacherTemperature())
                .with("ids", extra.ids())
                .with("teacher_log_probs", extra.teacherLogProbs());
    }

    private static ProgramCall headCall(
            String function, LmHead head, NDArray hidden, @Nullable NDArray mask, DistributionOptions options) {
        return TensorProgram.named("distribution")
                .call(function)
                .with("hidden", hidden)
                .with("mask", mask)
                .with("weight", head.weight())
                .with("bias", head.bias())
                .with("softcap", head.softcap())
                .with("usable", options.usable(head.vocabulary()))
                .with("temperature", options.temperature())
                .with("chunk_rows", options.chunkRows(options.usable(head.vocabulary())));
    }

    private static void requirePositions(LmHead head, NDArray hidden, @Nullable NDArray mask) {
        head.requireHidden(hidden, "hidden");
        if (mask != null) {
            new HeadInput(hidden, mask).requirePositions(mask, "mask", HeadInput.MASK_TYPES);
        }
    }

    private static void requireTopIds(LmHead head, NDArray hidden, NDArray ids, @Nullable NDArray mask, long usable) {
        requirePositions(head, hidden, mask);
        Shapes.require(
                ids, "ids [B,T,K]", hidden.getShape().get(0), hidden.getShape().get(1), Shapes.ANY);
        Shapes.requireType(ids, "ids", DataType.INT64);
        Shapes.requireSameDevice(ids, "ids", hidden);
        long k = ids.getShape().get(2);
        Check.that(
                k >= 1 && k < usable,
                "number of tokens per position",
                k,
                "must be at least 1 and below the vocabulary size " + usable,
                "use the divergence over the whole vocabulary");
        TensorChecks.requireIds("token id", ids, mask, 0, usable);
    }
}
