package org.rft4j.algorithms.likelihood;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.Objective;

/**
 * Advantage-Leftover Lunch (A-LoL) and its kin: the whole answer is one action of an offline policy gradient. Each token's loss is
 * {@code -A ratio log p + beta (log p - log p_ref)}, with A of the answer and a ratio that is a constant. Sums over tokens, the mean over
 * answers: the released code found sums "consistently better" than means.
 *
 * <p>Follows the released code (abaheti95/LoL-RL, the script for helpful and harmless answers): rewards pass a logistic function before anything else,
 * the reference is the fine-tuned start, ratios stay in 0.1 to 1.9. Differences:
 *
 * <ol>
 *   <li>Advantages come with the rows ({@link AdvantageColumns}) and are not computed anew at each step; they are constants there too.
 *   <li>The code's variant with a KL asserts that no ratio is clamped and then uses none; here a KL may stand beside any ratio.
 *   <li>The script for other generation tasks takes means over tokens and raw rewards: {@link LolOptions#withWeights} with a mean gives the former.
 * </ol>
 *
 * <p>Limits: A = 1 without a ratio, or with the policy at the reference, is {@link Sft} with sums.
 *
 * <p>Metrics: those of {@link Sft}; {@code lol/factor}, {@code lol/ratio} over trained tokens and {@code lol/ratio_max}; with a reference {@code kl},
 * the mean over answers of their summed log-ratios.
 */
public final class Lol implements Objective {
    private final LolOptions options;

    /**
     * A member of the family.
     *
     * @param options what it is told
     */
    public Lol(LolOptions options) {
        this.options = options;
    }

    /**
     * What it was told.
     *
     * @return the options
     */
    public LolOptions options() {
        return options;
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public Needs needs() {
        return Needs.NOTHING_MORE.withReference(options.ratio().needsReference() || options.kl() > 0);
    }

    @Override
    public RowWeights weights() {
        return options.weights();
    }

    @Override
    public boolean isSilent(Map<TokenColumn, float[]> columns, boolean[] trained) {
        return options.kl() == 0 && options.factor().isZero(columns, trained);
    }

    @Override
    public LossResult loss(LossInput input) {
        NDArray ratio = options.ratio().of(input);
        NDArray factor = options.factor().of(input);
        NDArray perToken = input.logProbs().neg().mul(ratio).mul(factor);
        LossMetrics metrics = Likelihood.metrics(input)
                .share("lol/factor", input.tokenMean(factor))
                .share("lol/ratio", input.tokenMean(ratio))
                .largest("lol/ratio_max", ratio.mul(input.mask()).max());
        if (needs().reference()) {
            NDArray logRatio = input.logProbs().sub(input.column(TokenColumn.REFERENCE_LOG_PROB));
            metrics.share("kl", Likelihood.rowMean(input, input.sequenceSums(logRatio.stopGradient())));
            perToken = perToken.add(logRatio.mul(options.kl()));
        }
        return new LossResult(input.weighted(perToken), metrics);
    }
}
