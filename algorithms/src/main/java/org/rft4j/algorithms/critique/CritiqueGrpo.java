package org.rft4j.algorithms.critique;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.rft4j.algorithms.advantage.GroupRelative;
import org.rft4j.algorithms.advantage.SampleAdvantages;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.rows.RowGrid;
import org.rft4j.algorithms.surrogate.SurrogateInput;
import org.rft4j.core.loss.LossInput;
import org.rft4j.core.loss.LossMetrics;
import org.rft4j.core.loss.LossResult;
import org.rft4j.core.loss.RowWeights;
import org.rft4j.core.loss.TokenColumn;
import org.rft4j.core.training.Algorithm;
import org.rft4j.core.training.Estimate;
import org.rft4j.core.training.Needs;
import org.rft4j.core.training.RowScores;
import org.rft4j.core.training.TrainingRow;
import org.rft4j.core.training.TrainingSequence;
import org.rft4j.core.training.WindowRows;
import org.rft4j.core.trajectory.TrajectoryGroup;

/**
 * Critique-GRPO: the policy answers, reads a critique and answers again; first answers and the best refinements are trained together, all
 * under the prompt without answer and critique.
 *
 * <p>"Critique-GRPO: Advancing LLM Reasoning with Natural Language and Numerical Feedback" (arXiv 2506.03106). With the mean over first
 * answers and chosen refinements as baseline, no deviation and no KL:
 *
 * <pre>  first answer: surrogate of ratio and A     refinement: -A p / (p + gamma)</pre>
 *
 * where p is the token's probability under the first prompt. There is no ratio: what the token was drawn with was another prompt.
 *
 * <p>Episodes have two turns (answer, refinement) or three (answer, own critique, refinement); a critique is never trained. An episode with
 * the answer alone is welcome too. The reward of a turn is the score's reward of that turn if the score has rewards of turns, as that of
 * an environment has. Otherwise it is the value of the score for an episode's last turn, and for an earlier one what the environment gave
 * for it; the two must then be on one scale. Where the score is not applicable, no turn is trained. Refinements are chosen right ones
 * first, in the order of the samples, then from the best reward on.
 *
 * <p>Differences between paper and released code, both to be had from {@link CritiqueGrpoOptions}:
 *
 * <ol>
 *   <li>Version 6 of the paper adds refinements, and only where all first answers are wrong; the code always refines, and replaces the
 *       first answer of the group.
 *   <li>The paper clips the ratio of first answers, the code does not.
 *   <li>The code's script asks for no deviation under a name that nobody reads, so that it divides by one; its {@code n_prefix} of -1
 *       replaces all answers by the same refinement. Neither is reproduced.
 *   <li>The code divides token sums by the answer limit, and scales with the micro-batch; here the mean over sequences is divided by it,
 *       whatever the split.
 * </ol>
 *
 * <p>Limits: no refinement is Dr.GRPO; gamma to infinity (times gamma) weighs by plain likelihood; gamma to 0 has no gradient.
 *
 * <p>Metrics: {@code loss/policy_avg}, {@code critique/off_policy_loss}, {@code critique/shaped_mean} (of f over all trained tokens, 0 for
 * those of first answers), {@code critique/frac_refined_rows}, {@code critique/refinement_reward} where there are refinements, {@code
 * critique/answer_reward}, {@code entropy} with a bonus, and what the surrogate tells.
 */
public final class CritiqueGrpo implements Algorithm {
    /** 1 = the token is a refinement's, which was drawn under another prompt. */
    static final TokenColumn REFINED = new TokenColumn("critique_refined");

    private final CritiqueGrpoOptions options;

    private final CritiqueRows rows;

    /**
     * Critique-GRPO.
     *
     * @param options what it is told
     */
    public CritiqueGrpo(CritiqueGrpoOptions options) {
        this.options = options;
        this.rows = new CritiqueRows(options);
    }

    @Override
    public String name() {
        return "critique-grpo";
    }

    @Override
    public Needs needs() {
        return Needs.ratio(Needs.OldLogProbs.ROUND_START)
                .withEntropy(options.entropyCoefficient() != 0)
                .withCurrentLogProbs(
                        options.surrogate().choosesTokens() ? Needs.CurrentLogProbs.ALL : Needs.CurrentLogProbs.NONE);
    }

    @Override
    public RowWeights weights() {
        return options.weights();
    }

    @Override
    public List<TrainingRow> arrange(List<TrajectoryGroup> groups) {
        List<TrainingRow> arranged = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            arranged.addAll(rows.of(groups.get(g), g));
        }
        return arranged;
    }

    @Override
    public Estimate estimate(List<TrainingRow> chosen, RowScores scores) {
        RowGrid grid = RowGrid.of(chosen);
        SampleAdvantages advantages = GroupRelative.compute(grid.rewards(), grid.groups(), options.advantage());
        double[] refined =
                chosen.stream().mapToDouble(row -> refined(row) ? 1 : 0).toArray();
        return new Estimate(
                Map.of(TokenColumn.ADVANTAGE, grid.spread(advantages.values()), REFINED, grid.spread(refined)),
                grid.trained(),
                CritiqueMetrics.of(chosen, CritiqueGrpo::refined));
    }

    private static boolean refined(TrainingRow row) {
        return row.sequence() instanceof TrainingSequence.PromptSwap;
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows window) {
        return options.surrogate().window(window);
    }

    @Override
    public LossResult loss(LossInput input) {
        LossMetrics metrics = new LossMetrics();
        NDArray refined = input.column(REFINED);
        NDArray answered = refined.neg().add(1);
        NDArray advantages = input.column(TokenColumn.ADVANTAGE);
        NDArray old = input.column(TokenColumn.OLD_LOG_PROB);
        // Refinements do not count in what the surrogate tells of ratios and clips: theirs is 1.
        NDArray logRatio = RatioLevel.TOKEN.logRatio(input.logProbs(), old, answered.mul(input.mask()));
        NDArray onPolicy = options.surrogate().perToken(new SurrogateInput(input, old, logRatio, advantages), metrics);
        NDArray shaped = options.shaping().of(input.logProbs()).mul(refined);
        NDArray offPolicy = input.weighted(shaped.mul(advantages).neg());
        NDArray loss = input.weighted(onPolicy.mul(answered)).add(offPolicy);
        metrics.share("loss/policy_avg", loss)
                .share("critique/off_policy_loss", offPolicy)
                .share("critique/shaped_mean", input.tokenMean(shaped));
        if (options.entropyCoefficient() != 0) {
            NDArray entropies = input.requireEntropies();
            metrics.share("entropy", input.tokenMean(entropies));
            loss = loss.sub(input.weighted(entropies).mul(options.entropyCoefficient()));
        }
        return new LossResult(loss, metrics);
    }
}
