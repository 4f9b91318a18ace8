package org.rft4j.algorithms.ppo;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.rft4j.algorithms.advantage.Gae;
import org.rft4j.algorithms.advantage.TokenAdvantages;
import org.rft4j.algorithms.advantage.TokenMask;
import org.rft4j.algorithms.advantage.TokenRewards;
import org.rft4j.algorithms.advantage.Whitening;
import org.rft4j.algorithms.kl.KlCoefficient;
import org.rft4j.algorithms.kl.KlPenalty;
import org.rft4j.algorithms.ratio.RatioLevel;
import org.rft4j.algorithms.rows.RowGrid;
import org.rft4j.algorithms.surrogate.PpoClip;
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
import org.rft4j.core.training.WindowRows;
import org.rft4j.engine.Check;

/**
 * PPO with a critic.
 *
 * <p>"Proximal Policy Optimization Algorithms" (arXiv 1707.06347), with the rewards of "Fine-Tuning Language Models from Human
 * Preferences" (arXiv 1909.08593):
 *
 * <pre>  r_t = -coefficient KL_t + what the episode earned, on its last token
 *  advantages and returns by {@link Gae}, advantages whitened over the round
 *  loss = policy + coefficient_v {@link ValueLoss value} - coefficient_h entropy</pre>
 *
 * <p>Reference implementations: TRL {@code ppo_trainer.py} and verl {@code core_algos.py}.
 *
 * <p>Differences from them:
 *
 * <ol>
 *   <li>A score that has rewards of turns gives them in place of its value; rewards of tokens come on top.
 *   <li>Means are taken over the optimiser step, not over a micro-batch, and whitening is over the round.
 *   <li>A missing end replaces the score, as in the first language model PPO; TRL subtracts a penalty.
 *   <li>Tokens that the policy did not write are skipped by discount and decay, as in verl.
 *   <li>The log-ratio is clamped to 20 on either side, as in verl.
 * </ol>
 *
 * <p>An adaptive KL coefficient hears of a round where its advantages are estimated, as in verl: the mean over episodes of the mean over
 * their tokens.
 *
 * <p>Metrics of the round, by TRL's and verl's names: {@code objective/kl} (the mean over episodes of their tokens' sum), {@code
 * objective/non_score_reward}, {@code objective/scores}, {@code objective/rlhf_reward}, {@code actor/reward_kl_penalty}, {@code
 * actor/reward_kl_penalty_coeff}, {@code critic/values/mean}, {@code critic/returns/mean}, {@code critic/vf_explained_var}; of the step: {@code loss/policy_avg}, {@code
 * loss/value_avg}, {@code val/clipfrac_avg}, {@code val/ratio}, {@code policy/approxkl_avg}, {@code policy/clipfrac_avg}, {@code policy/entropy_avg}, and what the surrogate tells.
 */
public final class Ppo implements Algorithm {
    private static final String KL_COEFFICIENT = "klCoefficient";

    private final PpoOptions options;

    private double klCoefficient;

    /**
     * PPO.
     *
     * @param options what it is told
     */
    public Ppo(PpoOptions options) {
        this.options = options;
        this.klCoefficient = options.kl().map(kl -> kl.coefficient().initial()).orElse(0.0);
    }

    @Override
    public String name() {
        return "ppo";
    }

    @Override
    public Needs needs() {
        boolean reference = options.kl().isPresent();
        return Needs.ratio(reference ? Needs.OldLogProbs.BEFORE_ESTIMATE : Needs.OldLogProbs.ROUND_START)
                .withReference(reference)
                .withCritic(true)
                .withEntropy(options.entropyCoefficient() != 0)
                .withCurrentLogProbs(
                        options.surrogate().choosesTokens() ? Needs.CurrentLogProbs.ALL : Needs.CurrentLogProbs.NONE);
    }

    @Override
    public RowWeights weights() {
        return options.weights();
    }

    @Override
    public boolean trainsPolicy(long round) {
        return round >= options.criticRounds();
    }

    @Override
    public Estimate estimate(List<TrainingRow> rows, RowScores scores) {
        RowGrid grid = RowGrid.of(rows);
        TokenMask mask = grid.mask();
        double[] values = grid.flat(scores.requireValues());
        PpoRewards earned = PpoRewards.of(rows, mask, options.missingEosScore());
        Map<String, Double> metrics = new LinkedHashMap<>();
        options.kl().ifPresent(kl -> penalise(kl, grid, scores, earned, metrics));
        TokenAdvantages raw = Gae.compute(TokenRewards.of(mask, earned.tokens()), values, options.gae());
        TokenAdvantages advantages =
                options.whitening().map(how -> Whitening.apply(raw, how)).orElse(raw);
        double scored = earned.sum() / Math.max(1, episodes(mask));
        metrics.put("objective/scores", scored);
        metrics.put("objective/rlhf_reward", scored + metrics.getOrDefault("objective/non_score_reward", 0.0));
        CriticFit.tell(metrics, mask, values, raw.returns());
        return new Estimate(
                Map.of(
                        TokenColumn.ADVANTAGE, grid.column(advantages.advantages()),
                        TokenColumn.RETURN, grid.column(advantages.returns()),
                        TokenColumn.OLD_VALUE, grid.column(values)),
                grid.trained(),
                metrics);
    }

    /** Takes the cost of distance off the rewards, and lets the coefficient's control hear of the distance. */
    private void penalise(
            KlPenalty.InReward penalty,
            RowGrid grid,
            RowScores scores,
            PpoRewards earned,
            Map<String, Double> metrics) {
        double[] old = grid.flat(scores.requireOldLogProbs());
        double[] reference = grid.flat(scores.requireReferenceLogProbs());
        TokenMask mask = grid.mask();
        double sum = 0;
        double meanOfTokens = 0;
        for (int i = 0; i < old.length; i++) {
            if (mask.isPolicy(i)) {
                double kl = penalty.estimator().of(old[i], reference[i]);
                earned.tokens()[i] -= klCoefficient * kl;
                sum += kl;
                meanOfTokens += kl / mask.tokens(i / mask.columns());
            }
        }
        int episodes = episodes(mask);
        double perEpisode = sum / Math.max(1, episodes);
        double perToken = meanOfTokens / Math.max(1, episodes);
        metrics.put("kl", perToken);
        metrics.put("objective/kl", perEpisode);
        metrics.put("objective/non_score_reward", -klCoefficient * perEpisode);
        metrics.put("actor/reward_kl_penalty", perToken);
        metrics.put("actor/reward_kl_penalty_coeff", klCoefficient);
        klCoefficient = penalty.coefficient().next(klCoefficient, perToken, episodes);
    }

    private static int episodes(TokenMask mask) {
        int episodes = 0;
        for (int tokens : mask.lengths()) {
            episodes += tokens > 0 ? 1 : 0;
        }
        return episodes;
    }

    @Override
    public Map<TokenColumn, float[][]> window(WindowRows rows) {
        return options.surrogate().window(rows);
    }

    @Override
    public LossResult loss(LossInput input) {
        LossMetrics metrics = new LossMetrics();
        NDArray old = input.column(TokenColumn.OLD_LOG_PROB);
        NDArray logRatio = RatioLevel.TOKEN.logRatio(input.logProbs(), old, input.mask());
        SurrogateInput policy = new SurrogateInput(input, old, logRatio, input.column(TokenColumn.ADVANTAGE));
        NDArray loss = input.weighted(options.surrogate().perToken(policy, metrics));
        NDArray constant = logRatio.stopGradient();
        metrics.share("loss/policy_avg", loss)
                .share("policy/approxkl_avg", input.tokenMean(constant.square().mul(0.5)))
                .share("val/ratio", input.tokenMean(constant.exp()));
        if (options.surrogate() instanceof PpoClip clip) {
            metrics.share("policy/clipfrac_avg", input.tokenMean(heldBack(clip, constant.exp(), policy.advantages())));
        }
        NDArray total =
                loss.add(options.value().of(input, metrics).mul(options.value().coefficient()));
        if (options.entropyCoefficient() != 0) {
            NDArray entropies = input.requireEntropies();
            metrics.share("policy/entropy_avg", input.tokenMean(entropies));
            total = total.sub(input.weighted(entropies).mul(options.entropyCoefficient()));
        }
        return new LossResult(total, metrics);
    }

    /** [B,T], 1 = the clipped branch is the larger loss. */
    private static NDArray heldBack(PpoClip clip, NDArray ratio, NDArray advantages) {
        NDArray above = ratio.gt(1 + clip.high()).logicalAnd(advantages.gt(0));
        NDArray below = ratio.lt(1 - clip.low()).logicalAnd(advantages.lt(0));
        return above.logicalOr(below).toType(ratio.getDataType(), false);
    }

    /** A coefficient that moves; a fixed one is an option. */
    @Override
    public JsonNode state() {
        ObjectNode state = JsonNodeFactory.instance.objectNode().put("algorithm", name());
        if (adapts()) {
            state.put(KL_COEFFICIENT, klCoefficient);
        }
        return state;
    }

    private boolean adapts() {
        return options.kl().isPresent() && options.kl().orElseThrow().coefficient() instanceof KlCoefficient.Adaptive;
    }

    @Override
    public void restore(JsonNode state) {
        Check.that(
                state.path("algorithm").asText("none").equals(name()) && state.has(KL_COEFFICIENT) == adapts(),
                "state of a checkpoint",
                state,
                "must be that of " + name() + (adapts() ? " with" : " without") + " an adaptive KL coefficient",
                "resume with the algorithm that wrote the checkpoint");
        if (adapts()) {
            double stored = state.path(KL_COEFFICIENT).asDouble(Double.NaN);
            Check.that(
                    stored >= 0 && Double.isFinite(stored),
                    KL_COEFFICIENT + " of a checkpoint",
                    state.path(KL_COEFFICIENT),
                    "must be a number of at least 0",
                    "resume with the algorithm that wrote the checkpoint");
            klCoefficient = stored;
        }
    }
}
